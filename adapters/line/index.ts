import {
  defineAdapter,
  type AdapterTools,
  type Capabilities,
  type Connection,
  type Received,
  type WebhookRequest,
} from "../../src/contract/index.ts";
import { createApi, LINE_API, LINE_DATA } from "./api.ts";
import { check } from "./check.ts";
import { decode } from "./decode.ts";
import { createErrands } from "./errands.ts";
import { createFetchFile } from "./fetch-file.ts";
import { createFileLinks } from "./files.ts";
import { createInbound } from "./inbound.ts";
import { createLiff } from "./liff.ts";
import { createOutbound } from "./outbound.ts";
import { createPeople } from "./people.ts";
import { createQuotes } from "./quotes.ts";
import { createDeliver } from "./reply.ts";
import { richMenu } from "./rich-menu.ts";
import { settings, type Settings } from "./settings.ts";

const capabilities: Capabilities = {
  parts: ["text", "file", "choice", "card", "location"],
  text: { max: 5_000, unit: "utf16", formatting: false },
  choice: { maxOptions: 13, maxLabel: 20 },
  card: { maxOptions: 8, image: true, perMessage: 12 },
  file: { kinds: ["image", "audio", "video", "document", "sticker"], maxBytes: 200_000_000 },
  edit: false,
  delete: false,
  react: false,
  thread: false,
  typing: true,
  acknowledge: true,
  reply: true,
  receipts: [],
  moderation: [],
  idempotentSend: true,
  rates: { channel: { count: 2_000, perMs: 1_000 } },
  entry: ["start-param", "prefilled"],
  history: false,
};

export default defineAdapter<Settings>({ name: "line", settings, capabilities, connect });

function connect(given: Settings, tools: AdapterTools): Connection {
  const { channelSecret, channelAccessToken: token, liffId, prefilledText } = given;
  const { apiBase = LINE_API, dataBase = LINE_DATA } = given;
  const { call, raw } = createApi({ token, apiBase, dataBase, tools });
  const errands = createErrands(tools.log);
  const quotes = createQuotes(tools, errands);
  const people = createPeople({ call, errands, tools });
  const fetchFile = createFetchFile({ raw, token, tools });
  const files = createFileLinks({ channelSecret, tools, fetchOwn: fetchFile });
  const deliver = createDeliver({ call, tools, quotes });
  const { send, act, entryLink, chatUrl } = createOutbound({
    call,
    tools,
    deliver,
    files,
    quotes,
    liffId,
    prefilledText,
  });
  const liff = liffId === undefined ? undefined : createLiff({ liffId, call, tools, chatUrl });

  const pages = (request: WebhookRequest): Promise<Received> | undefined =>
    request.path === "/liff" && liff ? liff(request) : files.serve(request);

  return {
    inbound: createInbound({ channelSecret, call, people, quotes, pages }),
    decode,
    send,
    act,
    entryLink,
    fetchFile,
    check: (signal) => check({ call, tools, liffId }, signal),
    setups: [richMenu({ call, tools })],
  };
}
