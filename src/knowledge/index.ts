import type { NewArticle } from "../contract/api-knowledge.ts";
import type { Clock, Log, Route } from "../contract/index.ts";
import type { Observer, Responder } from "../corridor/index.ts";
import type { Database } from "../store/index.ts";
import { lastOffer } from "./answers-store.ts";
import { checkedList } from "./article.ts";
import type { Voice } from "./learning-parts.ts";
import { learningRoutes } from "./learning-routes.ts";
import { createShelf } from "./library.ts";
import { createMemory } from "./mind.ts";
import { createObserver } from "./observer.ts";
import { createPromiseDesk } from "./promise-desk.ts";
import { createResponder } from "./responder.ts";
import { knowledgeRoutes } from "./routes.ts";
import { createSchool, type SchoolParts } from "./school.ts";
import { createSources, type Outside } from "./sources.ts";
import { articlesVersion, findArticle, loadArticles, upsertArticles } from "./store.ts";
import { createUnansweredDesk } from "./unanswered.ts";

export { articleOption } from "./say.ts";

export interface Knowledge {
  responder: Responder;
  observer: Observer;
  routes: Route[];
  /** Creates what is new and changes what differs, by slug, all or nothing. @throws Invalid naming each fault */
  importArticles(articles: readonly NewArticle[]): Promise<{ created: number; changed: number; unchanged: number }>;
  /** Reads what was learned, the trained model too: before the doors open, and when another hub learned something. */
  warm(): Promise<void>;
  /** One look at what there is to learn; trains, in a thread of its own. Resolves with how long to wait for the next. */
  learn(signal: AbortSignal): Promise<number>;
  /** Looks whether the promise about answers is kept, and acts on it. */
  keepPromise(): Promise<void>;
}

interface KnowledgeParts {
  db: Database;
  clock: Clock;
  log: Log;
  /** Without it, nothing can be confirmed and sent from here. */
  voice?: Voice;
  /** Tells the other hubs that something was learned. */
  onLearned?(): void;
  /** What documents and the language model reach the world with; without it they reach nothing. */
  outside?: Outside;
  /** Trains a model; in a worker thread where nothing else is given. */
  train?: SchoolParts["train"];
}

/** The knowledge room: articles, answers from them, and what is learned from both. */
export function createKnowledge(parts: KnowledgeParts): Knowledge {
  const { db, clock, log, onLearned = () => undefined } = parts;
  const memory = createMemory({ db, clock, log });
  const shelf = createShelf({
    version: () => articlesVersion(db),
    load: () => loadArticles(db),
    mind: memory.peek,
    clock,
    log,
  });
  const library = async () => {
    await memory.current();
    return shelf.current();
  };
  const promise = createPromiseDesk({ db, memory, log });
  const unanswered = createUnansweredDesk({ db, clock, library });
  const school = createSchool({
    db,
    clock,
    log,
    memory,
    onPromoted: onLearned,
    ...(parts.train && { train: parts.train }),
  });
  const learning = { db, clock, memory, library, school, promise, unanswered, voice: parts.voice, onLearned };
  const sources = createSources({
    ...{ db, clock, log, library, outside: parts.outside },
    findArticle: (id) => findArticle(db, id),
    isCareful: () => memory.peek().settings.mode !== "auto",
  });
  const articles = createResponder({ clock, library, lastOffer: (conversationId) => lastOffer(db, conversationId) });
  return {
    responder: sources.around(articles),
    observer: createObserver({ library: () => shelf.peek() }),
    routes: [...knowledgeRoutes({ db, clock, shelf, library }), ...learningRoutes(learning), ...sources.routes],
    warm: async () => {
      await memory.refresh();
      await shelf.current();
    },
    learn: school.step,
    keepPromise: promise.keep,
    async importArticles(articles) {
      const hand = { staffId: null, by: "import", at: clock.now() };
      const { created, changed, unchanged } = await upsertArticles(db, checkedList(articles), hand);
      await shelf.reload();
      return { created, changed, unchanged };
    },
  };
}
