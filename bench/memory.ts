import { readFile } from "node:fs/promises";
import { createTelegramEmulator } from "../adapters/telegram/emulator.ts";
import { prepareGround, SECRET, teach, textUpdate, type Figures } from "./ground.ts";
import { offerLoad } from "./load.ts";

const MINUTES = Number(process.env["BENCH_MINUTES"] ?? 10);
const PER_SECOND = 100;
const SAMPLE_MS = 2_000;
const MIB = 1024 ** 2;

/** Resident memory of the hub process: idle after the start, and its slope by least squares over a run under load. */
export async function memory(): Promise<Figures> {
  const ground = await prepareGround();
  const emulator = await createTelegramEmulator();
  try {
    await teach(ground.desk);
    const channelId = await ground.telegram(emulator.apiRoot);
    const hub = await ground.startHub();
    await pause(5_000);
    const idleMiB = await residentMiB(hub.pid);

    const samples: { minutes: number; mib: number }[] = [];
    const startedAt = performance.now();
    const sampler = setInterval(() => {
      void residentMiB(hub.pid).then((mib) => samples.push({ minutes: (performance.now() - startedAt) / 60_000, mib }));
    }, SAMPLE_MS);
    await offerLoad({
      port: Number(new URL(hub.url).port),
      path: `/webhooks/${channelId}`,
      headers: { "x-telegram-bot-api-secret-token": SECRET },
      connections: 16,
      requests: PER_SECOND * 60 * MINUTES,
      perSecond: PER_SECOND,
      body(i) {
        const person = 1_000 + (i % 20_000);
        emulator.person(person, "Customer").scans();
        return JSON.stringify(textUpdate(i + 1, person, "Are you open today?"));
      },
    });
    clearInterval(sampler);
    const late = samples.filter(({ minutes }) => minutes > MINUTES / 2); // the first half warms caches and the heap
    return {
      idleMiB,
      minutes: MINUTES,
      messages: PER_SECOND * 60 * MINUTES,
      peakMiB: Math.max(...samples.map(({ mib }) => mib)),
      endMiB: samples.at(-1)!.mib,
      slopeMiBPerMinute: slope(late),
    };
  } finally {
    await ground.leave();
    await emulator.close();
  }
}

async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return (Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024) / MIB;
}

function slope(points: readonly { minutes: number; mib: number }[]): number {
  const mean = (values: number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;
  const x = mean(points.map(({ minutes }) => minutes));
  const y = mean(points.map(({ mib }) => mib));
  const over = points.reduce((sum, point) => sum + (point.minutes - x) * (point.mib - y), 0);
  return over / points.reduce((sum, point) => sum + (point.minutes - x) ** 2, 0);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
