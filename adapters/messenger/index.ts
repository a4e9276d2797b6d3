import { ChannelError, defineAdapter, type Capabilities } from "../../src/contract/index.ts";
import { createGraphClient } from "../graph/index.ts";
import {
  AGENT_MS,
  CODE,
  createMessagingOutbound,
  createProfileSetups,
  createTrail,
  WINDOW,
} from "../graph/messaging.ts";
import { check } from "./check.ts";
import { decode, MESSENGER } from "./decode.ts";
import { createInbound } from "./inbound.ts";
import { settings, type Settings } from "./settings.ts";

const capabilities: Capabilities = {
  parts: ["text", "file", "choice", "card", "template"],
  text: { max: 2_000, unit: "utf16", formatting: false },
  choice: { maxOptions: 13, maxLabel: 20 },
  card: { maxOptions: 3, image: true, perMessage: 10, maxTitle: 80, maxText: 80 },
  file: { kinds: ["image", "audio", "video", "document"], maxBytes: 25_000_000 },
  edit: false,
  delete: false,
  react: true,
  thread: false,
  typing: true,
  acknowledge: false,
  reply: true,
  receipts: ["delivered", "read"],
  moderation: [],
  idempotentSend: false,
  rates: { channel: { count: 300, perMs: 1_000 } },
  replyWindow: { message: WINDOW, agentMs: AGENT_MS },
  entry: ["referral", "ad"],
  history: false,
};

const TOKEN_HINT =
  'Generate a new token (App Dashboard, Messenger, API setup) and put it in the setting "pageToken". 请在应用面板重新生成主页访问令牌并更新设置。';

export default defineAdapter<Settings>({
  name: "messenger",
  settings,
  capabilities,

  connect: (given, tools) => {
    const { pageId, pageToken, username, baseUrl, version } = given;
    const client = createGraphClient({
      baseUrl,
      version,
      accessToken: pageToken,
      fetch: tools.fetch,
      clock: tools.clock,
      platform: MESSENGER,
      tokenHint: TOKEN_HINT,
    });
    const trail = createTrail(tools.cache, tools.clock, false); // its echoes name their app
    const setups = createProfileSetups({ client, platform: MESSENGER, node: "me", query: {} });
    return {
      inbound: createInbound(given, { client, trail, tools }),
      decode: (payload) => decode(payload, given),
      ...createMessagingOutbound({
        client,
        tools,
        platform: MESSENGER,
        node: pageId,
        trail,
        fileDoor: "upload",
        reactionOf: (emoji) => emoji,
      }),
      async entryLink(code) {
        if (!CODE.test(code))
          throw new ChannelError("refused", "A code on Messenger is 1 to 64 characters of A-Z a-z 0-9 _ -.");
        return { url: `https://m.me/${username ?? pageId}?ref=${code}` };
      },
      check: (signal) => check(client, given, signal),
      setups: [setups.getStarted, setups.greeting, setups.iceBreakers, setups.menu],
    };
  },
});
