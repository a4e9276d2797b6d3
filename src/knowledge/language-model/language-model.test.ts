import { onTestFinished, expect, test } from "vitest";
import { shopArticles } from "../../../tests/support/articles.ts";
import { callRoute } from "../../../tests/support/call-route.ts";
import { freshDatabase } from "../../../tests/support/database.ts";
import { startModelServer } from "../../../tests/support/language-model-server.ts";
import { silentLog } from "../../../tests/support/log.ts";
import type { DocumentView } from "../../contract/api-documents.ts";
import type {
  LanguageModelCallView,
  LanguageModelChange,
  LanguageModelView,
} from "../../contract/api-language-model.ts";
import type { ArticleView } from "../../contract/api-knowledge.ts";
import { plainText, type Asker } from "../../contract/index.ts";
import type { Turn } from "../../corridor/index.ts";
import { systemClock } from "../../lib/clock.ts";
import { createGuardedFetch } from "../../lib/guarded-fetch.ts";
import { createVault } from "../../lib/vault.ts";
import { createKnowledge } from "../index.ts";

const asker: Asker = { staffId: null, name: "Olga", role: "owner" };
const DOCUMENT =
  "# Repairs\n\nOur workshop mends broken teapots within ten days. A repair costs €12. We do not mend cups.\n";
const QUESTION = "Could your workshop mend my teapot? It fell from the table yesterday. Call me at +34 600 123 456";
const QUOTE = "Our workshop mends broken teapots within ten days.";
const write = (text: string, quote = QUOTE) =>
  JSON.stringify({ action: "write", article: null, text, citations: [{ passage: "p1", quote }] });

async function world({ allowPrivate = true, articles = false } = {}) {
  const db = await freshDatabase();
  const server = await startModelServer();
  onTestFinished(() => server.close());
  const outside = {
    vault: createVault("a-secret-of-16-or-more"),
    fetch: createGuardedFetch({ allowPrivate }),
    allowPrivateAddresses: allowPrivate,
  };
  const knowledge = createKnowledge({ db, clock: systemClock, log: silentLog, outside });
  const call = <T>(method: string, path: string, body?: unknown) =>
    callRoute<T>(knowledge.routes, asker, method, path, body);
  const settings: LanguageModelChange = {
    ...{
      mode: "write",
      baseUrl: server.baseUrl,
      model: "small",
      key: "sk-of-the-shop",
      dailyTokens: 100_000,
      dailyCost: null,
    },
    ...{ inputPrice: 1, outputPrice: 2, timeoutMs: 2_000, masksPersonal: true },
  };
  if (articles) await knowledge.importArticles(shopArticles());
  else {
    const file = { bytes: Buffer.from(DOCUMENT), name: "repairs.md", mimeType: "text/markdown" };
    const { id, draft } = await call<DocumentView>("post", "/documents/upload", file);
    await call("post", `/documents/${id}/publish`, { versionId: draft!.id });
  }
  const say = async (text: string) => {
    const answer = await knowledge.responder.respond(turnOf(text), new AbortController().signal);
    return answer && { text: plainText(answer.parts), evidence: answer.evidence };
  };
  const calls = async () => (await call<{ items: LanguageModelCallView[] }>("get", "/language-model/calls")).items;
  return { db, server, call, say, calls, settings };
}

function turnOf(text: string): Turn {
  return {
    conversation: { id: "c", channelId: "ch", place: "p", kind: "direct", owner: "bot", language: null },
    contact: { id: "k", name: "Ana", locale: null, stage: "contact" },
    adapter: "telegram",
    capabilities: {} as Turn["capabilities"],
    messages: [
      {
        ...{ type: "message", seq: 1, messageId: "m", externalId: "1", parts: [{ type: "text", text }], text },
        ...{ pressed: null, addressed: true, authorIsBot: false, sentAt: new Date() },
      },
    ],
  };
}

test("it is asked only when it is on, and says what every check lets through", async () => {
  const { server, call, say, calls, settings } = await world();
  server.answerWith(() => write("Yes, our workshop mends broken teapots within ten days. A repair costs €12."));
  await say(QUESTION);
  expect(server.requests).toEqual([]);

  await call("put", "/language-model", settings);
  const answer = await say(QUESTION);
  expect(answer!.text).toBe("Yes, our workshop mends broken teapots within ten days. A repair costs €12.");
  expect(answer!.evidence).toMatchObject({
    how: "written",
    modelId: "small",
    quotes: [{ title: "Repairs", quote: QUOTE }],
  });
  const [{ raw, headers }] = server.requests as [(typeof server.requests)[0]];
  expect(headers.authorization).toBe("Bearer sk-of-the-shop");
  expect(raw).toContain("Call me at [number]");
  expect(raw).not.toContain("123 456");
  expect(raw).not.toContain("Ana");
  const [kept] = await calls();
  expect(kept).toMatchObject({ purpose: "answer", model: "small", verdict: "used", reason: null });
  expect(kept!.inputTokens).toBeGreaterThan(0);
  expect((await call<LanguageModelView>("get", "/language-model")).spent).toMatchObject({ calls: 1 });
});

test("it is told once what was wrong, and then the embedded answer stands", async () => {
  const { server, call, say, calls, settings } = await world();
  await call("put", "/language-model", settings);
  server.answerWith(({ messages }) =>
    write(messages.length > 2 ? "Our workshop mends broken teapots within ten days." : "It takes 3 days."),
  );
  expect((await say(QUESTION))!.text).toBe(QUOTE);
  expect(server.requests).toHaveLength(2);
  expect(server.requests[1]!.messages.at(-1)!.content).toContain("cannot be used");
  expect((await calls()).map(({ verdict }) => verdict)).toEqual(["used", "refused"]);
  expect((await calls())[1]!.reason).not.toContain("takes"); // the log keeps no texts

  server.answerWith(() => write("We also mend cups for free."));
  expect(await say(QUESTION)).toBeUndefined();
  expect(server.requests).toHaveLength(4);
});

