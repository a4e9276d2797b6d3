import { ChannelError, defineAdapter, type Capabilities } from "../../src/contract/index.ts";
import { createApi, WECHAT } from "./api.ts";
import { check } from "./check.ts";
import { createCipher } from "./crypto.ts";
import { decode } from "./decode.ts";
import { createQrCodes } from "./entry.ts";
import { createWebhook } from "./inbound.ts";
import { createMedia } from "./media.ts";
import { MAX_FILE_BYTES } from "./media-upload.ts";
import { createOutbound } from "./outbound.ts";
import { createPassive } from "./passive.ts";
import { MAX_TEXT_BYTES } from "./reply.ts";
import { settings, type Settings } from "./settings.ts";
import { createSetups } from "./setups.ts";

const HOUR_MS = 3_600_000;

const capabilities: Capabilities = {
  parts: ["text", "file", "choice", "card", "template"],
  text: { max: MAX_TEXT_BYTES, unit: "bytes", formatting: false },
  // WeChat publishes no limits for menu messages; these are ours.
  choice: { maxOptions: 10, maxLabel: 120 },
  card: { maxOptions: 0, image: true, perMessage: 1 },
  file: { kinds: ["image", "audio", "video"], maxBytes: MAX_FILE_BYTES },
  edit: false,
  delete: false,
  react: false,
  thread: false,
  typing: true,
  acknowledge: false,
  reply: false,
  receipts: ["delivered", "failed"],
  moderation: [],
  idempotentSend: false,
  rates: {},
  replyWindow: { message: { forMs: 48 * HOUR_MS, messages: 5 } },
  entry: ["scene"],
  history: false,
};

/** WeChat Official Accounts (公众号). */
export default defineAdapter<Settings>({
  name: "wechat",
  settings,
  capabilities,

  connect(given, tools) {
    const { appId, appSecret, token, encryption, encodingAesKey, replies, qrDays, apiRoot = WECHAT } = given;
    const api = createApi({ appId, appSecret, apiRoot, tools });
    const media = createMedia(api, tools);
    const codes = createQrCodes(api, tools);
    const passive = replies === "passive" ? createPassive(tools) : undefined;
    const needsKey = encryption !== "plain" && encodingAesKey !== undefined;
    const cipher = needsKey ? createCipher(encodingAesKey, appId) : undefined;
    return {
      inbound: createWebhook({ token, cipher, mode: encryption, passive, tools }),
      decode: (payload) => decode(payload, { passive: passive !== undefined }),
      ...createOutbound({ api, media, passive, capabilities, tools }),
      async entryLink(code, signal) {
        if (signal.aborted) throw new ChannelError("unreachable", "The call to WeChat was stopped before it began.");
        const { url } = await codes.codeFor(code, qrDays, signal);
        return { url };
      },
      fetchFile: (ref, signal) => media.fetchFile(ref, signal),
      check: (signal) => check(api, { ...given, apiRoot }, tools, signal),
      setups: createSetups(api, codes),
    };
  },
});
