import * as api from "../contract/api-knowledge.ts";
import { defineRoute, Invalid, plainText, ROLES, type Clock, type Role, type Route } from "../contract/index.ts";
import type { Database } from "../store/index.ts";
import { checkedList, exported, type Viewer } from "./article.ts";
import type { Library, Shelf } from "./library.ts";
import { planAnswer } from "./plan.ts";
import { answerOf } from "./say.ts";
import { listAnswers } from "./answers-store.ts";
import * as store from "./store.ts";
import { handOf, listVersions } from "./versions-store.ts";

const WRITERS: readonly Role[] = ["owner", "admin", "agent", "marketer"];
/** Questions are people's words. */
const QUESTION_READERS = ROLES.filter((role) => role !== "viewer");

interface RouteParts {
  db: Database;
  clock: Clock;
  shelf: Shelf;
  /** The articles as they are, and what was learned with them. */
  library(): Promise<Library>;
}

/** The knowledge base over the API. Fixed paths stand before "/articles/{id}", which would match them too. */
export function knowledgeRoutes(parts: RouteParts): Route[] {
  return [...listRoutes(parts), ...askRoutes(parts), ...articleRoutes(parts), ...versionRoutes(parts)];
}

function listRoutes({ db, clock, shelf }: RouteParts): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/articles",
      summary: "List the articles by slug, or those that contain some words",
      roles: ROLES,
      query: api.ArticleQuery,
      response: api.ArticlePage,
      handle: async ({ query: { search = "", cursor, limit } }) => {
        const found = await store.listArticles(db, { search, after: slugAt(cursor), limit: limit + 1 });
        const items = found.slice(0, limit);
        return { items, next: found.length > limit ? cursorAt(items.at(-1)!.slug) : null };
      },
    }),
    defineRoute({
      method: "post",
      path: "/articles/import",
      summary: "Create and change articles by slug, all or nothing",
      roles: WRITERS,
      body: api.ArticleList,
      response: api.ImportReport,
      handle: async ({ body, asker }) => {
        const report = await store.upsertArticles(db, checkedList(body), handOf(asker, clock.now()));
        await shelf.reload();
        return report;
      },
    }),
    defineRoute({
      method: "get",
      path: "/articles/export",
      summary: "All articles, as an import takes them",
      roles: ROLES,
      response: api.ArticleList,
      handle: async () => (await store.loadArticles(db)).map(exported),
    }),
  ];
}

/** Who would ask, for whoever tries what they would be answered. */
const STAND_INS: Readonly<Record<api.Audience, Viewer>> = {
  everyone: {},
  customers: { stage: "customer" },
  staff: { isStaff: true },
};

function askRoutes({ db, clock, library }: RouteParts): Route[] {
  return [
    defineRoute({
      method: "post",
      path: "/articles/ask",
      summary: "What the bot would say to a question, and why; nothing is sent",
      roles: ROLES,
      body: api.Question,
      response: api.WouldAnswer,
      handle: async ({ body: { question, language, audience } }) => {
        const viewer = { ...STAND_INS[audience ?? "everyone"], at: clock.now() };
        const said = { texts: [question], picked: [], tags: [language], viewer };
        const plan = planAnswer(said, await library(), language);
        const answer = answerOf(plan);
        return { ...plan.evidence, reply: answer ? plainText(answer.parts) : null, handover: answer?.handover ?? null };
      },
    }),
    defineRoute({
      method: "get",
      path: "/answers",
      summary: "What the bot answered, offered or left to people, newest first",
      roles: QUESTION_READERS,
      query: api.AnswerQuery,
      response: api.AnswerPage,
      handle: async ({ query }) => {
        const found = await listAnswers(db, { ...query, limit: query.limit + 1 });
        const items = found.slice(0, query.limit);
        return { items, next: found.length > query.limit ? items.at(-1)!.id : null };
      },
    }),
  ];
}

function articleRoutes({ db, clock, shelf }: RouteParts): Route[] {
  return [
    defineRoute({
      method: "post",
      path: "/articles",
      summary: "Create an article",
      roles: WRITERS,
      body: api.ArticleChange,
      response: api.ArticleView,
      status: 201,
      handle: async ({ body: { why, ...article }, asker }) => {
        const made = await store.createArticle(db, article, handOf(asker, clock.now(), why));
        await shelf.reload();
        return made;
      },
    }),
    defineRoute({
      method: "get",
      path: "/articles/{id}",
      summary: "One article",
      roles: ROLES,
      params: api.ArticleParams,
      response: api.ArticleView,
      handle: ({ params }) => store.findArticle(db, params.id),
    }),
    defineRoute({
      method: "put",
      path: "/articles/{id}",
      summary: "Replace an article",
      roles: WRITERS,
      params: api.ArticleParams,
      body: api.ArticleChange,
      response: api.ArticleView,
      handle: async ({ params, body: { why, ...article }, asker }) => {
        const changed = await store.replaceArticle(db, params.id, article, handOf(asker, clock.now(), why));
        await shelf.reload();
        return changed;
      },
    }),
    defineRoute({
      method: "delete",
      path: "/articles/{id}",
      summary: "Delete an article",
      roles: WRITERS,
      params: api.ArticleParams,
      query: api.WhyQuery,
      response: api.ArticleGone,
      handle: async ({ params, query: { why }, asker }) => {
        const gone = await store.deleteArticle(db, params.id, handOf(asker, clock.now(), why));
        await shelf.reload();
        return gone;
      },
    }),
  ];
}

function versionRoutes({ db, clock, shelf }: RouteParts): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/article-versions",
      summary: "Every change of the articles, newest first: who, when, why, and the whole article",
      roles: ROLES,
      query: api.ArticleVersionQuery,
      response: api.ArticleVersionPage,
      handle: async ({ query }) => {
        const found = await listVersions(db, { ...query, limit: query.limit + 1 });
        const items = found.slice(0, query.limit);
        return { items, next: found.length > query.limit ? items.at(-1)!.id : null };
      },
    }),
    defineRoute({
      method: "post",
      path: "/article-versions/{id}/restore",
      summary: "Make an article what it was in a version, also one that was deleted",
      roles: WRITERS,
      params: api.ArticleParams,
      query: api.WhyQuery,
      response: api.ArticleView,
      handle: async ({ params, query: { why }, asker }) => {
        const restored = await store.restoreArticle(db, params.id, handOf(asker, clock.now(), why));
        await shelf.reload();
        return restored;
      },
    }),
  ];
}

function cursorAt(slug: string): string {
  return Buffer.from(slug).toString("base64url");
}

function slugAt(cursor: string | undefined): string {
  if (cursor === undefined) return "";
  const slug = Buffer.from(cursor, "base64url").toString("utf8");
  if (!api.Slug.safeParse(slug).success)
    throw new Invalid("The cursor is not one of ours. Start again without it.", { cursor: "unknown" });
  return slug;
}