test("it chooses among approved answers that are near, and no others", async () => {
  const { server, call, say, settings } = await world({ articles: true });
  await call("put", "/language-model", { ...settings, mode: "choose" });
  const question = "parcel missing";
  server.answerWith(() => JSON.stringify({ action: "choose", article: "a1", text: null, citations: [] }));
  const chosen = await say(question);
  expect(server.requests.length).toBeGreaterThan(0);
  expect(chosen!.evidence).toMatchObject({ how: "chosen", decision: "answered" });
  server.answerWith(() => write("Parcels come within 2 days."));
  expect((await say(question))?.evidence).not.toMatchObject({ how: "written" });
});

test("what is certain or far away is not asked", async () => {
  const { server, call, say, settings } = await world({ articles: true });
  await call("put", "/language-model", settings);
  expect(await say("When are you open?")).toMatchObject({ evidence: { decision: "answered" } });
  expect(await say("Who won the chess championship of 1972?")).toBeUndefined();
  expect(await say("I want to talk to a human")).toBeDefined();
  expect(server.requests).toEqual([]);
});

test.each([
  ["an error", { body: { error: { message: "the key sk-of-the-shop is wrong" } }, status: 401 }, "answered 401"],
  ["a redirect", { body: {}, status: 302, headers: { location: "http://127.0.0.1:9/" } }, "answered 502"],
  ["no text", { body: { choices: [] } }, "without a text"],
  ["too much", { body: { choices: [{ message: { content: "x".repeat(400_000) } }] } }, "cannot|too much"],
  ["silence", { hangMs: 5_000 }, "too long"],
])("with %s the embedded answerer goes on, and the reason is kept without a secret", async (_what, answer, reason) => {
  const { server, call, say, calls, settings } = await world();
  await call("put", "/language-model", { ...settings, timeoutMs: 600 });
  server.answerWith(() => answer);
  expect(await say(QUESTION)).toBeUndefined();
  const [kept] = await calls();
  expect(kept).toMatchObject({ verdict: "failed", reason: expect.stringMatching(new RegExp(reason)) as string });
  expect(kept!.reason).not.toContain("sk-of");
});

test("the budget of the day holds, for many questions at once too", async () => {
  const { server, call, say, calls, settings } = await world();
  server.answerWith(() => '{"action":"none"}');
  await call("put", "/language-model", { ...settings, dailyTokens: 3_000 });
  await Promise.all(Array.from({ length: 8 }, () => say(QUESTION)));
  expect(server.requests.length).toBeGreaterThan(0);
  expect(server.requests.length).toBeLessThan(8);
  const spent = (await calls()).reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0);
  expect(spent).toBeLessThanOrEqual(3_000);
  await call("put", "/language-model", { ...settings, dailyCost: 0 });
  const before = server.requests.length;
  await say(QUESTION);
  expect(server.requests).toHaveLength(before);
});

test("the key is sealed, never shown, and goes to no other address", async () => {
  const { db, call, settings } = await world();
  const { key: _, ...rest } = settings;
  expect(JSON.stringify(await call("put", "/language-model", settings))).not.toContain("sk-of");
  const [row] = await db.query<{ key: Buffer }>("SELECT key FROM language_model_settings");
  expect(row!.key.toString("latin1")).not.toContain("sk-of");
  expect(await call("put", "/language-model", { ...rest, model: "other" })).toMatchObject({ hasKey: true });
  expect(await call("put", "/language-model", { ...rest, baseUrl: "https://other.example/v1" })).toMatchObject({
    hasKey: false,
  });
});

test("a private address is refused where none is allowed", async () => {
  const { call, settings } = await world({ allowPrivate: false });
  await expect(call("put", "/language-model", settings)).rejects.toThrow("private address");
  await expect(call("put", "/language-model", { ...settings, baseUrl: "http://localhost:1/v1" })).rejects.toThrow(
    "private address",
  );
});

test("it is asked whether it is there", async () => {
  const { server, call, settings } = await world();
  await expect(call("post", "/language-model/check")).rejects.toThrow("No language model");
  await call("put", "/language-model", settings);
  expect(await call("post", "/language-model/check")).toEqual({ ok: true, detail: "small answers." });
  server.answerWith(() => ({ body: {}, status: 404 }));
  expect(await call("post", "/language-model/check")).toMatchObject({
    ok: false,
    detail: expect.stringContaining("404") as string,
  });
});

test("phrasings are proposed for approval: new, short, in their language; nothing is written", async () => {
  const { db, server, call, settings } = await world({ articles: true });
  await call("put", "/language-model", settings);
  const { items } = await call<{ items: ArticleView[] }>("get", "/articles?search=opening");
  const article = items[0]!;
  const known = article.phrasings.en[0]!;
  server.answerWith(({ raw }) =>
    JSON.stringify({
      phrasings: raw.includes("Chinese")
        ? ["你们几点关门呀", "English words"]
        : [known, "Till what hour can I come by?", "Till what hour can I come by?", "x".repeat(500), "中文"],
    }),
  );
  const [before] = await db.query("SELECT count(*) FROM phrasing");
  expect(await call("post", `/articles/${article.id}/phrasings/propose`, {})).toEqual({
    en: ["Till what hour can I come by?"],
    zh: ["你们几点关门呀"],
  });
  expect(await db.query("SELECT count(*) FROM phrasing")).toEqual([before]);
  server.answerWith(() => "no");
  await expect(call("post", `/articles/${article.id}/phrasings/propose`, { languages: ["en"] })).rejects.toThrow(
    "no phrasings",
  );
});
