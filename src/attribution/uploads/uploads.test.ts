import { expect, test } from "vitest";
import { adPlatforms } from "../../../tests/support/ad-platforms.ts";
import { attributionWorld, entered, type AttributionWorld, type Person } from "../../../tests/support/attribution.ts";
import type { UploadApiName, UploadPreview } from "../../contract/api-uploads.ts";
import { newId } from "../../lib/ids.ts";
import { sha256 } from "./hashing.ts";

const CLICKED = new Date("2026-03-01T09:00:00Z");
const CLICKS = { gclid: "G1", fbclid: "F1", ttclid: "T1", ga_client_id: "1.2", ctwa_clid: "C1", utm_source: "x" };

async function shop() {
  const world = await attributionWorld();
  const ads = await adPlatforms(() => world.clock.at);
  const target = async (api: UploadApiName, more: object = {}) =>
    String(
      (
        await world.call("post", "/upload-targets", {
          ...{ api, name: api, enabled: true, settings: ads.settings[api], ...more },
        })
      )["id"],
    );
  const allow = (person: Person, granted = true, targetId: string | null = null) =>
    world.db.query(
      `INSERT INTO consent (id, contact_id, purpose, target_id, granted, basis, source, at, recorded_at)
       VALUES ($1, $2, 'conversion-upload', $3, $4, 'consent', 'test', $5, $5)`,
      [newId(), person.contactId, targetId, granted, world.clock.at],
    );
  /** Somebody who clicked on ads and allowed all targets. */
  const clicker = async (details: Record<string, string> = CLICKS) => {
    const person = await world.person();
    await world.observe(entered(person, { method: "page", raw: "https://shop.example/", details }, CLICKED));
    await allow(person);
    return person;
  };
  const buy = async (person: Person, more: object = {}) =>
    world.conversions.record({
      ...{ kind: "order", source: "till", externalId: newId(), amount: 1_250, currency: "EUR" },
      ...{ contactId: person.contactId, note: "wrote: please call me", ...more },
    });
  const uploads = () => world.db.prisma.upload.findMany({ orderBy: { id: "asc" } });
  return { world, ads, target, allow, clicker, buy, uploads };
}

const pass = (world: AttributionWorld, ms: number) => void (world.clock.at = new Date(world.clock.at.getTime() + ms));
const HOUR = 3_600_000;

test("each platform gets what it knows a person by, once, and nothing that was written", async () => {
  const { world, ads, target, clicker, buy, uploads } = await shop();
  for (const api of ["meta", "meta-messaging", "ga4", "google-ads", "tiktok"] as const) await target(api);
  const person = await clicker();
  await world.db.query("UPDATE identity SET attributes = $2 WHERE id = $1", [
    person.identityId,
    { email: " Ana@Shop.Example ", phone: "+49 170 123-4567" },
  ]);
  const { id } = await buy(person, { lines: [{ sku: "tea", quantity: 2, amount: 1_250 }] });
  expect(await world.sendUploads()).toBe(5_000);
  expect((await uploads()).map(({ state, reason }) => [state, reason])).toEqual(Array(5).fill(["sent", null]));

  const bodies: Record<string, unknown> = Object.fromEntries(ads.taken.map((each) => [each.platform, each.body]));
  expect(ads.taken).toHaveLength(4); // the same event_id: Meta counts the chat's and the page's once
  const [page] = ads.calls.flatMap(({ platform, body }) => (platform === "meta" ? (body["data"] as object[]) : []));
  expect(page).toMatchObject({
    ...{ event_name: "Purchase", event_id: id, event_time: world.clock.at.getTime() / 1_000 },
    user_data: {
      ...{ fbc: `fb.1.${CLICKED.getTime()}.F1`, em: [sha256("ana@shop.example")], ph: [sha256("491701234567")] },
    },
    custom_data: { value: 12.5, currency: "EUR", contents: [{ id: "tea", quantity: 2, item_price: 6.25 }] },
  });
  expect(bodies["google"]).toMatchObject({
    ...{ gclid: "G1", orderId: id, conversionDateTime: "2026-03-01 12:00:00+00:00", conversionValue: 12.5 },
    userIdentifiers: [{ hashedEmail: sha256("ana@shop.example") }, { hashedPhoneNumber: sha256("+491701234567") }],
    consent: { adUserData: "GRANTED", adPersonalization: "DENIED" },
  });
  expect(bodies["ga4"]).toMatchObject({
    client_id: "1.2",
    events: [{ name: "purchase", params: { transaction_id: id } }],
  });
  expect(bodies["tiktok"]).toMatchObject({ event: "CompletePayment", event_id: id, user: { ttclid: "T1" } });
  const messaging = ads.calls.find(({ body }) => JSON.stringify(body).includes("business_messaging"));
  expect(messaging?.body).toMatchObject({
    data: [{ messaging_channel: "whatsapp", user_data: { ctwa_clid: "C1", whatsapp_business_account_id: "222" } }],
  });
  const everything = JSON.stringify(ads.calls.map(({ body }) => body));
  for (const secret of ["please call", "Ana@", "ana@", "1701234", person.contactId])
    expect(everything).not.toContain(secret);
  expect((await uploads())[0]!.fields).toContain("data.user_data.em");
});

