import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { MadeWebhook, WebhookDeliveryView, WebhookView } from "../contract/api-notify.ts";
import { Conflict, Invalid, type Asker, type HubEvent } from "../contract/index.ts";
import type { RecordedEvent } from "../corridor/index.ts";
import { createGuardedFetch } from "../lib/guarded-fetch.ts";
import { newId } from "../lib/ids.ts";
import { createVault } from "../lib/vault.ts";
import { callRoute } from "../../tests/support/call-route.ts";
import { freshDatabase } from "../../tests/support/database.ts";
import { createNotify } from "./index.ts";
import { nextTry } from "./retry.ts";
import { signedHeaders } from "./signature.ts";

const owner: Asker = { staffId: null, name: "Owner", role: "owner" };
const EVENTS = ["message.received", "conversation.resolved"];

interface Heard {
  headers: IncomingHttpHeaders;
  body: string;
}

async function startReceiver() {
  const heard: Heard[] = [];
  const says = { status: 204 };
  const server = createServer((req, res) => {
    let body = "";
    req.on("data", (piece: Buffer) => (body += piece.toString()));
    req.on("end", () => {
      heard.push({ headers: req.headers, body });
      res.writeHead(says.status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { heard, says, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

async function startNotify({ allowPrivate = true } = {}) {
  const db = await freshDatabase();
  const clock = { at: new Date("2026-03-01T09:00:00.000Z"), now: () => clock.at, monotonicMs: () => 0, sleep: async () => undefined }; // prettier-ignore
  const audited: string[] = [];
  const notify = createNotify({
    ...{ db, clock, vault: createVault("a secret of the tests"), allowPrivate },
    fetch: createGuardedFetch({ allowPrivate }),
    audit: async (_tx, { action }) => void audited.push(action),
  });
  const call = <T>(method: string, path: string, body?: unknown) => callRoute<T>(notify.routes, owner, method, path, body); // prettier-ignore
  const later = (ms: number) => (clock.at = new Date(clock.at.getTime() + ms));
  const send = () => notify.sendDue(new AbortController().signal);
  const log = async (id: string) =>
    (await call<{ items: WebhookDeliveryView[] }>("get", `/webhooks/${id}/deliveries`)).items;
  return { db, notify, call, later, send, log, audited };
}

function wrote(text: string): RecordedEvent {
  const at = new Date("2026-03-01T09:00:00.000Z");
  const event: HubEvent = {
    ...{ type: "message", id: "1", place: "ana", placeKind: "direct", sentAt: at, addressed: true },
    actor: { id: "ana", isBot: false },
    parts: [{ type: "text", text }],
  } as HubEvent;
  const ids = { id: newId(), channelId: newId(), conversationId: newId(), identityId: newId(), contactId: newId() };
  return { ...ids, seq: 1, placeKind: "direct", newContact: false, event, sentAt: at };
}

test("signs as Standard Webhooks does", () => {
  // The vector of https://github.com/standard-webhooks/standard-webhooks
  const headers = signedHeaders("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", {
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    at: new Date(1_614_265_330_000),
    body: '{"test": 2432232314}',
  });
  expect(headers["webhook-signature"]).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
});

test("tells who wants it, once, with a signature that holds", async () => {
  const { db, notify, call, send, log, audited } = await startNotify();
  const receiver = await startReceiver();
  const { id, secret } = await call<MadeWebhook>("post", "/webhooks", {
    name: "CRM",
    url: receiver.url,
    events: EVENTS,
  });
  expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
  expect(JSON.stringify(await call("get", "/webhooks"))).not.toContain(secret);
  const recorded = wrote("Are you open? 今天");
  await db.transaction((tx) => notify.observer.observe([recorded, { ...recorded, event: { type: "given-back", staffId: null } }], tx)); // prettier-ignore
  expect(await send()).toBe(0);
  await send();

  expect(receiver.heard).toHaveLength(1);
  const [{ headers, body }] = receiver.heard as [Heard];
  expect(JSON.parse(body)).toMatchObject({
    type: "message.received",
    timestamp: "2026-03-01T09:00:00.000Z",
    data: { conversationId: recorded.conversationId, text: "Are you open? 今天" },
  });
  const key = Buffer.from(secret.slice(6), "base64");
  const signed = `${headers["webhook-id"] as string}.${headers["webhook-timestamp"] as string}.${body}`;
  expect(headers["webhook-signature"]).toBe(`v1,${createHmac("sha256", key).update(signed).digest("base64")}`);
  expect(await log(id)).toMatchObject([{ state: "sent", status: 204, attempts: 1, id: headers["webhook-id"] }]);
  expect(audited).toEqual(["webhook.created"]);
});

test("tries again under the same id for a day, then gives up; by hand it goes once more", async () => {
  const { notify, call, send, log, later } = await startNotify();
  const receiver = await startReceiver();
  receiver.says.status = 500;
  const { id } = await call<MadeWebhook>("post", "/webhooks", { name: "CRM", url: receiver.url, events: EVENTS });
  await call("post", `/webhooks/${id}/ping`);
  for (let n = 0; n < 12; n++) {
    await send();
    later(13 * 3_600_000);
  }
  expect(new Set(receiver.heard.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  expect(await log(id)).toMatchObject([{ state: "failed", attempts: 8, status: 500, reason: "The address answered 500." }]); // prettier-ignore
  expect((await call<{ items: WebhookView[] }>("get", "/webhooks")).items[0]?.failingSince).not.toBeNull();

  receiver.says.status = 200;
  const [{ id: deliveryId }] = (await log(id)) as [WebhookDeliveryView];
  await call("post", `/webhooks/${id}/deliveries/${deliveryId}/retry`);
  await send();
  expect(await log(id)).toMatchObject([{ state: "sent", status: 200 }]);
  expect((await call<{ items: WebhookView[] }>("get", "/webhooks")).items[0]).toMatchObject({ failingSince: null });
  await expect(notify.observer.observe([], undefined!)).resolves.toBeUndefined();
});

test("an address that fails for five days, or wants no more, is switched off until somebody switches it on", async () => {
  const { call, send, later } = await startNotify();
  const receiver = await startReceiver();
  receiver.says.status = 503;
  const { id } = await call<MadeWebhook>("post", "/webhooks", { name: "CRM", url: receiver.url, events: EVENTS });
  const shown = async () => (await call<{ items: WebhookView[] }>("get", "/webhooks")).items[0]!;
  const ping = () => call("post", `/webhooks/${id}/ping`);
  await ping();
  await send();
  later(6 * 86_400_000);
  await ping();
  await send();
  expect(await shown()).toMatchObject({ enabled: false, stoppedReason: expect.stringContaining("five days") });
  await expect(ping()).rejects.toBeInstanceOf(Conflict);

  await call("patch", `/webhooks/${id}`, { enabled: true });
  expect(await shown()).toMatchObject({ enabled: true, stoppedReason: null, failingSince: null });
  receiver.says.status = 410;
  await ping();
  await send();
  expect(await shown()).toMatchObject({ enabled: false, stoppedReason: expect.stringContaining("410") });
});

test("private networks and open http are refused, and a redirect is not followed", async () => {
  const closed = await startNotify({ allowPrivate: false });
  const body = { name: "CRM", url: "http://crm.example/hook", events: EVENTS };
  await expect(closed.call("post", "/webhooks", body)).rejects.toBeInstanceOf(Invalid);
  const { id } = await closed.call<MadeWebhook>("post", "/webhooks", { ...body, url: "https://127.0.0.1:9/secret" });
  await closed.call("post", `/webhooks/${id}/ping`);
  await closed.send();
  expect(await closed.log(id)).toMatchObject([
    { state: "waiting", status: null, reason: "The address leads to a private network; it is not called." },
  ]);

  const open = await startNotify();
  const receiver = await startReceiver();
  receiver.says.status = 302;
  const made = await open.call<MadeWebhook>("post", "/webhooks", { ...body, url: receiver.url });
  await open.call("post", `/webhooks/${made.id}/ping`);
  await open.send();
  expect(await open.log(made.id)).toMatchObject([{ state: "waiting", status: 302 }]);
});

test("tells of each conversion once, and of none from before it was made", async () => {
  const { db, notify, call, log } = await startNotify();
  const insert = (externalId: string, at: string) =>
    db.query(
      "INSERT INTO conversion (id, contact_id, kind, source, external_id, amount, currency, at, recorded_at) VALUES ($1, $2, 'order', 'till', $3, 4200, 'EUR', $4, $4)",
      [newId(), newId(), externalId, at],
    );
  await insert("before", "2026-03-01T08:59:00.000Z");
  const { id } = await call<MadeWebhook>("post", "/webhooks", { name: "CRM", url: "https://crm.example/", events: ["conversion.recorded"] }); // prettier-ignore
  await insert("after", "2026-03-01T09:00:01.000Z");
  await Promise.all([notify.tellConversions(), notify.tellConversions()]);
  await notify.tellConversions();
  expect(await log(id)).toHaveLength(1);
  const [row] = await db.query<{ payload: string }>("SELECT payload FROM webhook_delivery");
  expect(JSON.parse(row!.payload)).toMatchObject({ type: "conversion.recorded", data: { externalId: "after", amount: 4200 } }); // prettier-ignore
});

test("waits longer after each failure", () => {
  const now = new Date("2026-01-01T00:00:00Z");
  const waits = [1, 2, 3, 4, 5, 6, 7].map((n) => nextTry(n, now, 0)!.getTime() - now.getTime());
  expect([...waits].sort((a, b) => a - b)).toEqual(waits);
  expect(nextTry(8, now, 0)).toBeUndefined();
});
