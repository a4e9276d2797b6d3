import type { OpportunityRuleView, VoiceSettings } from "../contract/api-voice.ts";
import type { Clock } from "../contract/index.ts";
import type { Queryable } from "../store/index.ts";
import { articleTitles, listRules, listTopics, readSettings } from "./facts-store.ts";
import { readKeywords, type Keywords } from "./topics.ts";

/** What the organisation has set, as the observer needs it. */
export interface VoiceFacts {
  settings: VoiceSettings;
  topics: { name: string; keywords: Keywords }[];
  rules: (OpportunityRuleView & { read: Keywords })[];
}

export interface FactsKeeper {
  /** At most some seconds old; read through `db` where there is none yet. */
  current(db: Queryable): Promise<VoiceFacts>;
  /** Something was changed here. */
  forget(): void;
}

const FRESH_MS = 5_000;
/** A title of more words than this names no topic that people would repeat. */
const MOST_TITLE_WORDS = 4;

export function createFacts(clock: Clock): FactsKeeper {
  let known: { facts: VoiceFacts; untilMs: number } | undefined;
  return {
    async current(db) {
      if (known && clock.monotonicMs() < known.untilMs) return known.facts;
      const facts = await load(db);
      known = { facts, untilMs: clock.monotonicMs() + FRESH_MS };
      return facts;
    },
    forget: () => (known = undefined),
  };
}

async function load(db: Queryable): Promise<VoiceFacts> {
  const settings = await readSettings(db);
  const own = await listTopics(db);
  const titles = (await articleTitles(db)).filter(({ title }) => title.split(/\s+/u).length <= MOST_TITLE_WORDS);
  const rules = (await listRules(db)).filter(({ enabled }) => enabled);
  return {
    settings,
    topics: [
      ...own.map(({ name, keywords }) => ({ name, keywords: readKeywords(keywords) })),
      ...titles.map(({ title }) => ({ name: title, keywords: readKeywords([title]) })),
    ],
    rules: rules.map((rule) => ({ ...rule, read: readKeywords(rule.keywords) })),
  };
}
