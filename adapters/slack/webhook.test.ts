import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import type { Connection, HubEvent, WebhookRequest } from "../../src/contract/index.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { afterwards, never } from "../../tests/contract/small-hub.ts";
import { open } from "../../tests/contract/tools.ts";
import { connect, emulate, noting } from "../../tests/support/slack.ts";
import { signSlack } from "./emulator-world.ts";
import slack from "./index.ts";

/** The door as the hub keeps it: what was received is stored, then answered. */
async function serve(connection: Connection, store: () => Promise<boolean> = async () => true) {
  const { inbound } = connection;
  if (inbound.type !== "webhook") throw new Error("These settings open no webhook.");
  const keys: string[] = [];
  const events: HubEvent[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", headers } = request;
      const given: WebhookRequest = {
        method,
        path: "/",
        query: new URLSearchParams(),
        headers,
        body: Buffer.concat(chunks),
      };
      void inbound.receive(given).then(
        async ({ arrivals, reply }) => {
          const answer = (await reply) ?? {};
          if (!(await store())) return response.writeHead(503).end();
          for (const { key, payload } of arrivals) {
            if (!keys.includes(key)) events.push(...connection.decode(payload));
            keys.push(key);
          }
          response.writeHead(answer.status ?? 200, answer.headers).end(answer.body);
        },
        () => response.writeHead(401).end(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterwards(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { keys, events, url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`) };
}

describe("the Events API", () => {
  const webhook = { mode: "webhook" };

  test("answers the challenge, events, commands and presses, within the time", async () => {
    const emulator = await emulate();
    const connection = connect(emulator, webhook);
    const { url, events } = await serve(connection);
    expect(await emulator.attach(url)).toBe("3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P");
    const ana = emulator.person("Ana");
    ana.says("Hi & <hello>");
    ana.commands("/shop", "K7mQ2xVb9c");
    await connection.send(
      {
        place: ana.chat.id,
        parts: [{ type: "choice", prompt: "?", options: [{ id: "y", label: "Yes" }] }],
        idempotencyKey: "k",
      },
      never,
    );
    ana.presses(emulator.sent[0]?.ts ?? "", "Yes");
    await emulator.settle();
    expect(events.filter(({ type }) => type !== "unknown")).toMatchObject([
      { type: "message", parts: [{ text: "Hi & <hello>" }] },
      { type: "entered", entry: { code: "K7mQ2xVb9c" } },
      { type: "pressed", choice: "y" },
    ]);
    expect(emulator.deliveries.every(({ ok, tookMs }) => ok && tookMs < 3_000)).toBe(true);
  });

  test("is delivered again until it is stored, and says so in the log", async () => {
    const emulator = await emulate();
    const { said, log } = noting();
    let refusals = 2;
    const { url, keys, events } = await serve(connect(emulator, webhook, { log }), async () => refusals-- <= 0);
    emulator.world.channels.clear();
    await emulator.attach(url);
    refusals = 2;
    emulator.person("Ana").says("Hello?");
    await emulator.settle();
    expect(keys).toHaveLength(1);
    expect(events).toMatchObject([{ type: "message" }]);
    expect(said.filter((line) => /delivers an event again/.test(line))).toHaveLength(2);
  });

  test("twice, thrice or out of order ends in the same keys", async () => {
    const emulator = await emulate({ seed: 7, faults: { duplicateShare: 0.5, reorderShare: 0.5, reorderMs: 40 } });
    const { url, keys } = await serve(connect(emulator, webhook));
    await emulator.attach(url);
    for (let i = 0; i < 40; i++) emulator.person("Ana").says(String(i));
    await emulator.settle();
    expect(keys.length).toBeGreaterThan(40);
    expect(new Set(keys).size).toBe(40);
  });

  test.each([
    ["too old", -301, false],
    ["from the future", 61, false],
    ["from far in the future", 1e9, false],
    ["a little behind", -290, true],
    ["a little ahead", 30, true],
  ])("a request %s", async (_what, aheadS, taken) => {
    const now = new Date("2026-01-15T12:00:00Z");
    const connection = open(slack, {
      botToken: "xoxb-example-token",
      mode: "webhook",
      signingSecret: "x".repeat(32),
      names: false,
    });
    const body = Buffer.from('{"type":"event_callback","event_id":"Ev1","event":{"type":"x"}}');
    const timestamp = String(now.getTime() / 1_000 + aheadS);
    const headers = {
      "x-slack-request-timestamp": timestamp,
      "x-slack-signature": signSlack("x".repeat(32), timestamp, body),
    };
    const { inbound } = connection;
    if (inbound.type !== "webhook") throw new Error("No webhook.");
    const received = inbound.receive({ method: "POST", path: "/", query: new URLSearchParams(), headers, body });
    if (taken) expect((await received).arrivals).toHaveLength(1);
    else await expect(received).rejects.toThrow(/timestamp/);
  });

  test("Slack's own example of a signature", async () => {
    // https://docs.slack.dev/authentication/verifying-requests-from-slack
    const body =
      "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    const headers = {
      "x-slack-request-timestamp": "1531420618",
      "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    };
    const clock = { ...systemClock, now: () => new Date(1_531_420_620_000) };
    const settings = {
      botToken: "xoxb-example-token",
      mode: "webhook",
      signingSecret: "8f742231b10e8888abcd99yyyzzz85a5",
      names: false,
    };
    const { inbound, decode } = open(slack, settings, { clock });
    if (inbound.type !== "webhook") throw new Error("No webhook.");
    const { arrivals } = await inbound.receive({
      method: "POST",
      path: "/",
      query: new URLSearchParams(),
      headers,
      body: Buffer.from(body),
    });
    expect(arrivals.flatMap(({ payload }) => decode(payload))).toMatchObject([
      { type: "entered", place: "G8PSS9T3V@U2CERLKJA", actor: { username: "roadrunner" } },
    ]);
  });

  test("without its signing secret it is not opened, and the setting is named", () => {
    const { error } = slack.settings.safeParse({ botToken: "xoxb-example-token", mode: "webhook" });
    expect(error?.issues).toMatchObject([
      { path: ["signingSecret"], message: expect.stringMatching(/signingSecret/) as string },
    ]);
    expect(slack.settings.safeParse({ botToken: "xoxb-example-token" }).error?.issues).toMatchObject([
      { path: ["appToken"] },
    ]);
  });
});
