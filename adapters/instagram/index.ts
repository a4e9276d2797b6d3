import {
  ChannelError,
  defineAdapter,
  type AdapterTools,
  type Capabilities,
  type Json,
} from "../../src/contract/index.ts";
import { createGraphClient, GRAPH, textIn, type GraphClient, type GraphOptions } from "../graph/index.ts";
import {
  AGENT_MS,
  CODE,
  createFileDoor,
  createMessagingOutbound,
  createProfileSetups,
  createTrail,
  WINDOW,
} from "../graph/messaging.ts";
import { check } from "./check.ts";
import { decode, INSTAGRAM } from "./decode.ts";
import { createInbound } from "./inbound.ts";
import { settings, type Settings } from "./settings.ts";
import { createRenewingClient } from "./token.ts";

const GRAPH_INSTAGRAM = "https://graph.instagram.com";
const DAY_MS = 86_400_000;
const HEARTS = new Set(["❤", "❤️", "♥", "♥️"]);

const capabilities: Capabilities = {
  parts: ["text", "file", "choice", "card"],
  text: { max: 1_000, unit: "bytes", formatting: false },
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
  receipts: ["read"],
  moderation: [],
  idempotentSend: false,
  rates: { channel: { count: 300, perMs: 1_000 } },
  replyWindow: { message: WINDOW, agentMs: AGENT_MS },
  entry: ["referral", "ad"],
  history: false,
};

const TOKEN_HINT =
  'Generate a new token (App Dashboard, Instagram, API setup) and put it in the setting "accessToken". 请在应用面板重新生成访问令牌并更新设置。';

export default defineAdapter<Settings>({
  name: "instagram",
  settings,
  capabilities,

  connect: (given, tools) => {
    const client = createClient(given, tools);
    const trail = createTrail(tools.cache, tools.clock, true); // its echoes do not always name their app
    const files = createFileDoor({ ...tools, appSecret: given.appSecret });
    // The page's token stands for the page: what is its Instagram account's must be asked for as such.
    const query: Record<string, string> = given.login === "facebook" ? { platform: "instagram" } : {};
    const setups = createProfileSetups({ client, platform: INSTAGRAM, node: "me", query });
    return {
      inbound: createInbound(given, { client, trail, files, tools }),
      decode: (payload) => decode(payload, given),
      ...createMessagingOutbound({
        client,
        tools,
        platform: INSTAGRAM,
        node: "me",
        trail,
        fileDoor: files,
        mostBytes: { image: 8_000_000 },
        reactionOf,
      }),
      entryLink: (code, signal) => entryLink(code, given, { client, tools }, signal),
      check: (signal) => check(client, given, query, signal),
      setups: [setups.iceBreakers, setups.menu],
    };
  },
});

function createClient({ login, accessToken, baseUrl, version }: Settings, tools: AdapterTools): GraphClient {
  const own = login === "instagram";
  const options: GraphOptions = {
    baseUrl: baseUrl ?? (own ? GRAPH_INSTAGRAM : GRAPH),
    version,
    accessToken,
    fetch: tools.fetch,
    clock: tools.clock,
    platform: INSTAGRAM,
    tokenHint: TOKEN_HINT,
  };
  return own ? createRenewingClient(options, tools) : createGraphClient(options);
}

/** Accounts react with a heart and with nothing else. */
function reactionOf(emoji: string): string {
  if (HEARTS.has(emoji)) return "love";
  throw new ChannelError("refused", "Instagram takes a heart as a reaction, and no other emoji.");
}

async function entryLink(
  code: string,
  { username, accountId, login }: Settings,
  { client, tools }: { client: GraphClient; tools: AdapterTools },
  signal: AbortSignal,
): Promise<{ url: string }> {
  if (!CODE.test(code))
    throw new ChannelError("refused", "A code on Instagram is 1 to 64 characters of A-Z a-z 0-9 _ -.");
  const ask = async () => {
    const node = login === "instagram" ? "me" : accountId;
    const account = (await client.call("GET", node, { query: { fields: "username" } }, signal)) as Json;
    const found = textIn(account, "username");
    if (found === undefined)
      throw new ChannelError("refused", 'Instagram does not tell the username: put it in the setting "username".');
    return found;
  };
  const name = username ?? (await tools.cache.once("username", DAY_MS, ask));
  return { url: `https://ig.me/m/${name}?ref=${code}` };
}
