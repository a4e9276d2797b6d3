import type { NewArticle } from "../contract/api-knowledge.ts";
import type { Clock, Log, Route } from "../contract/index.ts";
import type { Observer, Responder } from "../corridor/index.ts";
import type { Database } from "../store/index.ts";
import { checkedList } from "./article.ts";
import { createShelf } from "./library.ts";
import { createObserver } from "./observer.ts";
import { createResponder } from "./responder.ts";
import { knowledgeRoutes } from "./routes.ts";
import { articlesVersion, lastOffer, loadArticles, upsertArticles } from "./store.ts";

export { articleOption } from "./say.ts";

export interface Knowledge {
  responder: Responder;
  observer: Observer;
  routes: Route[];
  /** Creates what is new and changes what differs, by slug, all or nothing. @throws Invalid naming each fault */
  importArticles(articles: readonly NewArticle[]): Promise<{ created: number; changed: number; unchanged: number }>;
}

/** The knowledge room: articles, and answers from them. */
export function createKnowledge({ db, clock, log }: { db: Database; clock: Clock; log: Log }): Knowledge {
  const shelf = createShelf({ version: () => articlesVersion(db), load: () => loadArticles(db), clock, log });
  return {
    responder: createResponder({
      library: () => shelf.current(),
      lastOffer: (conversationId) => lastOffer(db, conversationId),
    }),
    observer: createObserver({ library: () => shelf.peek() }),
    routes: knowledgeRoutes({ db, clock, shelf }),
    async importArticles(articles) {
      const { created, changed, unchanged } = await upsertArticles(db, checkedList(articles), clock.now());
      await shelf.reload();
      return { created, changed, unchanged };
    },
  };
}
