import { expect, test } from "vitest";
import type { Json, Part } from "../../src/contract/index.ts";
import type { Answer } from "../../tests/contract/canned-server.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { keepsAdapterContract } from "../../tests/contract/keeps-adapter-contract.ts";
import { afterwards, listen, never } from "../../tests/contract/small-hub.ts";
import { loadSamples, open } from "../../tests/contract/tools.ts";
import { decode } from "./decode.ts";
import { createSlackEmulator } from "./emulator.ts";
import { signSlack } from "./emulator-world.ts";
import { encode } from "./encode.ts";
import slack from "./index.ts";
import { isFields } from "./rich-text.ts";

const botToken = "xoxb-2465010001-example-bot-token-of-a-shop";
const appToken = "xapp-1-A0KRD7HC3-example-app-token";
const signingSecret = "8f742231b10e8888abcd99yyyzzz85a5";
const samples = loadSamples(new URL("./fixtures/", import.meta.url));
const message = { place: "D024BE91L", parts: [{ type: "text", text: "We are open." }] as Part[], idempotencyKey: "k" };

/** Slack says no with status 200 and a word. */
const says = (error: string, more: object = {}): Answer => ({ body: JSON.stringify({ ok: false, error, ...more }) });

/** The body as Slack sends it: events as JSON, interactions in a form's field, commands as a form. */
function wireBody(payload: Json): string {
  if (!isFields(payload)) return JSON.stringify(payload);
  const { noted: _, ...body } = payload;
  if (body.command !== undefined) return new URLSearchParams(body as Record<string, string>).toString();
  if (body.event_id === undefined && body.user !== undefined)
    return new URLSearchParams({ payload: JSON.stringify(body) }).toString();
  return JSON.stringify(body);
}

