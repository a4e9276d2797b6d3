import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { EntryPointReport } from "../src/contract/api-attribution.ts";
import type { ConversationView, MessageView } from "../src/contract/api-conversations.ts";
import { createApi, type Api } from "./api.ts";
import { CUSTOMERS } from "./cast.ts";
import { widthOf } from "./columns.ts";
import { createStory, firstDayBefore } from "./story.ts";

/** Runs the built demo beside nobody's terminal. */
async function startDemo(...options: string[]) {
  const dataDir = await mkdtemp(path.join(tmpdir(), "demo-run-"));
  await chmod(dataDir, 0o755); // run by root, the database has a user of its own
  const child = spawn(process.execPath, ["dist/demo.js", ...options], {
    env: { PATH: process.env["PATH"] ?? "", PORT: "0", TRIBUTARY_DATA_DIR: dataDir, LANG: "C.UTF-8" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await rm(dataDir, { recursive: true, force: true });
  });
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const ended = once(child, "exit").then(([code]) => ({ code: code as number | null, output, errors }));
  return {
    ended,
    stop: () => child.kill("SIGTERM"),
    async says(pattern: RegExp): Promise<RegExpExecArray> {
      for (;;) {
        const match = pattern.exec(output);
        if (match) return match;
        if (child.exitCode !== null) throw new Error(`The demo ended without saying ${pattern}.\n${output}\n${errors}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  };
}

async function allMessages(api: Api): Promise<MessageView[]> {
  const { items } = await api.get<{ items: ConversationView[] }>("/conversations?limit=200");
  const pages = items.map(({ id }) => api.get<{ items: MessageView[] }>(`/conversations/${id}/messages?limit=200`));
  return (await Promise.all(pages)).flatMap((page) => page.items);
}

test(
  "the demo's table says what the API says, and everything lies on the days of the story",
  { timeout: 90_000 },
  async () => {
    const demo = await startDemo("--stay", "--language", "en");
    const [, token] = await demo.says(/TOKEN=(\S+)\n/);
    const [, url] = await demo.says(/The hub is at (\S+),/);
    const [, ...cells] = await demo.says(
      /\n {2}All +(\d+) +(\d+) +(\d+) +(\d+) +([\d.,]+) +(\d+) +([\d.,]+) +([\d.,]+)\n/,
    );
    const api = createApi(new URL(url!), token!);

    const report = await api.get<EntryPointReport>("/reports/entry-points");
    const { hits, people, conversations, conversions, revenue, cost } = report.totals;
    const pounds = (sums: EntryPointReport["totals"]["cost"]) => (sums[0]!.amount / 100).toFixed(2);
    const counts = [
      hits,
      people,
      conversations,
      conversions,
      pounds(revenue),
      conversions,
      pounds(revenue),
      pounds(cost),
    ];
    expect(cells).toEqual(counts.map(String));
    expect([people, conversations, report.rows.length]).toEqual([Object.keys(CUSTOMERS).length, people, 6]);

    const begin = firstDayBefore(new Date());
    const end = new Date(createStory(begin).at(-1)!.at.getTime() + 3_600_000);
    const window = `from=${begin.toISOString()}&to=${end.toISOString()}`;
    const within = await api.get<EntryPointReport>(`/reports/entry-points?${window}`);
    expect(within.totals).toMatchObject({ hits, conversions, revenue, cost });
    const messages = await allMessages(api);
    expect(messages.filter(({ direction }) => direction === "out").length).toBeGreaterThan(50);
    for (const { sentAt } of messages) expect(new Date(sentAt) >= begin && new Date(sentAt) < end).toBe(true);
    expect(messages.flatMap(({ deliveryState }) => deliveryState ?? []).filter((state) => state !== "sent")).toEqual(
      [],
    );

    demo.stop();
    const { code, output, errors } = await demo.ended;
    expect([code, errors]).toEqual([0, ""]);
    const story = output.slice(0, output.indexOf("Look around"));
    expect(Math.max(...story.split("\n").map(widthOf))).toBeLessThanOrEqual(80);
    expect(story).not.toContain("\u001b");
  },
);

test("it ends by itself where nobody sits, and speaks Chinese when asked", { timeout: 90_000 }, async () => {
  const demo = await startDemo("--language", "zh");
  const { code, output, errors } = await demo.ended;
  expect([code, errors]).toEqual([0, ""]);
  expect(output).toMatch(/按首次触点 +按末次触点/);
  expect(output.replace(/\s/g, "")).toContain("归因所得，不等于因果");
});
