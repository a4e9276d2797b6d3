import * as api from "../../contract/api-language-model.ts";
import { ArticleParams, type ArticleView } from "../../contract/api-knowledge.ts";
import { Conflict, defineRoute, type Role, type Route } from "../../contract/index.ts";
import type { Database } from "../../store/index.ts";
import type { LanguageModelDesk } from "./desk.ts";
import { proposePhrasings } from "./phrasings.ts";
import { listCalls } from "./settings-store.ts";

const KEEPERS: readonly Role[] = ["owner", "admin"];
const WRITERS: readonly Role[] = ["owner", "admin", "agent", "marketer"];

interface LanguageModelRouteParts {
  db: Database;
  desk: LanguageModelDesk;
  /** @throws NotFound */
  findArticle(id: string): Promise<ArticleView>;
}

/** The language model over the API. */
export function languageModelRoutes({ db, desk, findArticle }: LanguageModelRouteParts): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/language-model",
      summary: "Which language model is asked, for what, and what it cost today; never its key",
      roles: KEEPERS,
      response: api.LanguageModelView,
      handle: () => desk.view(),
    }),
    defineRoute({
      method: "put",
      path: "/language-model",
      summary: "Set the language model up, or turn it off",
      roles: KEEPERS,
      body: api.LanguageModelChange,
      response: api.LanguageModelView,
      handle: ({ body, asker }) => desk.change(body, asker),
    }),
    defineRoute({
      method: "post",
      path: "/language-model/check",
      summary: "Ask the language model whether it is there",
      roles: KEEPERS,
      response: api.LanguageModelCheck,
      handle: ({ signal }) => desk.check(signal),
    }),
    defineRoute({
      method: "get",
      path: "/language-model/calls",
      summary: "What was asked of the language model, newest first: tokens, time and verdict, never the words",
      roles: KEEPERS,
      query: api.LanguageModelCallQuery,
      response: api.LanguageModelCallPage,
      async handle({ query }) {
        const found = await listCalls(db, { ...query, limit: query.limit + 1 });
        return {
          items: found.slice(0, query.limit),
          next: found.length > query.limit ? found[query.limit - 1]!.id : null,
        };
      },
    }),
    phrasingRoute({ desk, findArticle }),
  ];
}

function phrasingRoute({ desk, findArticle }: Omit<LanguageModelRouteParts, "db">): Route {
  return defineRoute({
    method: "post",
    path: "/articles/{id}/phrasings/propose",
    summary: "Have the language model propose phrasings for an article; nothing is written",
    roles: WRITERS,
    params: ArticleParams,
    body: api.ProposePhrasings,
    response: api.ProposedPhrasings,
    async handle({ params, body: { languages, count }, signal }) {
      const article = await findArticle(params.id);
      const parts = await desk.access();
      if (!parts) throw new Conflict("No language model is set up. An owner or admin can do it under Settings.");
      const propose = (language: "en" | "zh") =>
        languages.includes(language) ? proposePhrasings(article, language, count, parts, signal) : [];
      return { en: await propose("en"), zh: await propose("zh") };
    },
  });
}
