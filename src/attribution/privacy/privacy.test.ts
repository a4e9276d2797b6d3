import { expect, test } from "vitest";
import { attributionWorld, entered, makePerson, type Person } from "../../../tests/support/attribution.ts";
import type { Consents, Erased, PersonExport } from "../../contract/api-privacy.ts";
import { newId } from "../../lib/ids.ts";
import { ERASED_UNTOLD, TOLD_TABLES } from "./person-store.ts";

/** Tables that hold nothing of a person who writes to us. A new table must be decided about: here or in person-store.ts. */
const NOBODYS = [
  ...["canned_reply", "label", "organisation", "saved_view", "webhook"],
  ...["answer_settings", "article_version", "dismissed_question", "golden_question", "model_version"],
  ...["_prisma_migrations", "advice", "advice_score", "api_token", "article", "article_text", "audit", "channel"],
  ...[
    "claim",
    "conversion_kind",
    "cost",
    "credential",
    "entry_alias",
    "erased_people",
    "erased_sale",
    "hit",
    "holdout",
  ],
  ...["hub_process", "identity_provider", "model_run", "people_count", "phrasing", "privacy_setting", "rate_bucket"],
  ...["recovery_code", "report_setting", "sale_count", "session", "sign_in_pace", "staff", "staff_link", "stage_rule"],
  ...["switchback", "switchback_period", "upload_target"],
  ...["document", "document_change", "document_version", "language_model_call", "language_model_settings", "passage"],
  "quote_settings",
  ...["opportunity_rule", "survey", "voice_setting", "voice_topic"],
  ...[
    "advice_decision",
    "expert",
    "handover_rule",
    "handover_setting",
    "place_code",
    "staff_place",
    "team",
    "team_member",
  ],
];

async function livedIn() {
  const world = await attributionWorld();
  const { db, channelId } = world;
  const { code } = await world.entryPoints.create({ name: "Poster", medium: "poster", channelId });
  const groupId = newId();
  await db.query("INSERT INTO conversation (id, channel_id, place, kind) VALUES ($1, $2, 'g', 'group')", [
    groupId,
    channelId,
  ]);

  /** Somebody with a row wherever there can be one; the mark stands in every text of theirs. */
  async function busy(mark: string): Promise<Person> {
    const person = await makePerson(db, channelId);
    const { contactId, identityId, conversationId } = person;
    await db.query("UPDATE identity SET username = $2 WHERE id = $1", [identityId, mark]);
    await world.observe(entered(person, { code, method: "scene", raw: mark }, new Date("2026-02-01T10:00:00Z")));
    const arrivalId = newId();
    await db.query(
      `INSERT INTO arrival (id, channel_id, key, lane, shard, payload, state) VALUES ($1, $2, $3, 'x', 0, $4, 'recorded')`,
      [arrivalId, channelId, arrivalId, JSON.stringify({ mark })],
    );
    for (const [seq, place] of [
      [1, conversationId],
      [mark.length, groupId],
    ] as const) {
      const parts = JSON.stringify([
        { type: "text", text: mark },
        { type: "file", kind: "image", ref: `ref-${mark}` },
      ]);
      await db.query(
        `INSERT INTO event (id, conversation_id, seq, type, external_id, identity_id, contact_id, arrival_id, payload, sent_at)
         VALUES ($1, $2, $3, 'message', $4, $5, $6, $7, $8, now())`,
        [newId(), place, seq, mark, identityId, contactId, arrivalId, JSON.stringify({ text: mark })],
      );
      await db.query(
        `INSERT INTO message (id, conversation_id, seq, direction, author, identity_id, external_id, parts, text, sent_at)
         VALUES ($1, $2, $3, 'in', 'contact', $4, $5, $6, $7, now())`,
        [newId(), place, seq, identityId, mark, parts, mark],
      );
      await db.query("UPDATE conversation SET last_message_text = $2 WHERE id = $1", [place, mark]);
    }
    const fileId = newId();
    await db.query(
      "INSERT INTO stored_file (id, channel_id, name, mime_type, bytes) VALUES ($1, $2, $3, 'image/png', $4)",
      [...[fileId, channelId, mark, Buffer.from(mark)]],
    );
    await db.query(
      "INSERT INTO media (id, channel_id, ref, kind, name, state, stored_file_id) VALUES ($1, $2, $3, 'image', $4, 'kept', $5)",
      [newId(), channelId, `ref-${mark}`, mark, fileId],
    );
    await db.query(
      "INSERT INTO cache_entry (channel_id, key, value, expires_at) VALUES ($1, $2 || (SELECT external_id FROM identity WHERE id = $3), $4, now())",
      [...[channelId, "profile:", identityId, Buffer.from(mark)]],
    );
    await world.conversions.record({
      ...{ kind: "order", source: "till", externalId: mark, amount: 500, currency: "EUR", contactId, note: mark },
      lines: [{ sku: mark, quantity: 1, amount: 500 }],
    });
    await world.call("post", `/contacts/${contactId}/consents`, { purpose: "broadcast", granted: true, source: mark });
    return person;
  }
  /** Where the mark still stands, by table. */
  async function tracesOf(mark: string): Promise<string[]> {
    const tables = await db.query<{ name: string }>(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()",
    );
    const found: string[] = [];
    for (const { name } of tables)
      if ((await db.query(`SELECT 1 FROM "${name}" t WHERE t::text LIKE '%' || $1 || '%' LIMIT 1`, [mark])).length > 0)
        found.push(name);
    return found.sort();
  }
  return { world, busy, tracesOf, groupId };
}

