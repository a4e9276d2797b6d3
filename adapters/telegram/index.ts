import { defineAdapter, type Capabilities } from "../../src/contract/index.ts";
import { createCall, TELEGRAM } from "./api.ts";
import { check } from "./check.ts";
import { decode } from "./decode.ts";
import { createPolling, createWebhook } from "./inbound.ts";
import { createOutbound } from "./outbound.ts";
import type { Self } from "./people.ts";
import { settings, type Settings } from "./settings.ts";

const capabilities: Capabilities = {
  parts: ["text", "file", "choice", "location", "contact"],
  text: { max: 4_096, unit: "utf16", formatting: true },
  choice: { maxOptions: 100, maxLabel: 64 },
  file: { kinds: ["image", "audio", "video", "document", "sticker"], maxBytes: 50_000_000 },
  edit: true,
  delete: true,
  react: true,
  thread: true,
  typing: true,
  acknowledge: true,
  reply: true,
  receipts: [],
  moderation: [],
  idempotentSend: false,
  rates: { channel: { count: 30, perMs: 1_000 }, place: { count: 1, perMs: 1_000 } },
  entry: ["start-param", "group-start-param", "invite"],
  history: false,
};

export default defineAdapter<Settings>({
  name: "telegram",
  settings,
  capabilities,

  connect: ({ token, mode, secret, username, apiRoot = TELEGRAM }, tools) => {
    const call = createCall(token, apiRoot, tools.clock);
    const self: Self = { id: Number(token.split(":")[0]), ...(username && { username: username.toLowerCase() }) };
    return {
      inbound: mode === "webhook" && secret ? createWebhook({ call, tools }, secret) : createPolling({ call, tools }),
      decode: (payload) => decode(payload, self),
      ...createOutbound({ call, tools, token, apiRoot, username }),
      check: (signal) => check(call, { token, mode, secret, username, apiRoot }, tools, signal),
    };
  },
});
