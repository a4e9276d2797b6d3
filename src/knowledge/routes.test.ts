import { expect, test } from "vitest";
import { NO_BROWSER } from "../../tests/support/call-route.ts";
import { freshDatabase } from "../../tests/support/database.ts";
import { shopArticles } from "../../tests/support/articles.ts";
import { silentLog } from "../../tests/support/log.ts";
import type { ArticleList } from "../contract/api-knowledge.ts";
import {
  type ArticlePage,
  type ArticleVersionPage,
  type ArticleView,
  type ImportReport,
  type WouldAnswer,
} from "../contract/api-knowledge.ts";
import type { Asker, Route } from "../contract/index.ts";
import { systemClock } from "../lib/clock.ts";
import { newId } from "../lib/ids.ts";
import { createKnowledge } from "./index.ts";
import type { z } from "zod";

const asker: Asker = { staffId: null, name: "test", role: "admin" };
const parking = {
  slug: "parking",
  texts: { en: { title: "Parking", answer: "Behind the house." } },
  phrasings: { en: ["Where can I park?"] },
};

/** Calls a route as the API does: input checked before, output after. */
async function knowledgeApi() {
  const db = await freshDatabase();
  const knowledge = createKnowledge({ db, clock: systemClock, log: silentLog });
  const call = async <T>(name: string, input: { params?: object; query?: object; body?: unknown } = {}): Promise<T> => {
    const route = knowledge.routes.find(({ method, path }) => `${method} ${path}` === name) as Route;
    const result = await route.handle({
      params: route.params?.parse(input.params ?? {}),
      query: route.query?.parse(input.query ?? {}),
      body: route.body?.parse(input.body),
      asker,
      caller: NO_BROWSER,
      signal: new AbortController().signal,
    });
    return route.response.parse(result) as T;
  };
  return { db, knowledge, call };
}

test("an article is made, read, replaced and deleted", async () => {
  const { call } = await knowledgeApi();
  const made = await call<ArticleView>("post /articles", { body: parking });
  expect(made).toMatchObject({ slug: "parking", enabled: true, phrasings: { en: ["Where can I park?"], zh: [] } });
  expect(await call("get /articles/{id}", { params: { id: made.id } })).toEqual(made);

  const texts = { zh: { title: "停车", answer: "屋后。" } };
  const changed = await call<ArticleView>("put /articles/{id}", {
    params: { id: made.id },
    body: { slug: "car-park", texts },
  });
  expect(changed).toMatchObject({
    id: made.id,
    slug: "car-park",
    texts,
    phrasings: { en: [], zh: [] },
    createdAt: made.createdAt,
  });

  expect(await call("delete /articles/{id}", { params: { id: made.id } })).toEqual({ id: made.id, slug: "car-park" });
  await expect(call("get /articles/{id}", { params: { id: made.id } })).rejects.toMatchObject({ code: "not_found" });
  await expect(call("delete /articles/{id}", { params: { id: made.id } })).rejects.toMatchObject({ code: "not_found" });
});

test("a slug belongs to one article", async () => {
  const { call } = await knowledgeApi();
  await call("post /articles", { body: parking });
  await expect(call("post /articles", { body: parking })).rejects.toMatchObject({ code: "conflict" });
  const other = await call<ArticleView>("post /articles", { body: { ...parking, slug: "other" } });
  await expect(call("put /articles/{id}", { params: { id: other.id }, body: parking })).rejects.toMatchObject({
    code: "conflict",
  });
  await expect(call("put /articles/{id}", { params: { id: newId() }, body: parking })).rejects.toMatchObject({
    code: "not_found",
  });
});

test.each([
  ["no words at all", { slug: "a", texts: {} }],
  ["a slug that no button can carry", { slug: "a".repeat(57), texts: parking.texts }],
  ["a slug with spaces", { slug: "opening hours", texts: parking.texts }],
  ["an empty answer", { slug: "a", texts: { en: { title: "A", answer: " \n " } } }],
  ["a language we do not speak", { slug: "a", texts: { fr: { title: "A", answer: "B" } } }],
  ["an unknown field", { ...parking, answers: [] }],
])("%s is refused", async (_what, body) => {
  const { call, db } = await knowledgeApi();
  await expect(call("post /articles", { body })).rejects.toMatchObject({ name: "ZodError" });
  expect(await db.prisma.article.count()).toBe(0);
});

test("what PostgreSQL cannot store is mended", async () => {
  const { call } = await knowledgeApi();
  const made = await call<ArticleView>("post /articles", {
    body: { slug: "a", texts: { en: { title: "A\u0000", answer: "half \ud83d" } } },
  });
  expect(made.texts.en).toEqual({ title: "A\uFFFD", answer: "half \uFFFD" });
});

