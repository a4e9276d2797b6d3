import { defineAdapter, type Capabilities } from "../../src/contract/index.ts";
import { CDN, createCall, DISCORD } from "./api.ts";
import { check } from "./check.ts";
import { decode } from "./decode.ts";
import { MAX_FILE_BYTES } from "./files.ts";
import { createGateway } from "./gateway.ts";
import { createInteractions } from "./inbound.ts";
import { createOutbound } from "./outbound.ts";
import { botIdIn, settings, type Settings } from "./settings.ts";
import { setupsOf } from "./setups.ts";

const capabilities: Capabilities = {
  parts: ["text", "file", "choice", "card"],
  text: { max: 2_000, unit: "utf16", formatting: true },
  choice: { maxOptions: 25, maxLabel: 80 },
  card: { maxOptions: 5, image: true, perMessage: 5 },
  file: { kinds: ["image", "audio", "video", "document"], maxBytes: MAX_FILE_BYTES },
  edit: true,
  delete: true,
  react: true,
  thread: true,
  typing: true,
  acknowledge: false, // done as soon as the interaction is stored: three seconds are short
  reply: true,
  receipts: [],
  moderation: [],
  idempotentSend: true,
  rates: { channel: { count: 50, perMs: 1_000 }, place: { count: 5, perMs: 5_000 } },
  entry: ["invite", "start-param", "prefilled"],
  history: false,
};

export default defineAdapter<Settings>({
  name: "discord",
  settings,
  capabilities,

  connect(given, tools) {
    const { token, mode, publicKey, inviteChannelId, readsMessages, watchesMembers } = given;
    const call = createCall(token, given.apiRoot ?? DISCORD, tools.clock);
    const selfId = botIdIn(token);
    const applicationId = given.applicationId ?? selfId;
    const parts = { call, tools, applicationId };
    return {
      inbound:
        mode === "interactions" && publicKey
          ? createInteractions(parts, publicKey)
          : createGateway({ call, tools, token, selfId, readsMessages, watchesMembers }),
      decode: (payload) => decode(payload, { id: selfId }),
      ...createOutbound({ ...parts, inviteChannelId, cdnRoot: given.cdnRoot ?? CDN }),
      check: (signal) => check({ ...parts, settings: given }, signal),
      setups: setupsOf(call, applicationId),
    };
  },
});
