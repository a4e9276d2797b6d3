/** The files of a new adapter, by path in its folder. They compile; their contract test fails until the adapter is real. */
export function newAdapterFiles(name: string): Record<string, string> {
  return {
    "index.ts": indexFile(name),
    "settings.ts": settingsFile(name),
    "decode.ts": decodeFile(name),
    "inbound.ts": inboundFile(name),
    "outbound.ts": outboundFile(name),
    [`${name}.test.ts`]: testFile(name),
    "fixtures/unknown.json": fixture(),
    "README.md": readme(name),
  };
}

/** adapters/index.ts with one more adapter. */
export function withAdapter(text: string, name: string): string {
  const line = `import ${name} from "./${name}/index.ts";\n`;
  const imports = [...text.matchAll(/^import .*\n/gm)];
  const after = imports.findLast(([each]) => each < line) ?? imports[0]!;
  const at = after.index + after[0].length;
  const withImport = text.slice(0, at) + line + text.slice(at);
  return withImport.replace(/(readonly Adapter\[\] = \[)([^\]]*)\]/, (_all, head: string, list: string) => {
    return `${head}${list.trimEnd().replace(/,$/, "")}, ${name}]`;
  });
}

/** src/cli/placeholder-settings.ts with settings that open the new adapter. */
export function withPlaceholder(text: string, name: string): string {
  return text.replace(/\n};\s*$/, `\n  ${name}: { secret: "placeholder of sixteen" },\n};\n`);
}

function indexFile(name: string): string {
  return `import { defineAdapter, type Capabilities } from "../../src/contract/index.ts";
import { decode } from "./decode.ts";
import { createWebhook } from "./inbound.ts";
import { createOutbound } from "./outbound.ts";
import { settings } from "./settings.ts";

/** What the platform carries. Say only what it does: everything else is degraded before it is sent. */
const capabilities: Capabilities = {
  parts: ["text"],
  text: { max: 1_000, unit: "utf16", formatting: false },
  edit: false,
  delete: false,
  react: false,
  thread: false,
  typing: false,
  acknowledge: false,
  reply: false,
  receipts: [],
  moderation: [],
  idempotentSend: false,
  rates: {},
  entry: [],
  history: false,
};

export default defineAdapter({
  name: "${name}",
  settings,
  capabilities,
  connect(settings, tools) {
    return { inbound: createWebhook(settings), decode, ...createOutbound(settings, tools), check: async () => [] };
  },
});
`;
}

function settingsFile(name: string): string {
  return `import { z } from "zod";

const WHERE = "The secret must have at least 16 characters. Say here where on the platform's pages it is found. 密钥至少 16 个字符。";

export const settings = z.object({
  secret: z.string({ error: WHERE }).min(16, { error: WHERE }).meta({
    title: "Signing secret",
    description: "Where in the console of ${name} it is found.",
    title_zh: "签名密钥",
    description_zh: "在 ${name} 后台的何处获取。",
    secret: true,
  }),
  apiUrl: z
    .url({ error: "An address such as https://api.example.com. 需填写网址。" })
    .default("https://api.example.com")
    .meta({
      title: "API address",
      description: "Where the platform is reached; another one for an emulator.",
      title_zh: "API 地址",
      description_zh: "平台接口地址；使用模拟器时填写其地址。",
    }),
});
export type Settings = z.infer<typeof settings>;
`;
}

function decodeFile(name: string): string {
  return `import { BadPayload, type HubEvent, type Json } from "../../src/contract/index.ts";

/**
 * What an arrival of ${name} means. Pure: no clock, no network. What is not carried becomes an \`unknown\` event with a
 * reason; what cannot be read at all is refused.
 * @throws BadPayload
 */
export function decode(payload: Json): HubEvent[] {
  if (payload === null || typeof payload !== "object" || Array.isArray(payload)) {
    throw new BadPayload("The update is no object.");
  }
  return [];
}
`;
}

function inboundFile(name: string): string {
  return `import { BadSignature, header, hmacSha256, parseJson, sameSecret, type Webhook } from "../../src/contract/index.ts";
import type { Settings } from "./settings.ts";

/** ${name} calls us and proves it: here by an HMAC of the raw body; change it to what the platform really does. */
export function createWebhook({ secret }: Settings): Webhook {
  return {
    type: "webhook",
    async receive(request) {
      const expected = hmacSha256(secret, request.body).toString("hex");
      if (!sameSecret(header(request, "x-signature"), expected)) {
        throw new BadSignature("The request is not signed with this channel's secret.");
      }
      const payload = parseJson(request.body);
      return { arrivals: [{ key: expected, lane: "one lane for all", payload }] };
    },
  };
}
`;
}

