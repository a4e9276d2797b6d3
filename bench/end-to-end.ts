import { createTelegramEmulator } from "../adapters/telegram/emulator.ts";
import { prepareGround, SECRET, teach, textUpdate, type Figures } from "./ground.ts";
import { offerLoad, quantile } from "./load.ts";

const PER_SECOND = 500;
const SECONDS = 30;
const WARM_UP = 2_000;
const PEOPLE = 5_000;

/** Webhook in, reply at the platform: latency as the person sees it, at a sustained rate, with an instant bot. */
export async function endToEnd(): Promise<Figures> {
  const ground = await prepareGround();
  const emulator = await createTelegramEmulator();
  try {
    await teach(ground.desk);
    const channelId = await ground.telegram(emulator.apiRoot);
    const hub = await ground.startHub();
    const port = Number(new URL(hub.url).port);
    const saidAt = new Map<number, number>();
    let updates = 0;
    const offer = (requests: number, perSecond: number) => {
      const first = updates;
      updates += requests;
      return offerLoad({
        port,
        path: `/webhooks/${channelId}`,
        headers: { "x-telegram-bot-api-secret-token": SECRET },
        connections: 64,
        requests,
        perSecond,
        body(i) {
          const person = 1_000 + ((first + i) % PEOPLE);
          emulator.person(person, "Customer").scans();
          saidAt.set(first + i, performance.now());
          return JSON.stringify(textUpdate(first + i + 1, person, "Are you open today?"));
        },
      });
    };
    const repliesTo = (n: number) => untilReplies(() => emulator.history.sent.length, n);

    await offer(WARM_UP, PER_SECOND / 2);
    await repliesTo(WARM_UP);
    const before = await statements(hub.url);
    const acknowledged = await offer(PER_SECOND * SECONDS, PER_SECOND);
    await repliesTo(updates);
    const roundTrips = (await statements(hub.url)) - before;

    const latencies = latenciesOf(emulator.history.sent, saidAt).slice(WARM_UP);
    return {
      messagesPerSecond: acknowledged.perSecond,
      replies: emulator.history.sent.length - WARM_UP,
      acknowledgedP99Ms: acknowledged.p99Ms,
      replyP50Ms: quantile(latencies, 0.5),
      replyP99Ms: quantile(latencies, 0.99),
      sqlRoundTripsPerMessage: roundTrips / (PER_SECOND * SECONDS),
      lost: updates - emulator.history.sent.length,
    };
  } finally {
    await ground.leave();
    await emulator.close();
  }
}

/** The n-th reply in a chat answers the n-th message there: each person waits for the answer before asking again. */
function latenciesOf(sent: readonly { chatId: number; atMs: number }[], saidAt: ReadonlyMap<number, number>): number[] {
  const answered = new Map<number, number>();
  return sent.map(({ chatId, atMs }) => {
    const nth = answered.get(chatId) ?? 0;
    answered.set(chatId, nth + 1);
    return atMs - saidAt.get(nth * PEOPLE + (chatId - 1_000))!;
  });
}

async function untilReplies(count: () => number, wanted: number): Promise<void> {
  for (const end = performance.now() + 60_000; count() < wanted && performance.now() < end;) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function statements(hubUrl: string): Promise<number> {
  const text = await (await fetch(new URL("metrics", hubUrl))).text();
  return Number(/^tributary_database_round_trips\{[^}]*\} (\d+)/m.exec(text)?.[1]);
}