test("nothing is put out without consent, without a key, for another kind, or for a target that is off", async () => {
  const { world, target, allow, clicker, buy, uploads } = await shop();
  const meta = await target("meta", { kinds: ["order"] });
  await target("tiktok", { enabled: false });
  const silent = await world.person();
  await buy(silent);
  await allow(silent);
  await buy(silent); // allowed, but nobody could know them again
  const refused = await clicker({ fbclid: "F2" });
  await allow(refused, false, meta);
  await buy(refused);
  const forbidden = await clicker({ fbclid: "F3", consent: "false" });
  await buy(forbidden);
  await buy(await clicker({ fbclid: "F4" }), { kind: "booking" });
  expect(await uploads()).toEqual([]);
  await buy(await clicker({ fbclid: "F5" }));
  expect(await uploads()).toMatchObject([{ targetId: meta, state: "waiting" }]);
});

test("a consent that is taken back keeps what waits from leaving", async () => {
  const { world, ads, target, allow, clicker, buy, uploads } = await shop();
  await target("meta");
  const person = await clicker();
  await buy(person);
  await allow(person, false);
  await world.sendUploads();
  expect(await uploads()).toMatchObject([{ state: "withheld", reason: expect.stringContaining("not allowed") }]);
  expect(ads.calls).toEqual([]);
});

test.each<[UploadApiName, number]>([
  ["meta", 7 * 24],
  ["ga4", 72],
  ["google-ads", 90 * 24],
  ["tiktok", 7 * 24],
])("%s is not told after its window of %d hours", async (api, hours) => {
  const { world, ads, target, clicker, buy, uploads } = await shop();
  await target(api);
  const person = await clicker();
  const at = world.clock.at.toISOString();
  await buy(person, { at });
  pass(world, hours * HOUR);
  if (api === "google-ads") pass(world, -4 * HOUR); // the click was three hours earlier
  await world.sendUploads();
  expect(await uploads()).toMatchObject([{ state: "sent" }]);
  pass(world, 5 * HOUR);
  await buy(person, { at });
  await world.sendUploads();
  expect((await uploads())[1]).toMatchObject({ state: "withheld", reason: expect.stringMatching(/days/) });
  expect(ads.taken).toHaveLength(1);
});

test("a refusal is kept with its reason and without the token, and can be tried again", async () => {
  const { world, ads, target, clicker, buy, uploads } = await shop();
  const id = await target("meta");
  const person = await clicker();
  await buy(person, { currency: "ISK" });
  await world.sendUploads();
  expect(await uploads()).toMatchObject([{ state: "refused", reason: "Meta: Invalid currency or value (100)" }]);

  await world.call("patch", `/upload-targets/${id}`, { settings: { accessToken: "meta-token-0001-old" } });
  await buy(person);
  await world.sendUploads();
  const upload = (await uploads())[1]!;
  expect(upload).toMatchObject({ state: "refused", attempts: 1 });
  await world.call("patch", `/upload-targets/${id}`, { settings: { accessToken: "meta-token-0001" } });
  await world.call("post", `/uploads/${upload.id}/retry`);
  await world.sendUploads();
  expect((await uploads())[1]).toMatchObject({ state: "sent", reason: null });
  await expect(world.call("post", `/uploads/${upload.id}/retry`)).rejects.toThrow("refused is tried again");
  ads.fail([400, { error: { message: "Bad token meta-token-0001 given", code: 190 } }]);
  await buy(person);
  await world.sendUploads();
  expect((await uploads())[2]!.reason).toBe("Meta: Bad token … given (190)");
});

test("busy and broken platforms are tried again, later each time, and never twice at their side", async () => {
  const { world, ads, target, clicker, buy, uploads } = await shop();
  await target("tiktok");
  await buy(await clicker());
  ads.fail([503, ""], [200, { code: 40_100, message: "Too many requests" }, { "retry-after": "600" }]);
  await world.sendUploads();
  expect(await uploads()).toMatchObject([{ state: "waiting", attempts: 1 }]);
  await world.sendUploads(); // not due yet
  expect(ads.calls).toHaveLength(1);
  pass(world, 30_000);
  await world.sendUploads();
  expect(await uploads()).toMatchObject([
    { state: "waiting", attempts: 2, reason: "TikTok: Too many requests (40100)" },
  ]);
  pass(world, 599_000);
  await world.sendUploads();
  expect(ads.calls).toHaveLength(2);
  pass(world, 1_000);
  await world.sendUploads();
  expect(await uploads()).toMatchObject([{ state: "sent", attempts: 3 }]);
  await world.db.query("UPDATE upload SET state = 'waiting'");
  await world.sendUploads(); // as after an answer that was lost
  expect(ads.taken).toHaveLength(1);
});

