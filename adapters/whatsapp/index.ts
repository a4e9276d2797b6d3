import { defineAdapter, type Capabilities } from "../../src/contract/index.ts";
import { createGraphClient, createGraphWebhook, GRAPH } from "../graph/index.ts";
import { arrivalsOf } from "./arrivals.ts";
import { check } from "./check.ts";
import { decode } from "./decode.ts";
import { WINDOW } from "./entry.ts";
import { createNumber } from "./number.ts";
import { createOutbound } from "./outbound.ts";
import { createSeen } from "./seen.ts";
import { settings, type Settings } from "./settings.ts";

const TOKEN_HINT =
  "Make a new token in Meta Business Suite (Settings, Users, System users, Generate token) with whatsapp_business_messaging, and put it into the setting accessToken.";

const capabilities: Capabilities = {
  parts: ["text", "file", "choice", "card", "location", "contact", "template"],
  text: { max: 4_096, unit: "utf16", formatting: true },
  choice: { maxOptions: 10, maxLabel: 20 },
  card: { maxOptions: 3, image: true, perMessage: 1 },
  file: { kinds: ["image", "audio", "video", "document", "sticker"], maxBytes: 100_000_000 },
  edit: false,
  delete: false,
  react: true,
  thread: false,
  typing: true,
  acknowledge: true,
  reply: true,
  receipts: ["delivered", "read", "failed"],
  moderation: [],
  idempotentSend: false,
  // One person gets a message in six seconds and up to 45 at once now and then. An even six seconds would make every longer
  // answer slow; who uses up the 45 hears from WhatsApp (131056), and waits alone.
  rates: { channel: { count: 80, perMs: 1_000 }, place: { count: 1, perMs: 1_000 } },
  replyWindow: { message: WINDOW },
  entry: ["prefilled", "ad", "referral", "invite"],
  history: false,
};

export default defineAdapter<Settings>({
  name: "whatsapp",
  settings,
  capabilities,

  connect: (given, tools) => {
    const { accessToken, appSecret, verifyToken, phoneNumberId, version, baseUrl = GRAPH } = given;
    const { fetch, clock } = tools;
    const platform = "WhatsApp";
    const client = createGraphClient({ baseUrl, version, accessToken, fetch, clock, platform, tokenHint: TOKEN_HINT });
    const seen = createSeen();
    const { entryLink, register } = createNumber(client, given, tools);
    const self = { phoneNumberId, readReceipts: given.readReceipts === "on" };
    const take = (payload: Parameters<typeof arrivalsOf>[0]) => {
      const arrivals = arrivalsOf(payload);
      seen.note(arrivals);
      return arrivals;
    };
    return {
      inbound: createGraphWebhook({ appSecret, verifyToken }, take, register),
      decode: (payload) => decode(payload, self),
      ...createOutbound({ client, phoneNumberId, tools, seen }),
      entryLink,
      check: (signal) => check(client, given, tools.publicUrl, signal),
    };
  },
});
