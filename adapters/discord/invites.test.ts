import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { HubEvent } from "../../src/contract/index.ts";
import { memoryCache } from "../../src/lib/memory-tools.ts";
import { never } from "../../tests/contract/small-hub.ts";
import { connect, emulate, online } from "../../tests/support/discord.ts";
import { explain, FRESH_MS, openUses, readInvites, usesBetween, type Invite } from "./invites.ts";

type Joined = Extract<HubEvent, { type: "joined" }>;
const entryOf = (event: Joined | undefined) => event?.entry;

describe("invites", () => {
  test("an entry point becomes an invite of its own, and who joins by it came through that door", async () => {
    const emulator = await emulate();
    const guild = emulator.guild("Shop");
    const { connection, heard } = await online(emulator, { settings: { inviteChannelId: guild.systemChannelId } });
    await emulator.until(() => emulator.history.requests.some(({ path }) => path.endsWith("/invites")), "a first look");
    const link = await connection.entryLink?.("K7mQ2xVb9c", never);
    expect(link?.url).toBe(`https://discord.gg/${link?.alias ?? ""}`);
    expect(await connection.entryLink?.("K7mQ2xVb9c", never)).toEqual(link);
    expect((await connection.entryLink?.("another", never))?.alias).not.toBe(link?.alias);
    const ana = emulator.person("Ana");
    ana.joins(guild, link?.alias);
    const [joined] = await heard("joined");
    expect(joined).toMatchObject({
      place: `guild:${guild.id}`,
      placeKind: "group",
      placeTitle: "Shop",
      member: { id: ana.user.id },
    });
    expect(entryOf(joined)).toEqual({
      alias: link?.alias,
      method: "invite",
      raw: link?.url,
      details: { inviter: emulator.bot.id, channel: "general" },
    });
  });

  test("needs a channel for invites", async () => {
    const emulator = await emulate();
    await expect(connect(emulator).entryLink?.("K7mQ2xVb9c", never)).rejects.toThrow(/Set "inviteChannelId"/);
    await expect(connect(emulator).entryLink?.("no spaces", never)).rejects.toThrow(/1 to 64 characters/);
  });

  test("each of many is told apart, one-use invites and the vanity address too", async () => {
    const emulator = await emulate();
    const guild = emulator.guild("Shop");
    guild.vanity = { code: "shoes", uses: 40 };
    const { heard } = await online(emulator);
    const codes = [
      emulator.invite(guild),
      emulator.invite(guild, { maxUses: 1 }),
      emulator.invite(guild, { maxUses: 2 }),
    ].map(({ code }) => code);
    await emulator.until(
      () => emulator.history.requests.some(({ path }) => path.endsWith("/vanity-url")),
      "a first look",
    );
    for (const [index, code] of [...codes, "shoes", codes[2]].entries()) {
      emulator.person(`Person ${index}`).joins(guild, code);
      expect(entryOf((await heard("joined", index + 1)).at(-1))?.alias).toBe(code);
    }
  });

  test("two who come at once by two invites are candidates for both, never guessed", async () => {
    const emulator = await emulate();
    const guild = emulator.guild("Shop");
    const [x, y] = [emulator.invite(guild), emulator.invite(guild)];
    const { heard } = await online(emulator);
    await emulator.until(() => emulator.history.requests.some(({ path }) => path.endsWith("/invites")), "a first look");
    emulator.person("Ana").joins(guild, x.code);
    emulator.person("Li").joins(guild, y.code);
    for (const event of await heard("joined", 2)) {
      expect(entryOf(event)?.alias).toBeUndefined();
      expect(entryOf(event)?.candidates).toEqual([
        { alias: x.code, weight: 0.5 },
        { alias: y.code, weight: 0.5 },
      ]);
    }
  });

  test("two who come at once by the same invite are certain", async () => {
    const emulator = await emulate();
    const guild = emulator.guild("Shop");
    const { code } = emulator.invite(guild);
    const { heard } = await online(emulator);
    await emulator.until(() => emulator.history.requests.some(({ path }) => path.endsWith("/invites")), "a first look");
    emulator.person("Ana").joins(guild, code);
    emulator.person("Li").joins(guild, code);
    expect((await heard("joined", 2)).map((event) => entryOf(event)?.alias)).toEqual([code, code]);
  });

  test("who came by no invite, or before we looked, or where we may not look, came by an unknown door", async () => {
    const emulator = await emulate();
    const guild = emulator.guild("Shop");
    const hidden = emulator.guild("Hidden");
    hidden.showsInvites = false;
    const { code } = emulator.invite(guild);
    const secret = emulator.invite(hidden);
    emulator.person("Early").joins(guild, code);
    const { heard } = await online(emulator);
    await emulator.until(() => emulator.history.requests.some(({ path }) => path.endsWith("/invites")), "a first look");
    emulator.person("Ana").joins(guild);
    emulator.person("Li").joins(hidden, secret.code);
    expect((await heard("joined", 2)).map(entryOf)).toEqual([undefined, undefined]);
  });

  test("an invite that somebody took away is nobody's door", async () => {
    const emulator = await emulate();
    const guild = emulator.guild("Shop");
    const { code } = emulator.invite(guild, { maxUses: 1 });
    let skewMs = 0;
    const { quickClock } = await import("../../tests/support/discord.ts");
    const clock = { ...quickClock, now: () => new Date(Date.now() + skewMs) };
    const { heard } = await online(emulator, { tools: { clock } });
    await emulator.until(() => emulator.history.requests.some(({ path }) => path.endsWith("/invites")), "a first look");
    emulator.removeInvite(guild, code);
    await new Promise((resolve) => setTimeout(resolve, 30));
    skewMs = FRESH_MS + 1_000;
    emulator.person("Ana").joins(guild);
    expect(entryOf((await heard("joined"))[0])).toBeUndefined();
  });

  test("a join while the hub was away is told by what the last hub had seen", async () => {
    const emulator = await emulate();
    const guild = emulator.guild("Shop");
    const [x] = [emulator.invite(guild), emulator.invite(guild)];
    const cache = memoryCache();
    const first = await online(emulator, { tools: { cache } });
    await emulator.until(() => emulator.history.requests.some(({ path }) => path.endsWith("/invites")), "a first look");
    await new Promise((resolve) => setTimeout(resolve, 30));
    await first.stop();
    emulator.person("Ana").joins(guild, x?.code);
    const second = await online(emulator, { tools: { cache } });
    expect(entryOf((await second.heard("joined"))[0])?.alias).toBe(x?.code);
  });

  test("people leave, and the bot itself comes and goes", async () => {
    const emulator = await emulate();
    const guild = emulator.guild("Shop");
    const { heard } = await online(emulator);
    const ana = emulator.person("Ana");
    ana.joins(guild);
    ana.leaves(guild);
    expect((await heard("left"))[0]).toMatchObject({ member: { id: ana.user.id } });
    const other = emulator.guild("Another");
    expect((await heard("joined", 2)).find(({ member }) => member.isSelf)).toMatchObject({
      place: `guild:${other.id}`,
    });
    emulator.push("GUILD_DELETE", { id: other.id });
    expect((await heard("left", 2)).find(({ member }) => member.isSelf)).toMatchObject({ place: `guild:${other.id}` });
    emulator.push("GUILD_DELETE", { id: guild.id, unavailable: true }); // an outage is no leaving
  });
});

