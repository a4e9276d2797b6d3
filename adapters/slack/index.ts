import { defineAdapter, type Capabilities } from "../../src/contract/index.ts";
import { createCall, SLACK } from "./api.ts";
import { check } from "./check.ts";
import { decode } from "./decode.ts";
import { createLookups } from "./lookups.ts";
import { createOutbound } from "./outbound.ts";
import { settings, type Settings } from "./settings.ts";
import { createSetups } from "./setups.ts";
import { createSocket } from "./socket.ts";
import { createFinishStep } from "./steps.ts";
import { createThreads } from "./threads.ts";
import { createWebhook } from "./webhook.ts";

const capabilities: Capabilities = {
  parts: ["text", "file", "choice", "card"],
  text: { max: 4_000, unit: "utf16", formatting: true },
  choice: { maxOptions: 100, maxLabel: 75 },
  card: { maxOptions: 5, image: true, perMessage: 10 },
  file: { kinds: ["image", "audio", "video", "document"], maxBytes: 1_000_000_000 },
  edit: true,
  delete: true,
  react: true,
  thread: true,
  typing: false,
  acknowledge: false, // Slack wants its answer when the press is stored, and has it then
  reply: true,
  receipts: [],
  moderation: [],
  idempotentSend: false,
  rates: { channel: { count: 300, perMs: 60_000 }, place: { count: 1, perMs: 1_000 } },
  entry: ["start-param", "keyword", "invite"],
  history: false,
};

export default defineAdapter<Settings>({
  name: "slack",
  settings,
  capabilities,

  connect: (given, tools) => {
    const { botToken, mode, appToken = "", signingSecret = "", botUserId, names } = given;
    const apiRoot = (given.apiRoot ?? SLACK).replace(/\/?$/, "/");
    const call = createCall(botToken, apiRoot, tools.clock);
    const threads = createThreads(tools.cache);
    const lookups = createLookups({ call, tools, threads, names, botUserId });
    const finishStep = createFinishStep(call, tools);
    return {
      inbound:
        mode === "webhook"
          ? createWebhook({ tools, lookups, finishStep }, signingSecret)
          : createSocket({ appToken, apiRoot, tools, lookups, finishStep }),
      decode: (payload) => decode(payload, { botUserId }),
      ...createOutbound({ call, tools, token: botToken, apiRoot, threads }),
      check: (signal) => check(call, { ...given, apiRoot }, tools, signal),
      setups: createSetups(call),
    };
  },
});
