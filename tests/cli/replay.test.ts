import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { buildDist } from "../support/cli.ts";
import { addBot, UPDATE, world, type World } from "../support/cli-world.ts";
import { freePort, startHubProcess } from "../support/hub-process.ts";

beforeAll(buildDist, 120_000);

describe("replay", () => {
  async function withDead(here: World) {
    const channel = await addBot(here);
    const insert = `INSERT INTO arrival (id, channel_id, key, lane, shard, payload, state, reason)
      VALUES (gen_random_uuid(), $1, $2, 'a', 0, $3, $4, $5) RETURNING id`;
    const add = async (key: string, state: string, reason: string) =>
      (await here.sql<{ id: string }>(insert, [channel, key, JSON.stringify(UPDATE), state, reason]))[0]!.id;
    return {
      channel,
      ids: [
        await add("1", "dead", "Its 100% bad."),
        await add("2", "dead", "Odd."),
        await add("3", "ignored", "Nothing."),
      ],
    };
  }
  const states = async ({ sql }: World) =>
    (await sql<{ state: string }>("SELECT state FROM arrival ORDER BY key")).map((row) => row.state).join();

  test("shows first, then puts the dead back in line", async () => {
    const here = await world();
    await withDead(here);
    const shown = await here.cli(["replay", "--dry-run"]);
    expect(shown.stdout).toMatch(/1 +dead +Support .+Its 100% bad\./);
    expect(await states(here)).toBe("dead,dead,ignored");
    const done = await here.cli(["replay"]);
    expect(done).toMatchObject({ code: 0, stdout: "2 arrivals wait again.\n", stderr: /No hub is running/ });
    expect(await states(here)).toBe("waiting,waiting,ignored");
    expect((await here.cli(["replay"])).stdout).toBe("0 arrivals wait again.\n");
  });

  test("narrows by reason, id and channel, and widens to the ignored", async () => {
    const here = await world();
    const { channel, ids } = await withDead(here);
    expect((await here.cli(["replay", "--reason", "100% BAD"])).stdout).toMatch(/^1 arrival waits/);
    expect(await states(here)).toBe("waiting,dead,ignored");
    expect((await here.cli(["replay", "--arrival", ids[1]!, ids[2]!])).stdout).toMatch(/^1 arrival/);
    expect((await here.cli(["replay", "--ignored", "--channel", channel])).stdout).toMatch(/^1 arrival/);
    expect(await states(here)).toBe("waiting,waiting,waiting");
  });

  test("a running hub records what was replayed", async () => {
    const here = await world();
    await withDead(here);
    const hub = await startHubProcess({ ...here.env, PORT: String(await freePort()) });
    onTestFinished(() => hub.kill("SIGKILL"));
    expect((await here.cli(["replay"])).stderr).toBe("The running hub records them now.\n");
    await expect.poll(() => states(here), { timeout: 8_000 }).toBe("recorded,recorded,ignored");
    expect(await here.sql("SELECT 1 FROM message WHERE direction = 'in'")).toHaveLength(1); // the same update, once
  });
});
