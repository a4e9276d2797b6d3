import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { adapters } from "../../adapters/index.ts";
import { PLACEHOLDER_SETTINGS } from "../../src/cli/placeholder-settings.ts";
import { runHere } from "../support/cli.ts";

// decode and receive: what needs neither database nor settings.

const folder = mkdtempSync(path.join(tmpdir(), "tributary-cli-"));
const SECRET = "0123456789abcdef";
const BOT = { token: "7000000001:AAE-not_a_real_token", username: "shop_bot" };

function file(content: unknown): string {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  const name = path.join(folder, `${createHash("sha256").update(text).digest("hex").slice(0, 12)}.json`);
  writeFileSync(name, text);
  return name;
}

function fixture(name: string): { payload: object; events: unknown[] } {
  return JSON.parse(readFileSync(`adapters/telegram/fixtures/${name}.json`, "utf8"));
}

test("every adapter can be opened with placeholders", () => {
  for (const { name, settings } of adapters)
    expect(settings.safeParse(PLACEHOLDER_SETTINGS[name]).error, name).toBeUndefined();
});

describe("decode", () => {
  test("prints the events of every direct payload without settings, and nothing else", async () => {
    for (const each of ["text", "text-chinese", "start-with-code", "photo-with-caption", "sticker"]) {
      const { payload, events } = fixture(each);
      const { code, stdout, stderr } = await runHere(["decode", "telegram", file(payload)]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(JSON.parse(stdout)).toEqual(events);
    }
  });

  test("settings say who the bot is", async () => {
    const { payload } = fixture("group-mention");
    const update = file(payload);
    const addressed = async (...more: string[]) => {
      const { stdout } = await runHere(["decode", "telegram", update, ...more]);
      return (JSON.parse(stdout) as { addressed: boolean }[])[0]!.addressed;
    };
    expect(await addressed()).toBe(false);
    const username = /@(\w+)/.exec(JSON.stringify(payload))![1]!;
    expect(await addressed("--settings", file({ ...BOT, username }))).toBe(true);
  });

  test("reads the standard input, and many payloads at once", async () => {
    const both = [fixture("text"), fixture("sticker")];
    const payloads = both.map(({ payload }) => payload);
    const events = both.flatMap((each) => each.events);
    const list = await runHere(["decode", "telegram", "-", "--batch"], JSON.stringify(payloads));
    expect(JSON.parse(list.stdout)).toEqual(events);
    const lines = await runHere(
      ["decode", "telegram", "-", "--batch"],
      payloads.map((each) => `${JSON.stringify(each)}\r\n`).join("\n"),
    );
    expect(JSON.parse(lines.stdout)).toEqual(events);
    const one = await runHere(["decode", "telegram", "-"], `\uFEFF${JSON.stringify(payloads[0])}`);
    expect(JSON.parse(one.stdout)).toEqual(both[0]!.events);
  });

  test.each<[string, string[], RegExp]>([
    ["a missing file", ["telegram", "/nowhere.json"], /^\/nowhere\.json cannot be read: there is no such file\.$/],
    ["a directory", ["telegram", folder], /cannot be read: it is a directory\.$/],
    ["what is no JSON", ["telegram", file("{oops")], /cannot be read: the body is not valid JSON\.$/],
    [
      "a deep nest",
      ["telegram", file("[".repeat(100_000))],
      /cannot be read: the body is nested deeper than 64 levels\.$/,
    ],
    [
      "an unknown adapter",
      ["telegrm", file({})],
      /^There is no adapter "telegrm"; there are: [a-z, ]*telegram[a-z, ]*\.$/,
    ],
    ["no update", ["telegram", file({ hello: 1 })], /cannot be read: .+\.$/],
    ["a list without --batch", ["telegram", file([])], /cannot be read: .+ add --batch\.$/],
    ["a bad item", ["telegram", file([fixture("text").payload, 7]), "--batch"], /, item 2, cannot be read: .+\.$/],
    ["nothing a visitor sent", ["web", file({ hello: 1 })], /cannot be read: this is nothing that a visitor sent/],
    [
      "wrong settings",
      ["telegram", file({}), "--settings", file({ token: "pl4nted" })],
      /settings\.token: The token must look like/,
    ],
    ["settings that are no object", ["telegram", file({}), "--settings", file([])], /must hold a JSON object\.$/],
  ])("says in one line why it cannot read %s", async (_what, args, words) => {
    const { code, stdout, stderr } = await runHere(["decode", ...args]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(stderr.trim()).toMatch(words);
    expect(stderr).not.toContain("pl4nted");
  });

  test("all recorded payloads can be read", async () => {
    const names = readdirSync("adapters/telegram/fixtures").map((name) => name.replace(".json", ""));
    const lines = names.map((name) => JSON.stringify(fixture(name).payload)).join("\n");
    const { code, stdout } = await runHere(["decode", "telegram", "-", "--batch"], lines);
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as unknown[]).length).toBeGreaterThanOrEqual(names.length);
  });
});

