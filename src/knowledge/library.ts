import type { Clock, Log } from "../contract/index.ts";
import type { ArticleView } from "../contract/api-knowledge.ts";
import type { Language } from "../lib/language.ts";
import { USUAL_SETTINGS } from "./bars.ts";
import type { Decision } from "./decide.ts";
import { judge, type Mind } from "./judge.ts";
import { createIndex, type Index } from "./retrieval.ts";

/** The enabled articles, ready to be searched. */
export interface Library {
  index: Index;
  /** What to do about one question. @param maySee whether the person may be told what the article says. */
  decide(question: string, language: Language, maySee: (article: ArticleView) => boolean): Decision;
  byId: ReadonlyMap<string, ArticleView>;
  bySlug: ReadonlyMap<string, ArticleView>;
}

/** The library in memory; several hubs share the articles, so each looks now and then whether they changed. */
export interface Shelf {
  /** Asks the database at most once a second whether another hub changed something. */
  current(): Promise<Library>;
  /** Reads everything again; call it after a write of this process. */
  reload(): Promise<void>;
  /** What is in memory, as it is. */
  peek(): Library;
}

const CHECK_EVERY_MS = 1_000;

/** Nothing learned yet: words alone decide. */
export const BLANK: Mind = {
  settings: USUAL_SETTINGS,
  trained: undefined,
  corrections: new Map(),
  isUnlocked: () => false,
};

interface ShelfParts {
  /** Changes when any article does. */
  version(): Promise<string>;
  load(): Promise<ArticleView[]>;
  /** What has been learned, as it is when a question is asked. */
  mind?: () => Mind;
  clock: Clock;
  log: Log;
}

export function createShelf({ version, load, mind, clock, log }: ShelfParts): Shelf {
  let library = createLibrary([], mind);
  let known: string | undefined;
  let checkedAt = -Infinity;
  let checking: Promise<void> | undefined;

  async function refresh(force: boolean): Promise<void> {
    checkedAt = clock.monotonicMs();
    const found = await version(); // before the articles: a change in between is seen at the next check
    if (!force && found === known) return;
    library = createLibrary(await load(), mind);
    known = found;
  }

  function check(): Promise<void> {
    checking ??= refresh(false).finally(() => (checking = undefined));
    return checking;
  }

  return {
    async current() {
      if (clock.monotonicMs() - checkedAt >= CHECK_EVERY_MS || known === undefined) {
        await check().catch((error: unknown) => {
          if (known === undefined) throw error;
          log.warn({ err: error }, "The articles could not be checked for changes; the known ones are used.");
        });
      }
      return library;
    },
    async reload() {
      await checking?.catch(() => undefined);
      await refresh(true).catch((error: unknown) => {
        checkedAt = -Infinity; // the write stands; the next turn looks again
        log.warn({ err: error }, "The articles were written and could not be read again yet.");
      });
    },
    peek: () => library,
  };
}

export function createLibrary(articles: readonly ArticleView[], mind: () => Mind = () => BLANK): Library {
  const enabled = articles.filter((article) => article.enabled);
  const index = createIndex(enabled.map((article) => ({ id: article.id, phrasings: phrasingsOf(article) })));
  const byId = new Map(enabled.map((article) => [article.id, article]));
  return {
    index,
    byId,
    bySlug: new Map(enabled.map((article) => [article.slug, article])),
    decide: (question, language, maySee) => {
      const known = { index, has: (id: string) => byId.has(id), mind: mind() };
      return judge(known, question, language, (id) => maySee(byId.get(id)!));
    },
  };
}

/** Every wording by which an article is known; its titles are phrasings like any other. */
export function phrasingsOf({ texts, phrasings }: ArticleView): string[] {
  const titles = [texts.en?.title, texts.zh?.title].filter((title) => title !== undefined);
  return [...titles, ...phrasings.en, ...phrasings.zh];
}

/** The words in the language asked for, else in the other one; an article has at least one. */
export function wordsIn({ texts }: ArticleView, language: Language) {
  const own = texts[language];
  const other = texts[language === "en" ? "zh" : "en"];
  const words = own ?? other;
  return words && { ...words, isOther: own === undefined };
}