test("every table is decided about: told and erased, erased, or nobody's", async () => {
  const { db } = await attributionWorld();
  const rows = await db.query<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()",
  );
  expect(rows.map(({ name }) => name).sort()).toEqual([...TOLD_TABLES, ...ERASED_UNTOLD, ...NOBODYS].sort());
});

test("an export holds all that is theirs, and nothing of anybody else's", async () => {
  const { world, busy } = await livedIn();
  const ana = await busy("ana-was-here");
  await busy("bob-was-here-too");
  const told = await world.call<PersonExport>("get", `/contacts/${ana.contactId}/export`);
  const text = JSON.stringify(told);
  expect(text).not.toContain("bob-was-here");
  for (const table of [
    "identity",
    "event",
    "message",
    "arrival",
    "media",
    "touch",
    "conversion",
    "conversion_line",
    "consent",
  ])
    expect(JSON.stringify(told.tables[table]), table).toContain("ana-was-here");
  expect(told.tables["message"]).toHaveLength(2);
  expect(await world.db.prisma.audit.findMany()).toMatchObject([{ action: "contact.exported" }]);
});

test("an erased person leaves no trace but anonymous counts and the record of it; nobody else is touched", async () => {
  const { world, busy, tracesOf, groupId } = await livedIn();
  const ana = await busy("ana-was-here");
  const bob = await busy("bob-was-here-too");
  const before = await tracesOf("bob-was-here-too");
  expect(await tracesOf("ana-was-here")).toEqual(
    expect.arrayContaining(["message", "event", "arrival", "touch", "media"]),
  );
  const sums = () =>
    world.db.query(
      "SELECT sum(people)::int AS people, sum(touches)::int AS touches, sum(ordered)::int AS ordered FROM people_count",
    );
  const sales = () => world.db.query("SELECT sum(conversions)::int AS n, sum(amount)::int AS amount FROM sale_count");
  const counted = [await sums(), await sales()];

  const erased = await world.call<Erased>("delete", `/contacts/${ana.contactId}`);
  expect(erased.rows).toMatchObject({
    message: 2,
    event: 2,
    arrival: 1,
    media: 1,
    stored_file: 1,
    identity: 1,
    contact: 1,
  });
  expect(await tracesOf("ana-was-here")).toEqual([]);
  for (const id of [ana.identityId, ana.conversationId]) expect(await tracesOf(id)).toEqual([]);
  expect(await tracesOf(ana.contactId)).toEqual(["audit"]);
  expect(await tracesOf("bob-was-here-too")).toEqual(before);

  expect([await sums(), await sales()]).toEqual(counted);
  expect(await world.counts.verify()).toEqual([]);
  expect(await world.db.prisma.conversation.findUniqueOrThrow({ where: { id: groupId } })).toMatchObject({
    lastMessageText: "bob-was-here-too",
  });
  await expect(world.call("delete", `/contacts/${ana.contactId}`)).rejects.toThrow("no such contact");
  await expect(world.call("get", `/contacts/${ana.contactId}/export`)).rejects.toThrow("no such contact");
  await world.call("delete", `/contacts/${bob.contactId}`);
  expect(await world.counts.verify()).toEqual([]);
});

