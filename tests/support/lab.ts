/** The lab in this process, on a database of its own, asked over HTTP as its page asks. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, inject, onTestFinished } from "vitest";
import type { PlatformKind } from "../../lab/platforms.ts";
import { startLabServer } from "../../lab/server.ts";
import { setStage, type LabDoor } from "../../lab/stage.ts";
import type { Step } from "../../lab/trace.ts";
import { readConfig } from "../../src/config.ts";
import type { EmulatedMessage } from "../../src/contract/index.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { freshConnection } from "./database.ts";
import { socketUrl } from "./hub-process.ts";
import { silentLog } from "./log.ts";

const WAIT = { timeout: 30_000, interval: 150 };

interface State {
  hub: string;
  platforms: { name: string; deeds: string[]; refuses: boolean; doors: LabDoor[]; insideRetryAfter: number }[];
  screen?: (Omit<EmulatedMessage, "at"> & { at: string })[];
}

/** Call it inside a test. */
export async function openLab(kinds?: readonly PlatformKind[]) {
  const connection = await freshConnection();
  const dataDir = await mkdtemp(path.join(tmpdir(), "tributary-lab-"));
  const config = readConfig({
    DATABASE_URL: socketUrl({ ...inject("postgres"), ...connection }),
    TRIBUTARY_SECRET: "the secret of the test",
    TRIBUTARY_DATA_DIR: dataDir,
    ALLOW_PRIVATE_ADDRESSES: "true",
    PORT: "0",
  });
  const stage = await setStage({ config, clock: systemClock, log: silentLog, ...(kinds && { kinds }) });
  const server = await startLabServer(stage);
  onTestFinished(async () => {
    await server.close();
    await stage.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function call<T>(address: string, body?: object): Promise<T> {
    const request = body && {
      ...{ method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) },
    };
    const response = await fetch(new URL(address, server.url), request);
    const answer = (await response.json()) as T & { detail?: string };
    if (!response.ok) throw new Error(`${address} answered ${response.status}: ${answer.detail ?? ""}`);
    return answer;
  }

  const state = (platform: string, person: string) =>
    call<State>(`/state?${new URLSearchParams({ platform, person })}`);
  const trace = async (platform: string) =>
    (await call<{ steps: Step[] }>(`/trace?platform=${platform}&after=0`)).steps;
  return {
    stage,
    url: server.url,
    call,
    state,
    trace,
    act: (platform: string, person: string, deed: object) => call("/act", { platform, person, deed }),
    screen: async (platform: string, person: string) => (await state(platform, person)).screen ?? [],
    /** The step that is looked for, once it is there. */
    async step(platform: string, wanted: (step: Step) => boolean, what: string): Promise<Step> {
      const find = async () => (await trace(platform)).find(wanted);
      await expect.poll(find, { ...WAIT, message: `${platform}: ${what}` }).toBeDefined();
      return (await find())!;
    },
    async until(what: string, is: () => Promise<boolean>): Promise<void> {
      await expect.poll(is, { ...WAIT, message: what }).toBe(true);
    },
  };
}

export type OpenLab = Awaited<ReturnType<typeof openLab>>;
