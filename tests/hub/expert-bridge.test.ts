import { expect, test } from "vitest";
import { newId } from "../../src/lib/ids.ts";
import { placeCodeIn, newPlaceCode } from "../../src/handover/codes.ts";
import { PLATFORMS } from "../../lab/platforms.ts";
import { openLab } from "../support/lab.ts";

const WAIT = { timeout: 20_000, interval: 100 };

test(
  "a customer on Telegram is answered by an expert in Slack, and by the bot again",
  { timeout: 120_000 },
  async () => {
    const lab = await openLab(PLATFORMS.filter(({ title }) => /Telegram|Slack/.test(title.en)));
    const { db } = lab.stage.hub;
    const staffId = newId();
    const code = newPlaceCode();
    await db.query("INSERT INTO staff (id, name, email, role) VALUES ($1, 'Eva', 'eva@shop.example', 'agent')", [
      staffId,
    ]);
    await db.query(
      `INSERT INTO expert (staff_id, topics, label_ids, languages, answers_at) VALUES ($1, '{varnish}', '{}', '{}', 'place')`,
      [staffId],
    );
    await db.query(
      "INSERT INTO place_code (hash, staff_id, expires_at) VALUES ($1, $2, now() + interval '9 minutes')",
      [...[placeCodeIn(code), staffId]],
    );
    const says = async (platform: string, person: string) =>
      (await lab.screen(platform, person)).filter(({ from }) => from === "hub").map(({ text }) => text);

    await lab.act("slack", "Eva", { type: "say", text: code });
    await expect.poll(async () => (await says("slack", "Eva")).join("\n"), WAIT).toContain("Welcome, Eva.");

    await lab.act("telegram", "Ana", { type: "say", text: "Let me talk to a person about your varnish" });
    await expect.poll(async () => (await says("slack", "Eva")).join("\n"), WAIT).toMatch(/#1 Ana .*\n[^]*varnish/);
    const header = (await lab.screen("slack", "Eva")).find(({ text }) => text.startsWith("#1 Ana"));

    await lab.act("slack", "Eva", { type: "say", text: "It dries in two hours.", replyTo: header!.id });
    await expect.poll(() => says("telegram", "Ana"), WAIT).toContain("It dries in two hours.");
    await lab.act("telegram", "Ana", { type: "say", text: "Thank you! And when it rains?" });
    await expect.poll(() => says("slack", "Eva"), WAIT).toContain("#1 Ana: Thank you! And when it rains?");
    await lab.act("slack", "Eva", { type: "say", text: "#1 Then four." });
    await expect.poll(() => says("telegram", "Ana"), WAIT).toContain("Then four.");

    await lab.act("slack", "Eva", { type: "say", text: "!back" });
    await expect.poll(() => says("slack", "Eva"), WAIT).toContain("#1 is the bot's again.");
    await expect.poll(async () => (await says("telegram", "Ana")).at(-1), WAIT).toMatch(/^I am the assistant/);
  },
);
