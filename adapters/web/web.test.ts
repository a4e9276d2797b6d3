import { createHash, randomUUID } from "node:crypto";
import { plainText, type Part, type WebhookRequest } from "../../src/contract/index.ts";
import { keepsAdapterContract } from "../../tests/contract/keeps-adapter-contract.ts";
import { loadSamples, NOW } from "../../tests/contract/tools.ts";
import { DAY_MS, settings, tokensAt } from "../../tests/support/web.ts";
import { encode } from "./encode.ts";
import web from "./index.ts";

const place = "visitor:contract";
/** Why nothing fails on the way out. */
const OWN = "the hub itself is the platform: a message is sent when it is stored";

/** Each body is somebody else's, so that nobody says too much at once. */
function signed(body: Uint8Array, at: Date): WebhookRequest {
  const visitor = createHash("sha256").update(body).digest("hex").slice(0, 8);
  const { token } = tokensAt(at).issue({ place: `visitor:${visitor}`, verified: false }, 60 * DAY_MS);
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return { method: "POST", path: "/messages", query: new URLSearchParams(), headers, body };
}

keepsAdapterContract(web, {
  settings,
  otherSettings: { ...settings, secret: "t".repeat(32) },
  samples: loadSamples(new URL("./fixtures/", import.meta.url)),
  requests: {
    sign: signed,
    proofs: [{ in: "header", name: "authorization" }],
    signsBody: false,
    toleranceMs: 30 * DAY_MS,
    secretSetting: "secret",
    batches: { skip: "a browser sends one thing at a time" },
    wire: () => undefined, // samples are stored as the hub read them, with who asked
    bodies: [
      { name: "a text", body: JSON.stringify({ id: randomUUID(), text: "Are you open?" }), arrivals: 1 },
      {
        name: "an answer, written offline",
        body: JSON.stringify({ id: randomUUID(), text: "Yes, that one", replyTo: "c_1", sentAt: NOW.toISOString() }),
        arrivals: 1,
      },
      { name: "a pressed button", body: JSON.stringify({ id: randomUUID(), choice: { id: "yes" } }), arrivals: 1 },
    ],
  },
  outbound: {
    settingsAt: () => settings,
    message: { place, parts: [{ type: "text", text: "We are." }], idempotencyKey: "key-1" },
    ok: {},
    sent: { externalId: "key-1" },
    faults: [],
    lacks: {
      "retry-after": OWN,
      unauthorized: OWN,
      "recipient-gone": OWN,
      unreachable: OWN,
      "maybe-sent": OWN,
    },
    quota: { skip: OWN },
  },
  stream: { skip: "visitors call us" },
  interactive: { skip: "a press is an ordinary request, which is answered when it is stored" },
  roundTrip: (parts) => ({
    kind: "message",
    id: "c_1",
    visitor: { place },
    receivedAt: NOW.toISOString(),
    text: plainText(encode(parts, (file) => file.ref) as unknown as Part[]),
  }),
});