describe("the difference of two looks", () => {
  const at = (uses: number, more: Partial<Invite> = {}): Invite => ({ uses, maxUses: 0, ...more });

  test.each<[string, Record<string, Invite>, Record<string, Invite>, number, [string, number][]]>([
    ["one grew", { a: at(1), b: at(5) }, { a: at(2), b: at(5) }, 1, [["a", 1]]],
    ["the last use", { a: at(0, { maxUses: 1 }) }, {}, 1, [["a", 1]]],
    ["more were left than people came", { a: at(0, { maxUses: 9 }) }, {}, 1, []],
    ["it ran out by time", { a: at(0, { maxUses: 1, expiresAt: 500 }) }, {}, 1, []],
    ["deleted just now", { a: at(0, { maxUses: 1, goneAt: 900 }) }, {}, 1, [["a", 1]]],
    ["deleted long ago", { a: at(0, { maxUses: 1, goneAt: 1_000 - FRESH_MS - 1 }) }, {}, 1, []],
    ["made and used in between", {}, { a: at(1) }, 1, [["a", 1]]],
    ["seen for the first time", {}, { a: at(700) }, 1, []],
    ["nothing", { a: at(3) }, { a: at(3) }, 1, []],
  ])("%s", (_what, before, after, joins, expected) => {
    expect([...usesBetween(before, after, joins, 1_000)]).toEqual(expected);
  });

  test("weights sum to one, and every use explains one joining", () => {
    const uses = fc.dictionary(fc.constantFrom("a", "b", "c", "d"), fc.integer({ min: 1, max: 5 }), { minKeys: 1 });
    fc.assert(
      fc.property(uses, (given) => {
        const open = new Map(Object.entries(given));
        const joins = openUses(open);
        const credit = new Map<string, number>();
        for (let i = 0; i < joins; i++) {
          const seen = explain(open);
          const shares = seen?.candidates ?? [{ code: seen?.code ?? "", weight: 1 }];
          expect(shares.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1);
          for (const { code, weight } of shares) credit.set(code, (credit.get(code) ?? 0) + weight);
        }
        expect(explain(open)).toBeUndefined();
        for (const [code, count] of Object.entries(given)) expect(credit.get(code)).toBeCloseTo(count);
      }),
    );
  });

  test("a list of anything is read without harm", () => {
    fc.assert(fc.property(fc.anything(), (list) => void readInvites(list)));
    expect(readInvites([{ code: "__proto__", uses: 1 }, { code: "a", uses: "9" }, null, 7])).toMatchObject({
      a: { uses: 0 },
    });
  });
});