test("the list is paged by slug and searched in titles, answers and phrasings, literally", async () => {
  const { call, knowledge } = await knowledgeApi();
  await knowledge.importArticles(shopArticles());
  const slugs: string[] = [];
  let cursor: string | null = null;
  do {
    const page: z.infer<typeof ArticlePage> = await call("get /articles", {
      query: { limit: "7", ...(cursor && { cursor }) },
    });
    slugs.push(...page.items.map(({ slug }) => slug));
    cursor = page.next;
  } while (cursor);
  expect(new Set(slugs)).toEqual(new Set(shopArticles().map(({ slug }) => slug)));
  expect(slugs.length).toBe(30);

  const found = async (search: string) =>
    (await call<z.infer<typeof ArticlePage>>("get /articles", { query: { search } })).items.map(({ slug }) => slug);
  expect(await found("YIXING")).toEqual(["teaware-care"]);
  expect(await found("包邮")).toEqual(["shipping-cost"]);
  expect(await found("%")).toEqual(["discounts"]);
  expect(await found("_")).toEqual([]);
  await expect(call("get /articles", { query: { cursor: "!!" } })).rejects.toMatchObject({ code: "invalid" });
});

test("an import creates, changes and leaves alone, and an export is the same list", async () => {
  const { call } = await knowledgeApi();
  const first = await call<ImportReport>("post /articles/import", { body: shopArticles() });
  expect(first).toMatchObject({ created: 30, changed: 0, unchanged: 0 });

  const exported = await call<z.infer<typeof ArticleList>>("get /articles/export");
  expect(await call<ImportReport>("post /articles/import", { body: exported })).toMatchObject({
    created: 0,
    changed: 0,
    unchanged: 30,
  });

  const changed = exported.map((article) => (article.slug === "invoice" ? { ...article, enabled: false } : article));
  const report = await call<ImportReport>("post /articles/import", { body: [...changed, parking] });
  expect(report).toMatchObject({ created: 1, changed: 1, unchanged: 29 });
  expect(report.rows.filter(({ outcome }) => outcome !== "unchanged")).toEqual([
    { slug: "invoice", outcome: "changed" },
    { slug: "parking", outcome: "created" },
  ]);
});

test("an import with a fault imports nothing and names each fault", async () => {
  const { knowledge, call, db } = await knowledgeApi();
  await expect(
    call("post /articles/import", { body: [parking, { ...parking, enabled: false }] }),
  ).rejects.toMatchObject({
    code: "invalid",
    fields: { "1.slug": "Row 0 has this slug already." },
  });
  const bad = [parking, { slug: "Bad Slug", texts: {} }] as never;
  await expect(knowledge.importArticles(bad)).rejects.toMatchObject({
    code: "invalid",
    fields: { "1.slug": expect.any(String), "1.texts": expect.any(String) },
  });
  expect(await db.prisma.article.count()).toBe(0);
});

test("two imports of the same list at once end as one", async () => {
  const { knowledge, db } = await knowledgeApi();
  const reports = await Promise.all([
    knowledge.importArticles(shopArticles()),
    knowledge.importArticles(shopArticles()),
  ]);
  expect(reports.map(({ created }) => created).sort()).toEqual([0, 30]);
  expect(await db.prisma.article.count()).toBe(30);
  expect(await db.prisma.phrasing.count()).toBe(
    shopArticles().flatMap(({ phrasings }) => [...phrasings!.en!, ...phrasings!.zh!]).length,
  );
});

test("asking shows what the bot would say and why", async () => {
  const { call, knowledge } = await knowledgeApi();
  const ask = (question: string, language?: string) =>
    call<z.infer<typeof WouldAnswer>>("post /articles/ask", { body: { question, language } });
  expect(await ask("Where can I park?")).toMatchObject({
    decision: "unknown",
    reply: null,
    handover: null,
    candidates: [],
  });
  await knowledge.importArticles(shopArticles());

  const sure = await ask("do you ship to Germany");
  expect(sure).toMatchObject({
    decision: "answered",
    slug: "shipping-abroad",
    reply: shopArticles().find(({ slug }) => slug === "shipping-abroad")!.texts.en!.answer,
  });
  expect(sure.score).toBeGreaterThanOrEqual(sure.threshold);
  expect(await ask("do you ship to Germany", "zh")).toMatchObject({
    language: "zh",
    slug: "shipping-abroad",
    reply: expect.stringContaining("海外运费"),
  });
  expect(await ask("转人工")).toMatchObject({ decision: "handed-over", handover: "asked for a person" });
  expect(await ask("who won the football match")).toMatchObject({ decision: "unknown", reply: null });
});