test("whoever they were before accounts were linked goes too", async () => {
  const { world, busy, tracesOf } = await livedIn();
  const ana = await busy("ana-was-here");
  const former = await busy("ana-before-that");
  const { db } = world;
  await db.query("UPDATE identity SET contact_id = $2 WHERE id = $1", [former.identityId, ana.contactId]);
  await db.query("UPDATE conversation SET contact_id = $2 WHERE id = $1", [former.conversationId, ana.contactId]);
  await db.query(
    "INSERT INTO link (id, identity_id, from_contact_id, to_contact_id, evidence) VALUES ($1, $2, $3, $4, 'x')",
    [...[newId(), former.identityId, former.contactId, ana.contactId]],
  );
  await db.transaction((tx) => world.onIdentityMoved({ identityId: former.identityId, contactId: ana.contactId }, tx));
  const { contactIds } = await world.call<Erased>("delete", `/contacts/${ana.contactId}`);
  expect(contactIds.sort()).toEqual([ana.contactId, former.contactId].sort());
  expect([await tracesOf("ana-before-that"), await tracesOf("ana-was-here")]).toEqual([[], []]);
  expect(await world.counts.verify()).toEqual([]);
});

test("consents are appended, and the latest counts", async () => {
  const world = await attributionWorld();
  const { contactId } = await world.person();
  const say = (granted: boolean, more: object = {}) =>
    world.call<Consents>("post", `/contacts/${contactId}/consents`, {
      ...{ purpose: "conversion-upload", granted, source: "a form", ...more },
    });
  await say(true, { at: "2026-02-01T00:00:00Z" });
  expect(await say(false, { at: "2026-02-03T00:00:00Z", basis: "legitimate-interest" })).toMatchObject({
    now: [{ purpose: "conversion-upload", targetId: null, granted: false }],
  });
  const late = await say(true, { at: "2026-02-02T00:00:00Z" }); // told late, and overtaken already
  expect(late.now).toMatchObject([{ granted: false }]);
  expect(late.history.map(({ granted, basis }) => [granted, basis])).toEqual([
    ...[
      [false, "legitimate-interest"],
      [true, "consent"],
      [true, "consent"],
    ],
  ]);
  await expect(say(true, { targetId: newId() })).rejects.toThrow("no such upload target");
  await expect(say(true, { at: "2027-01-01T00:00:00Z" })).rejects.toThrow("in the future");
  await expect(world.call("get", `/contacts/${newId()}/consents`)).rejects.toThrow("no such contact");
});

test("an old touch loses who it was and keeps what is counted", async () => {
  const world = await attributionWorld();
  const { code, id } = await world.entryPoints.create({ name: "Poster", medium: "poster", channelId: world.channelId });
  const ana = await world.person();
  const scan = (at: string) => entered(ana, { code, method: "scene", raw: "their words" }, new Date(at));
  await world.observe(scan("2025-01-31T00:00:00Z"), scan("2025-02-02T00:00:00Z"));
  await world.db.query(
    "INSERT INTO hit (id, entry_point_id, at, device, referrer, visitor_hash) VALUES ($1, $2, '2025-01-01Z', 'phone', 'https://x.example', 'h')",
    [newId(), id],
  );
  expect(await world.sweepTouches()).toBe(86_400_000);
  const touches = await world.db.prisma.touch.findMany({ orderBy: { at: "asc" } });
  expect(touches).toMatchObject([
    { evidence: {}, identityId: null, conversationId: null, eventId: null, entryPointId: id, contactId: ana.contactId },
    { identityId: ana.identityId, entryPointId: id },
  ]);
  expect(await world.db.prisma.hit.findMany()).toMatchObject([{ visitorHash: "", referrer: null, device: "phone" }]);
  await world.call("put", "/privacy/settings", { touchMonths: 12 });
  await world.sweepTouches();
  expect(await world.db.prisma.touch.count({ where: { identityId: null } })).toBe(2);
  expect(await world.call("get", "/privacy/settings")).toEqual({ touchMonths: 12 });
});

test("an address is kept as a hash of its day alone", async () => {
  const world = await attributionWorld();
  const { code } = await world.entryPoints.create({
    name: "Poster",
    medium: "poster",
    targetUrl: "https://shop.example/",
  });
  const visit = () =>
    world.follow(code, { method: "GET", ip: "203.0.113.77", userAgent: "Mozilla/5.0 (iPhone) Safari" });
  await visit();
  await visit();
  world.clock.at = new Date(world.clock.at.getTime() + 86_400_000);
  await visit();
  const hits = await world.db.query<{ hash: string; row: string }>(
    "SELECT visitor_hash AS hash, hit::text AS row FROM hit ORDER BY at",
  );
  expect(hits.map(({ row }) => row).join()).not.toContain("203.0.113");
  expect(hits[0]!.hash).toBe(hits[1]!.hash);
  expect(hits[2]!.hash).not.toBe(hits[0]!.hash);
});
