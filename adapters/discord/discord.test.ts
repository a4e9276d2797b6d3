import { generateKeyPairSync, sign } from "node:crypto";
import { onTestFinished } from "vitest";
import type { Json, OutboundMessage, Part } from "../../src/contract/index.ts";
import type { Answer } from "../../tests/contract/canned-server.ts";
import { keepsAdapterContract } from "../../tests/contract/keeps-adapter-contract.ts";
import { loadSamples, open } from "../../tests/contract/tools.ts";
import { createDiscordEmulator } from "./emulator.ts";
import { encode } from "./encode.ts";
import discord from "./index.ts";

const token = "MTEwMDAwMDAwMDAwMDAwMDAwMQ.Gexamp.an-example-of-a-bot-token-0123456789";
const samples = loadSamples(new URL("./fixtures/", import.meta.url));
const message: OutboundMessage = {
  place: "900000000000000030",
  parts: [{ type: "text", text: "We are open." }],
  idempotencyKey: "0190a000-0000-7000-8000-00000000000a",
};
const ours = keyPair();
const theirs = keyPair();

/** An answer of Discord's API. */
const says = (status: number, body: object, headers: Record<string, string> = {}): Answer => ({
  status,
  headers,
  body: JSON.stringify(body),
});

keepsAdapterContract(discord, {
  settings: { token },
  otherSettings: { token, mode: "interactions", publicKey: theirs.publicKey },
  samples,

  requests: {
    settings: { token, mode: "interactions", publicKey: ours.publicKey },
    sign(body, at) {
      const timestamp = String(Math.floor(at.getTime() / 1_000));
      const signature = sign(null, Buffer.concat([Buffer.from(timestamp), body]), ours.privateKey).toString("hex");
      const headers = { "x-signature-ed25519": signature, "x-signature-timestamp": timestamp };
      return { method: "POST", path: "/", query: new URLSearchParams(), headers, body };
    },
    proofs: [
      { in: "header", name: "x-signature-ed25519" },
      { in: "header", name: "x-signature-timestamp" },
    ],
    signsBody: true,
    toleranceMs: 300_000,
    secretSetting: "publicKey",
    batches: { skip: "Discord sends one interaction in a request" },
    wire: (payload) => (kindOf(payload) === "INTERACTION_CREATE" ? JSON.stringify(dataOf(payload)) : undefined),
    bodies: [
      ...samples
        .filter(({ payload }) => kindOf(payload) === "INTERACTION_CREATE")
        .map(({ name, payload }) => ({ name, body: JSON.stringify(dataOf(payload)), arrivals: 1 })),
      { name: "ping", body: '{"id":"1","application_id":"1","type":1,"token":"t","version":1}', arrivals: 0 },
      { name: "autocomplete", body: '{"id":"1","application_id":"1","type":4,"token":"t","data":{}}', arrivals: 0 },
      { name: "webhook event ping", body: '{"version":1,"application_id":"1","type":0}', arrivals: 0 },
      {
        name: "webhook event",
        body: '{"version":1,"application_id":"1","type":1,"event":{"type":"APPLICATION_AUTHORIZED","timestamp":"2026-01-09T12:00:00Z","data":{"user":{"id":"5"}}}}',
        arrivals: 1,
      },
    ],
  },

  outbound: {
    settingsAt: (url) => ({ token, apiRoot: url }),
    message,
    ok: { body: '{"id":"1459100000000000999","channel_id":"900000000000000030"}' },
    sent: { externalId: "1459100000000000999" },
    quota: { skip: "Discord counts nothing by the day; its limits end within seconds" },
    faults: [
      {
        name: "429 of a route, in fractions of a second",
        answer: says(429, { message: "You are being rate limited.", retry_after: 1.337, global: false }, { "retry-after": "2", "x-ratelimit-scope": "user", "x-ratelimit-bucket": "abcd" }), // prettier-ignore
        expected: { fault: "retry-after", retryAfterMs: 1_387, scope: "place" },
      },
      {
        name: "429 that only the body dates",
        answer: says(429, { message: "You are being rate limited.", retry_after: 0.65, global: false }),
        expected: { fault: "retry-after", retryAfterMs: 700, scope: "place" },
      },
      {
        name: "429 for the whole bot",
        answer: says(429, { message: "You are being rate limited.", retry_after: 3, global: true }),
        expected: { fault: "retry-after", retryAfterMs: 3_050, scope: "channel" },
      },
      {
        name: "429 of the front servers",
        answer: { status: 429, headers: { "content-type": "text/html" }, body: "<html>error code: 1015</html>" },
        expected: { fault: "retry-after", retryAfterMs: 5_050 },
      },
      {
        name: "overload",
        answer: says(503, { message: "overloaded", code: 0 }),
        expected: { fault: "unreachable" },
      },
      {
        name: "overload told as a refusal",
        answer: says(400, { message: "API resource is currently overloaded", code: 130000 }),
        expected: { fault: "retry-after", retryAfterMs: 5_000 },
      },
      {
        name: "direct messages are closed",
        answer: says(403, { message: "Cannot send messages to this user", code: 50007 }),
        expected: { fault: "recipient-gone" },
      },
      {
        name: "no server in common",
        answer: says(403, { message: "Cannot send messages to this user", code: 50278 }),
        expected: { fault: "recipient-gone" },
      },
      {
        name: "no such channel",
        answer: says(404, { message: "Unknown Channel", code: 10003 }),
        expected: { fault: "recipient-gone" },
      },
      {
        name: "the bot was removed",
        answer: says(403, { message: "Missing Access", code: 50001 }),
        expected: { fault: "recipient-gone" },
      },
      {
        name: "a permission is missing",
        answer: says(403, { message: "Missing Permissions", code: 50013 }),
        expected: { fault: "refused" },
      },
      {
        name: "a token that was reset",
        answer: says(401, { message: "401: Unauthorized", code: 0 }),
        expected: { fault: "unauthorized" },
      },
      {
        name: "401 without JSON",
        answer: { status: 401, headers: { "content-type": "text/html" }, body: "<html>" },
        expected: { fault: "unauthorized" },
      },
      {
        name: "a body it does not take",
        answer: says(400, { message: "Invalid Form Body", code: 50035, errors: {} }),
        expected: { fault: "refused" },
      },
      {
        name: "a refusal that repeats the token",
        answer: says(400, { message: `Invalid ${token}`, code: 50035 }),
        expected: { fault: "refused" },
      },
      {
        name: "a bad gateway's page",
        answer: { status: 502, headers: { "content-type": "text/html" }, body: "<html>" },
        expected: { fault: "unreachable" },
      },
      { name: "null as a refusal", answer: { status: 400, body: "null" }, expected: { fault: "refused" } },
      { name: "nobody listens", answer: "closed", expected: { fault: "unreachable" } },
      { name: "the line drops after the request", answer: "reset", expected: { fault: "maybe-sent" } },
      { name: "half an answer", answer: "truncated", expected: { fault: "maybe-sent" } },
      {
        name: "a page instead of JSON",
        answer: { headers: { "content-type": "text/html" }, body: "<html>Sign in</html>" },
        expected: { fault: "maybe-sent" },
      },
      { name: "JSON that is no message", answer: { body: "null" }, expected: { fault: "maybe-sent" } },
      { name: "a receipt without an id", answer: { body: "{}" }, expected: { fault: "maybe-sent" } },
    ],
  },

  stream: {
    async start() {
      const emulator = await createDiscordEmulator({ heartbeatMs: 40 });
      const ana = emulator.person("Ana");
      const settings = { token: emulator.token, apiRoot: emulator.apiRoot, cdnRoot: emulator.cdnRoot };
      return {
        settings,
        refusedSettings: { ...settings, token },
        async say(words) {
          await emulator.until(() => emulator.history.identified > 0, "a first session");
          ana.says(words);
        },
        // The heartbeat says up to which event everything is ours.
        isAcknowledged: () => emulator.gateway.isAcknowledged,
        drop: () => emulator.gateway.drop(),
        knocks: () => emulator.history.requests.length + emulator.history.identified + emulator.history.resumed,
        close: () => emulator.close(),
      };
    },
  },

  interactive: {
    deadlineMs: 3_000,
    async start(store) {
      const emulator = await createDiscordEmulator();
      onTestFinished(() => emulator.close());
      const ana = emulator.person("Ana");
      const settings = { token: emulator.token, apiRoot: emulator.apiRoot, cdnRoot: emulator.cdnRoot };
      const ending = new AbortController();
      const { inbound } = open(discord, settings);
      if (inbound.type !== "stream") throw new Error("These settings open no stream.");
      const listening = inbound.listen(store, ending.signal);
      onTestFinished(() => (ending.abort(), listening));
      await emulator.until(() => emulator.gateway.connected, "a session");
      let asked: ReturnType<typeof ana.runs> | undefined;
      return {
        press: () => void (asked = ana.runs("ask", { question: "Are you open?" })),
        acknowledged: () =>
          asked?.answeredAtMs === undefined
            ? undefined
            : { atMs: asked.answeredAtMs, inTime: asked.state !== "failed" },
      };
    },
  },

  roundTrip: (parts) => delivered(parts),
});

function kindOf(payload: Json): unknown {
  return typeof payload === "object" && payload !== null && !Array.isArray(payload) ? payload.t : undefined;
}

function dataOf(payload: Json): unknown {
  return (payload as { d?: unknown }).d ?? null;
}

/** What Discord delivers for a message that the adapter rendered. */
function delivered(parts: Part[]): Json {
  const { content, embeds, components } = encode({ ...message, parts });
  const author = { id: "555000000000000001", username: "ana" };
  const d = {
    id: "1459100000000000001",
    channel_id: "900000000000000030",
    type: 0,
    author,
    content,
    embeds,
    components,
  };
  return JSON.parse(JSON.stringify({ t: "MESSAGE_CREATE", d })) as Json;
}

/** As the Developer Portal shows it: 32 bytes in hex. */
function keyPair() {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return { publicKey: publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("hex"), privateKey };
}