test("another hub's change is known within a second, and one's own at once", async () => {
  const { db, call, knowledge } = await knowledgeApi();
  let now = 0;
  const other = createKnowledge({ db, clock: { ...systemClock, monotonicMs: () => now }, log: silentLog });
  const route = other.routes.find(({ path }) => path === "/articles/ask") as Route;
  const askOther = async () => {
    const body = { question: "Where can I park?" };
    return (await route.handle({
      params: {},
      query: {},
      body,
      asker,
      caller: NO_BROWSER,
      signal: new AbortController().signal,
    })) as z.infer<typeof WouldAnswer>;
  };
  expect(await askOther()).toMatchObject({ decision: "unknown" });
  const made = await call<ArticleView>("post /articles", { body: parking });
  expect(await call("post /articles/ask", { body: { question: "Where can I park?" } })).toMatchObject({
    decision: "answered",
  });
  expect(await askOther()).toMatchObject({ decision: "unknown" });
  now = 1_000;
  expect(await askOther()).toMatchObject({ reply: "Behind the house." });

  await knowledge.importArticles([{ ...parking, texts: { en: { title: "Parking", answer: "There is none." } } }]);
  now = 2_000;
  expect(await askOther()).toMatchObject({ reply: "There is none." });
  await call("delete /articles/{id}", { params: { id: made.id } });
  now = 3_000;
  expect(await askOther()).toMatchObject({ decision: "unknown" });
});

test("every change of an article is kept, with who and why, and any version comes back", async () => {
  const { call } = await knowledgeApi();
  const made = await call<ArticleView>("post /articles", { body: { ...parking, why: "people ask" } });
  const params = { id: made.id };
  const texts = { en: { title: "Parking", answer: "In the yard." } };
  await call("put /articles/{id}", { params, body: { ...parking, texts, audience: "customers", why: "we moved" } });
  await call("delete /articles/{id}", { params, query: { why: "no cars" } });
  const list = async (query: object) =>
    (await call<z.infer<typeof ArticleVersionPage>>("get /article-versions", { query })).items;
  const versions = await list({ articleId: made.id });
  expect(versions.map(({ change, why, by }) => [change, why, by])).toEqual([
    ["deleted", "no cars", "test"],
    ["changed", "we moved", "test"],
    ["created", "people ask", "test"],
  ]);
  expect(versions[0]!.article).toMatchObject({ texts, audience: "customers" });
  expect(await list({ change: "deleted" })).toEqual([versions[0]]);

  await call("post /article-versions/{id}/restore", { params: { id: versions[1]!.id }, query: { why: "cars again" } });
  expect(await call("get /articles/{id}", { params })).toMatchObject({ id: made.id, texts, audience: "customers" });
  await call("post /article-versions/{id}/restore", { params: { id: versions[2]!.id } });
  expect(await call("get /articles/{id}", { params })).toMatchObject({ texts: parking.texts, audience: "everyone" });
  expect((await list({ articleId: made.id, limit: 2 })).map(({ change, why }) => [change, why])).toEqual([
    ["restored", null],
    ["restored", "cars again"],
  ]);
  await expect(call("post /article-versions/{id}/restore", { params: { id: newId() } })).rejects.toMatchObject({
    code: "not_found",
  });
});

test("a version whose slug is another's now is refused", async () => {
  const { call } = await knowledgeApi();
  const made = await call<ArticleView>("post /articles", { body: parking });
  await call("put /articles/{id}", { params: { id: made.id }, body: { ...parking, slug: "car-park" } });
  await call("post /articles", { body: parking });
  const { items } = await call<z.infer<typeof ArticleVersionPage>>("get /article-versions", {
    query: { articleId: made.id, change: "created" },
  });
  await expect(call("post /article-versions/{id}/restore", { params: { id: items[0]!.id } })).rejects.toMatchObject({
    code: "conflict",
  });
});

test("who asks decides what is answered: everybody, customers, or nobody but us, and in its time", async () => {
  const { call } = await knowledgeApi();
  const says = async (body: object) =>
    (
      await call<z.infer<typeof WouldAnswer>>("post /articles/ask", {
        body: { question: "Where can I park?", ...body },
      })
    ).slug;
  const made = await call<ArticleView>("post /articles", { body: { ...parking, audience: "customers" } });
  expect([await says({}), await says({ audience: "customers" }), await says({ audience: "staff" })]).toEqual([
    null,
    "parking",
    "parking",
  ]);
  const put = (change: object) =>
    call("put /articles/{id}", { params: { id: made.id }, body: { ...parking, ...change } });
  await put({ audience: "staff" });
  expect([await says({ audience: "customers" }), await says({ audience: "staff" })]).toEqual([null, "parking"]);
  await put({ validTo: "2020-01-01T00:00:00Z" });
  expect(await says({})).toBeNull();
  await put({ validFrom: "2020-01-01T00:00:00+01:00", validTo: "2999-01-01T00:00:00Z" });
  expect(await says({})).toBe("parking");
  await put({ validFrom: "2999-01-01T00:00:00Z" });
  expect(await says({})).toBeNull();
});

test("everybody of ours may read; moderators may not write", async () => {
  const { knowledge } = await knowledgeApi();
  const articles = knowledge.routes.filter(({ path }) => path.startsWith("/article"));
  for (const { method, path, roles } of articles) {
    const writes = method !== "get" && path !== "/articles/ask";
    expect([path, roles.includes("moderator")]).toEqual([path, !writes]);
    expect(["owner", "admin", "agent", "marketer"].every((role) => roles.includes(role as never))).toBe(true);
  }
});