describe("receive", () => {
  const settings = file({ ...BOT, mode: "webhook", secret: SECRET });
  const request = (body: string | object, secret = SECRET) => ({
    method: "POST",
    path: "/",
    query: {},
    headers: { "X-Telegram-Bot-Api-Secret-Token": secret, "Content-Type": "application/json" },
    bodyBase64: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)).toString("base64"),
  });
  const receive = async (recorded: unknown, adapter = "telegram", config = settings, ...more: string[]) => {
    const ran = await runHere(
      ["receive", adapter, "--settings", config, "--request", "-", ...more],
      JSON.stringify(recorded),
    );
    return { ...ran, verdict: ran.stdout === "" ? undefined : JSON.parse(ran.stdout) };
  };

  test("takes what is proven: arrivals, and what they mean", async () => {
    const { payload, events } = fixture("text");
    const { code, stderr, verdict } = await receive(request(payload));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(verdict).toEqual({
      accepted: true,
      arrivals: [{ key: "845100001", lane: expect.any(String), payload }],
      events,
    });
  });

  test.each<[string, object, RegExp]>([
    [
      "a forged secret",
      request(fixture("text").payload, "another-secret-of-16"),
      /does not carry this channel's Telegram secret/,
    ],
    ["no secret", { bodyBase64: "" }, /does not carry/],
    ["a doubled secret", { headers: { "x-telegram-bot-api-secret-token": [SECRET, SECRET] } }, /does not carry/],
    ["what is no JSON", request("{"), /not valid JSON/],
    ["what is no update", request({ hello: 1 }), /no Telegram update/],
  ])("refuses %s with the reason, which is an answer", async (_what, recorded, reason) => {
    const { code, stderr, verdict } = await receive(recorded);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(verdict).toEqual({ accepted: false, reason: expect.stringMatching(reason), arrivals: [], events: [] });
  });

  test("what would be stored and die says so", async () => {
    const { verdict } = await receive(request({ update_id: 7, message: "junk" }));
    expect(verdict).toMatchObject({ accepted: true, reason: /^The arrival 7 would be stored as dead: / });
    expect(verdict.arrivals).toHaveLength(1);
    expect(verdict.events).toEqual([]);
  });

  test("the clock can be set back to the moment of the request", async () => {
    const { payload } = fixture("pressed");
    delete (payload as { received_ms?: number }).received_ms;
    const { verdict } = await receive(request(payload), "telegram", settings, "--now", "2026-01-31T12:00:00Z");
    expect(verdict.events[0].sentAt).toBe("2026-01-31T12:00:00.000Z");
  });

  test("shows the adapter's own reply and refusal", async () => {
    const web = file({ secret: "0123456789abcdef0123456789abcdef" });
    const open = { path: "/session", bodyBase64: Buffer.from("{}").toString("base64") };
    const { verdict } = await receive(open, "web", web);
    expect(verdict).toMatchObject({ accepted: true, reply: { headers: { "content-type": "application/json" } } });
    expect(JSON.parse(verdict.reply.body)).toHaveProperty("visitorToken");

    const { verdict: lost } = await receive({ path: "/nowhere" }, "web", web);
    expect(lost).toMatchObject({
      accepted: false,
      reason: "The chat has nothing at this address.",
      reply: { status: 404 },
    });
  });

  test.each<[string, string[], RegExp]>([
    ["settings that open no webhook", ["--settings", file(BOT), "--request", file({})], /listens by itself/],
    ["wrong settings", ["--settings", file({ mode: "webhook" }), "--request", file({})], /settings\.token: /],
    ["a missing file", ["--settings", "/nowhere.json", "--request", file({})], /^\/nowhere\.json cannot be read/],
    [
      "a request that is none",
      ["--settings", settings, "--request", file({ headers: 7 })],
      /is no recorded request \(headers: /,
    ],
    ["no moment", ["--settings", settings, "--request", file({}), "--now", "soon"], /"soon" is no moment/],
    ["no address", ["--settings", settings, "--request", file({}), "--public-url", "here"], /"here" is no address/],
  ])("cannot be asked with %s", async (_what, args, words) => {
    const { code, stdout, stderr } = await runHere(["receive", "telegram", ...args]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(words);
  });
});

test.each<[string, string[], RegExp]>([
  [
    "a role that there is not",
    ["token", "create", "--name", "x", "--role", "king"],
    /Allowed choices are owner, admin/,
  ],
  ["what is no id", ["token", "revoke", "7"], /An id looks like 0190a000/],
  [
    "wrong settings",
    ["channel", "add", "telegram", "--name", "x", "--settings", "-"],
    /settings\.token: The token must look like/,
  ],
  ["an entry point to nowhere", ["entry", "create", "--name", "x", "--medium", "poster"], /either --channel or --url/],
  [
    "an unfit medium",
    ["entry", "create", "--name", "x", "--medium", "A B", "--url", "https://shop.example"],
    /medium: Small letters/,
  ],
  ["settings that nobody gives", ["channel", "add", "telegram", "--name", "x"], /Nobody is at the terminal/],
  ["two files at once", ["import", "a", "--articles", "b"], /^Name one file/],
  ["no column names", ["import", "--articles", "-"], /it must hold a list of articles/],
  ["a head that is none", ["audit", "verify", "--since", "7"], /A head looks like 42:HASH/],
])("refuses %s before it opens anything", async (_what, line, words) => {
  const { code, stdout, stderr } = await runHere(line, "{}", { DATABASE_URL: "postgres://nowhere/x" });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(words);
  expect(stderr).not.toMatch(/\n {4}at /);
});

describe("help", () => {
  const COMMANDS =
    "doctor claim,token create,token list,token revoke,channel list,channel add,channel check,channel register,channel enable,channel disable,channel setup"
      .replace(" ", ",")
      .split(",")
      .concat("entry create,entry list,decode,receive,replay,export,import,audit verify".split(","));

  test.each(COMMANDS)("%s explains itself with an example and its exit codes", async (command) => {
    const { code, stdout } = await runHere([...command.split(" "), "--help"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Examples:\n {2}# .+\n {2}npm run -s cli -- /);
    expect(stdout).toMatch(/Exit codes:\n {2}0 {2}.+\n {2}1 {2}.+/);
  });

  test("bare, it lists the commands; misspelt, it suggests one", async () => {
    expect((await runHere([])).stdout).toContain("what the hub makes of a payload");
    const { code, stderr } = await runHere(["decod"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/unknown command 'decod'[^]*Did you mean decode\?/);
  });
});