test("a platform out of reach is given up after a day, with the reason", async () => {
  const { world, target, clicker, buy, uploads } = await shop();
  await target("meta", { settings: { datasetId: "1", accessToken: "t", baseUrl: "http://127.0.0.1:1" } });
  await buy(await clicker());
  for (let round = 0; round < 12; round++) {
    await world.sendUploads();
    pass(world, 3 * HOUR);
  }
  expect(await uploads()).toMatchObject([
    { state: "refused", attempts: 12, reason: expect.stringContaining("cannot be reached") },
  ]);
});

test("refunds follow what was told, where the platform takes them", async () => {
  const { world, ads, target, clicker, buy, uploads } = await shop();
  for (const api of ["google-ads", "ga4", "meta"] as const) await target(api);
  const person = await clicker();
  const { id } = await buy(person);
  await world.conversions.refund(id, { source: "till", externalId: "r1", amount: 250 });
  await world.sendUploads();
  await world.sendUploads();
  const after = await uploads();
  const ofRefund = after.filter(({ conversionId }) => conversionId !== id);
  expect(after.filter(({ conversionId }) => conversionId === id).map(({ state }) => state)).toEqual(
    Array(3).fill("sent"),
  );
  expect(ofRefund.map(({ state, reason }) => reason ?? state).sort()).toEqual(
    ["Meta takes no refunds; what it was told before stays there.", "sent", "sent"].sort(),
  );
  expect(ads.taken.map(({ id }) => id)).toEqual(
    expect.arrayContaining([`${id} RESTATEMENT 2026-03-01 12:00:00+00:00`, `refund ${id}`]),
  );
  await world.conversions.refund(id, { source: "till", externalId: "r2", amount: 1_000 });
  await world.sendUploads();
  expect(ads.taken.map(({ id }) => id).join()).toContain("RETRACTION");
});

test("the dry run shows letter for letter what then leaves, and calls nobody", async () => {
  const { world, ads, target, clicker, buy } = await shop();
  const meta = await target("meta", { enabled: false });
  await target("ga4", { kinds: ["booking"] });
  const person = await clicker({ fbclid: "F1" });
  await world.call("patch", `/upload-targets/${meta}`, { enabled: true });
  const { id } = await buy(person);
  const [first, second] = await world.call<UploadPreview[] & Record<string, unknown>>(
    "get",
    `/conversions/${id}/uploads`,
  );
  expect(ads.calls).toEqual([]);
  expect(first).toMatchObject({ wouldSend: true, why: null, upload: { state: "waiting" } });
  expect(JSON.stringify(first)).not.toContain("meta-token");
  expect(second).toMatchObject({ wouldSend: false, why: 'The target is not told of "order".', upload: null });
  await world.sendUploads();
  expect(ads.calls).toMatchObject([{ body: first!.request!.body }]);
  await expect(world.call("get", `/conversions/${newId()}/uploads`)).rejects.toThrow("There is no conversion");
});

test("settings lie sealed, are shown masked, are checked, and a secret does not follow to a new address", async () => {
  const { world, target, ads } = await shop();
  const id = await target("meta");
  const [shown] = await world.call<{ settings: Record<string, unknown> }[] & Record<string, unknown>>(
    "get",
    "/upload-targets",
  );
  expect(shown!.settings).toMatchObject({ datasetId: "111", accessToken: "…0001" });
  const [row] = await world.db.query<{ settings: Buffer }>("SELECT settings FROM upload_target");
  expect(row!.settings.toString("latin1")).not.toContain("meta-token");
  const change = (settings: object) => world.call("patch", `/upload-targets/${id}`, { settings });
  expect(await change(shown!.settings)).toMatchObject({ settings: { accessToken: "…0001" } });
  await expect(change({ datasetId: "x" })).rejects.toThrow("consists of digits alone");
  await expect(change({ baseUrl: "https://evil.example" })).rejects.toThrow("accessToken");
  await expect(target("ga4", { settings: { ...ads.settings.ga4, measurementId: "UA-1" } })).rejects.toThrow("G-XXX");
});

test("a conversion that is undone leaves nothing to be told", async () => {
  const { target, clicker, buy, uploads } = await shop();
  await target("meta");
  const person = await clicker();
  const first = await buy(person, { externalId: "1" });
  expect(await buy(person, { externalId: "1" })).toEqual(first);
  expect(await uploads()).toHaveLength(1);
});