function outboundFile(name: string): string {
  return `import { ChannelError, type AdapterTools, type Connection } from "../../src/contract/index.ts";
import type { Settings } from "./settings.ts";

/** Sends by the API of ${name}. Every refusal of the platform becomes a ChannelError with the right fault. */
export function createOutbound({ apiUrl }: Settings, tools: AdapterTools): Pick<Connection, "send"> {
  return {
    async send({ place, parts }, signal) {
      const body = JSON.stringify({ place, parts });
      const response = await tools.fetch(\`\${apiUrl}/messages\`, { method: "POST", body, signal });
      if (!response.ok) throw new ChannelError("refused", \`The platform answered \${response.status}.\`);
      const { id } = (await response.json()) as { id: string };
      return { externalId: id };
    },
  };
}
`;
}

function testFile(name: string): string {
  return `import { createHmac } from "node:crypto";
import { keepsAdapterContract } from "../../tests/contract/keeps-adapter-contract.ts";
import { loadSamples } from "../../tests/contract/tools.ts";
import ${name} from "./index.ts";

const settings = { secret: "example of sixteen characters" };

// Every failure names what is missing. Real payloads go into fixtures/, the platform's real answers into \`outbound\`.
keepsAdapterContract(${name}, {
  settings,
  otherSettings: { secret: "another of sixteen characters" },
  samples: loadSamples(new URL("./fixtures/", import.meta.url)),
  requests: {
    sign: (body) => ({
      method: "POST",
      path: "/",
      query: new URLSearchParams(),
      headers: { "x-signature": createHmac("sha256", settings.secret).update(body).digest("hex") },
      body,
    }),
    proofs: [{ in: "header", name: "x-signature" }],
    signsBody: true,
    toleranceMs: { skip: "the scheme signs no time" },
    secretSetting: "secret",
    batches: true,
    bodies: [{ name: "a batch of two messages", body: JSON.stringify({ items: [{}, {}] }), arrivals: 2 }],
  },
  outbound: {
    settingsAt: (url) => ({ ...settings, apiUrl: url }),
    message: { place: "1", parts: [{ type: "text", text: "Hello" }], idempotencyKey: "key-1" },
    ok: { body: JSON.stringify({ id: "42" }) },
    sent: { externalId: "42" },
    faults: [
      {
        name: "too fast",
        answer: { status: 429, headers: { "retry-after": "3" } },
        expected: { fault: "retry-after", retryAfterMs: 3_000, scope: "channel" },
      },
      {
        name: "used up for today",
        answer: { status: 429, body: JSON.stringify({ error: "daily quota" }) },
        expected: { fault: "refused" },
      },
      { name: "a token that is no longer good", answer: { status: 401 }, expected: { fault: "unauthorized" } },
      { name: "a person who is gone", answer: { status: 404 }, expected: { fault: "recipient-gone" } },
      { name: "nobody listens", answer: "closed", expected: { fault: "unreachable" } },
      { name: "the line drops after the request", answer: "reset", expected: { fault: "maybe-sent" } },
      { name: "half an answer", answer: "truncated", expected: { fault: "maybe-sent" } },
    ],
    quota: "used up for today",
  },
  stream: { skip: "the platform calls us" },
  interactive: { skip: "the platform waits for no word about a press" },
  roundTrip: (parts) => ({ items: [{ text: JSON.stringify(parts) }] }),
});
`;
}

function fixture(): string {
  return JSON.stringify({ payload: { kind: "something new" }, events: [{ type: "unknown" }] });
}

function readme(name: string): string {
  return `# ${name}

From an empty developer account to a working channel: which page, which scopes, what to paste where.

## In which order to build it

1. \`settings.ts\`: what an operator has to give, in both languages.
2. \`fixtures/\`: twenty or more real payloads, each with the events that it means.
3. \`decode.ts\`, until every fixture decodes exactly.
4. \`inbound.ts\`: the platform's signature over the raw bytes; one arrival for each item of a batch.
5. \`outbound.ts\`: sending, and every refusal with its fault.
6. \`emulator.ts\` and \`emulated.ts\`: the platform on loopback, for tests and the lab.

## What was verified, and how

Nothing yet.

## What the platform cannot do
`;
}
