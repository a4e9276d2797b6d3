import type { ArticleView } from "../contract/api-knowledge.ts";
import { ConfigError, type Clock, type Log, type Route } from "../contract/index.ts";
import type { Responder } from "../corridor/index.ts";
import type { Database } from "../store/index.ts";
import { createDocumentDesk, createPassageShelf, createQuoter, documentRoutes } from "./documents/index.ts";
import {
  createLanguageModelDesk,
  createWriter,
  languageModelRoutes,
  type LanguageModelParts,
} from "./language-model/index.ts";
import type { Library } from "./library.ts";

/** What documents and the language model reach the world with. */
export type Outside = Pick<LanguageModelParts, "vault" | "fetch" | "allowPrivateAddresses" | "audit">;

interface SourceParts {
  db: Database;
  clock: Clock;
  log: Log;
  outside: Outside | undefined;
  library(): Promise<Library>;
  /** @throws NotFound */
  findArticle(id: string): Promise<ArticleView>;
  /** Whether answers that nobody has measured wait for one of our people. */
  isCareful(): boolean;
}

interface Sources {
  routes: Route[];
  /** The knowledge room's answer: the articles' own, with the language model before it and documents behind it. */
  around(articles: Responder): Responder;
}

/** What answers beside the articles: documents, which are quoted, and a language model, which is checked. */
export function createSources(parts: SourceParts): Sources {
  const { db, clock, log, library, findArticle, isCareful, outside = NOWHERE } = parts;
  const shelf = createPassageShelf({ db, clock, log });
  const desk = createDocumentDesk({ db, clock, fetch: outside.fetch, onChanged: shelf.reload });
  const model = createLanguageModelDesk({ db, clock, log, ...outside });
  const writer = createWriter({ clock, access: model.access, library, shelf, isSuggesting: isCareful });
  const quoter = createQuoter({ clock, shelf });
  return {
    routes: [...documentRoutes({ db, clock, desk, shelf }), ...languageModelRoutes({ db, desk: model, findArticle })],
    around: (articles) => ({
      name: articles.name,
      async respond(turn, signal) {
        const aside = { log, turn, signal };
        if (isCareful()) return articles.respond(turn, signal);
        const written = await tried(writer, aside);
        return written ?? (await articles.respond(turn, signal)) ?? (await tried(quoter, aside));
      },
    }),
  };
}

type Respond = Parameters<Responder["respond"]>;

/** What fails beside the articles costs no answer from them. */
async function tried(responder: Responder, { log, turn, signal }: { log: Log; turn: Respond[0]; signal: Respond[1] }) {
  try {
    return await responder.respond(turn, signal);
  } catch (error) {
    log.warn({ err: error, responder: responder.name }, "A responder failed; the articles answer without it.");
    return undefined;
  }
}

const unset = () => {
  throw new ConfigError("This hub was started without a way to the world outside.");
};

const NOWHERE: Outside = {
  vault: { seal: unset, open: unset, derive: unset },
  fetch: () => Promise.reject(new TypeError("This hub was started without a way to the world outside.")),
  allowPrivateAddresses: false,
};
