import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { encode as discord } from "../adapters/discord/encode.ts";
import { encodeMessaging } from "../adapters/graph/messaging.ts";
import { encode as line } from "../adapters/line/encode.ts";
import { encode as slack } from "../adapters/slack/encode.ts";
import { encode as telegram } from "../adapters/telegram/encode.ts";
import { encode as web } from "../adapters/web/encode.ts";
import { encode as wechat } from "../adapters/wechat/encode.ts";
import { encode as whatsapp } from "../adapters/whatsapp/encode.ts";
import { fit, type Adapter, type HubEvent, type Json, type OutboundMessage, type Part } from "../src/contract/index.ts";
import { PLACEHOLDER_SETTINGS } from "../src/cli/placeholder-settings.ts";
import { checkSettings } from "../src/channels/index.ts";
import { systemClock } from "../src/lib/clock.ts";
import { memoryCache, memoryFiles } from "../src/lib/memory-tools.ts";
import { silentLog } from "../tests/support/log.ts";
import type { Figures } from "./ground.ts";

const MEASURED_MS = 1_500;

/** What goes out most: an answer with two ways to go on. */
const ANSWER: Part[] = [
  { type: "text", text: "We are open from 9 to 18, on Saturdays until 14." },
  {
    type: "choice",
    prompt: "Shall I keep something for you?",
    options: [
      { id: "yes", label: "Yes, please" },
      { id: "no", label: "No, thank you" },
    ],
  },
];

const NOW = new Date(0);
const ENCODERS: Readonly<Record<string, (message: OutboundMessage) => unknown>> = {
  discord,
  instagram: (message) => encodeMessaging(message, "Instagram", NOW),
  line: ({ parts }) => line(parts),
  messenger: (message) => encodeMessaging(message, "Messenger", NOW),
  slack: ({ parts }) => slack(parts),
  telegram: (message) => telegram(message),
  web: ({ parts }) => web(parts, ({ ref }) => ref),
  wechat: (message) => wechat(message),
  whatsapp: (message) => whatsapp(message),
};

/** Text messages read, and answers with two buttons written as the platform's JSON (`fit` included), a second. */
export function adapterSpeed(adapter: Adapter): Figures {
  const { connection, sample, place } = prepare(adapter);
  const encode = ENCODERS[adapter.name];
  if (!encode) throw new Error(`bench/adapter-speed.ts does not know how ${adapter.name} encodes: add it.`);
  const write = () =>
    fit(ANSWER, adapter.capabilities).map((parts) =>
      JSON.stringify(encode({ place, author: "bot", parts, idempotencyKey: "0190a000-0000-7000-8000-000000000002" })),
    );
  return {
    [`${adapter.name}DecodePerSecond`]: perSecond(() => connection.decode(sample)),
    [`${adapter.name}EncodePerSecond`]: perSecond(write),
  };
}

function perSecond(work: () => unknown): number {
  for (let i = 0; i < 2_000; i++) work();
  const startedAt = performance.now();
  let n = 0;
  for (; performance.now() - startedAt < MEASURED_MS; n += 100) for (let i = 0; i < 100; i++) work();
  return n / ((performance.now() - startedAt) / 1_000);
}

/** Whose messages the fixtures are: what is for another account is read no further. */
const OF_THE_FIXTURES: Readonly<Record<string, object>> = {
  instagram: { accountId: "17841405793187218" },
  messenger: { pageId: "104567890123456" },
  whatsapp: { phoneNumberId: "106540352242922" },
};

function prepare(adapter: Adapter) {
  const settings = checkSettings(adapter, { ...PLACEHOLDER_SETTINGS[adapter.name], ...OF_THE_FIXTURES[adapter.name] });
  const connection = adapter.connect(settings, {
    channelId: "0190a000-0000-7000-8000-000000000001",
    fetch,
    log: silentLog,
    clock: systemClock,
    publicUrl: new URL("https://hub.example/in/1"),
    cache: memoryCache(),
    files: memoryFiles(),
  });
  return { connection, ...textSample(adapter.name, (given) => connection.decode(given)) };
}

/** The plainest text message among the adapter's fixtures, and where it came from. */
function textSample(name: string, decode: (payload: Json) => HubEvent[]): { sample: Json; place: string } {
  const folder = path.resolve("adapters", name, "fixtures");
  for (const file of readdirSync(folder).sort((a, b) => a.length - b.length)) {
    const { payload } = JSON.parse(readFileSync(path.join(folder, file), "utf8")) as { payload: Json };
    const events = decode(payload);
    const [event] = events;
    if (events.length === 1 && event?.type === "message" && event.parts.length === 1 && event.parts[0]?.type === "text")
      return { sample: payload, place: event.place };
  }
  throw new Error(`adapters/${name}/fixtures has no plain text message.`);
}