keepsAdapterContract(slack, {
  settings: { botToken, appToken },
  otherSettings: { botToken, mode: "webhook", signingSecret: "another-signing-secret-0123456789", names: false },
  samples,

  requests: {
    settings: { botToken, mode: "webhook", signingSecret, names: false },
    sign(body, at) {
      const timestamp = String(Math.floor(at.getTime() / 1_000));
      const isForm = /^(payload|token|team_id|command)=/.test(Buffer.from(body).toString("utf8"));
      return {
        method: "POST",
        path: "/",
        query: new URLSearchParams(),
        headers: {
          "content-type": isForm ? "application/x-www-form-urlencoded" : "application/json",
          "x-slack-request-timestamp": timestamp,
          "x-slack-signature": signSlack(signingSecret, timestamp, body),
        },
        body,
      };
    },
    proofs: [
      { in: "header", name: "x-slack-signature" },
      { in: "header", name: "x-slack-request-timestamp" },
    ],
    signsBody: true,
    toleranceMs: 300_000,
    secretSetting: "signingSecret",
    bodies: samples.map(({ name, payload }) => ({ name, body: wireBody(payload), arrivals: 1 })),
    batches: { skip: "Slack puts one event, press or command into each request" },
    wire: wireBody,
  },

  outbound: {
    settingsAt: (url) => ({ botToken, appToken, apiRoot: `${url}/api/` }),
    message,
    ok: { body: '{"ok":true,"channel":"D024BE91L","ts":"1767960100.000100","message":{}}' },
    sent: { externalId: "D024BE91L:1767960100.000100" },
    quota: { skip: "Slack counts by the minute and has no quota of messages" },
    faults: [
      {
        name: "429 with Retry-After",
        answer: { status: 429, headers: { "retry-after": "7" }, body: '{"ok":false,"error":"ratelimited"}' },
        expected: { fault: "retry-after", retryAfterMs: 7_000, scope: "channel" },
      },
      {
        name: "429 without Retry-After",
        answer: { status: 429, body: '{"ok":false,"error":"ratelimited"}' },
        expected: { fault: "retry-after", retryAfterMs: 1_000 },
      },
      {
        name: "a limit told in the body",
        answer: says("rate_limited"),
        expected: { fault: "retry-after", retryAfterMs: 1_000 },
      },
      { name: "a revoked token", answer: says("token_revoked"), expected: { fault: "unauthorized" } },
      { name: "an invalid token", answer: says("invalid_auth"), expected: { fault: "unauthorized" } },
      { name: "a channel that is gone", answer: says("channel_not_found"), expected: { fault: "recipient-gone" } },
      { name: "a channel without the app", answer: says("not_in_channel"), expected: { fault: "recipient-gone" } },
      { name: "an archived channel", answer: says("is_archived"), expected: { fault: "recipient-gone" } },
      {
        name: "a missing scope",
        answer: says("missing_scope", { needed: "chat:write", provided: "im:history" }),
        expected: { fault: "refused" },
      },
      { name: "bad blocks", answer: says("invalid_blocks"), expected: { fault: "refused" } },
      { name: "a text too long", answer: says("msg_too_long"), expected: { fault: "refused" } },
      { name: "a word that is a property of all objects", answer: says("constructor"), expected: { fault: "refused" } },
      { name: "a refusal that repeats the token", answer: says(botToken), expected: { fault: "maybe-sent" } },
      { name: "Slack's half-done error", answer: says("internal_error"), expected: { fault: "maybe-sent" } },
      { name: "Slack's fatal error", answer: says("fatal_error"), expected: { fault: "maybe-sent" } },
      { name: "a service that is away", answer: says("service_unavailable"), expected: { fault: "unreachable" } },
      { name: "503", answer: { status: 503, body: "<html>" }, expected: { fault: "unreachable" } },
      { name: "500", answer: { status: 500, body: "<html>" }, expected: { fault: "maybe-sent" } },
      { name: "404: a wrong address", answer: { status: 404, body: "" }, expected: { fault: "refused" } },
      { name: "nobody listens", answer: "closed", expected: { fault: "unreachable" } },
      { name: "the line drops after the request", answer: "reset", expected: { fault: "maybe-sent" } },
      { name: "half an answer", answer: "truncated", expected: { fault: "maybe-sent" } },
      {
        name: "a page instead of JSON",
        answer: { headers: { "content-type": "text/html" }, body: "<html>Sign in</html>" },
        expected: { fault: "maybe-sent" },
      },
      { name: "JSON that is no answer", answer: { body: "null" }, expected: { fault: "maybe-sent" } },
      { name: "a receipt without an id", answer: { body: '{"ok":true}' }, expected: { fault: "maybe-sent" } },
    ],
  },

  stream: {
    async start() {
      const emulator = await createSlackEmulator({ faults: { ackMs: 400 } });
      const ana = emulator.person("Ana");
      return {
        settings: emulator.settings,
        refusedSettings: { ...emulator.settings, appToken: "xapp-1-A0-taken-back" },
        say: (words) => void ana.says(words),
        isAcknowledged: () => emulator.pending === 0,
        drop: () => emulator.dropSockets(),
        knocks: () => emulator.calls.filter(({ method }) => method === "apps.connections.open").length,
        close: () => emulator.close(),
      };
    },
  },

  interactive: {
    deadlineMs: 3_000,
    async start(store) {
      const emulator = await createSlackEmulator();
      afterwards(() => emulator.close());
      const connection = open(slack, emulator.settings, { clock: systemClock });
      listen(connection, store);
      const ana = emulator.person("Ana");
      const choice: Part = { type: "choice", prompt: "Which?", options: [{ id: "red", label: "Red" }] };
      await connection.send({ place: ana.chat.id, parts: [choice], idempotencyKey: "k" }, never);
      await emulator.settle();
      return {
        press: () => ana.presses(emulator.sent[0]?.ts ?? "", "Red"),
        acknowledged() {
          const record = emulator.deliveries.find(({ kind }) => kind === "interactive");
          return record && { atMs: record.atMs, inTime: record.ok };
        },
      };
    },
  },

  roundTrip: (parts) => delivered(parts),
});

/** What Slack delivers for a message that the adapter rendered, as another app would write it. */
function delivered(parts: Part[]): Json {
  const event = {
    type: "message",
    channel: "D024BE91L",
    channel_type: "im",
    user: "U061F7AUR",
    ts: "1767960000.000100",
    event_ts: "1767960000.000100",
    ...encode(parts),
  };
  const body = { type: "event_callback", event_id: "Ev1", team_id: "T024BE7LD", event_time: 1767960000, event };
  return JSON.parse(JSON.stringify(body)) as Json;
}

test("both tellings of a mention are one event", () => {
  const [first, second] = ["mention-as-message", "mention-as-app-mention"].map((name) =>
    samples.find((sample) => sample.name === name)!,
  );
  expect(first?.events).toEqual(second?.events);
});

test("decodes text messages fast", () => {
  const { payload } = samples.find(({ name }) => name === "text")!;
  const rates = Array.from({ length: 12 }, () => {
    const from = performance.now();
    for (let i = 0; i < 1_000; i++) decode(payload, {});
    return 1_000_000 / (performance.now() - from);
  });
  expect(Math.max(...rates)).toBeGreaterThan(5_000); // 190,000 where this was written; machines differ, and are busy
});
