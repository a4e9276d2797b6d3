import { createTelegramEmulator } from "../adapters/telegram/emulator.ts";
import { prepareGround, teach, textUpdate, type Figures, type Ground } from "./ground.ts";

const MESSAGES = 100_000;
const PEOPLE = 10_000;

/**
 * 100,000 messages wait (ten from each of 10,000 people) when the hub starts. Drained means: every arrival recorded,
 * every turn answered, every reply at the platform. A person's waiting messages are one turn and get one answer.
 */
export async function backlog(): Promise<Figures> {
  const ground = await prepareGround();
  const emulator = await createTelegramEmulator();
  try {
    await teach(ground.desk);
    const channelId = await ground.telegram(emulator.apiRoot);
    for (let i = 0; i < PEOPLE; i++) emulator.person(1_000 + i, "Customer").scans();
    await ground.desk.registry.refresh();
    for (let first = 0; first < MESSAGES; first += 1_000)
      await ground.desk.corridor.accept.store(channelId, arrivals(first, 1_000));

    const startedAt = performance.now();
    await ground.startHub();
    const recordedMs = await when(
      ground,
      "SELECT NOT EXISTS (SELECT 1 FROM arrival WHERE state = 'waiting') AS done",
      startedAt,
    );
    const answeredMs = await when(
      ground,
      "SELECT NOT EXISTS (SELECT 1 FROM conversation WHERE turn_seq > done_seq) AS done",
      startedAt,
    );
    const deliveredMs = await when(
      ground,
      "SELECT NOT EXISTS (SELECT 1 FROM delivery WHERE state IN ('waiting', 'sending')) AS done",
      startedAt,
    );
    return {
      messages: MESSAGES,
      replies: emulator.history.sent.length,
      recordedPerSecond: MESSAGES / (recordedMs / 1_000),
      answeredPerSecond: MESSAGES / (answeredMs / 1_000),
      drainedPerSecond: MESSAGES / (deliveredMs / 1_000),
      repliesPerSecond: emulator.history.sent.length / (deliveredMs / 1_000),
      outOfOrder: await outOfOrder(ground),
      lost: MESSAGES - (await number(ground, "SELECT count(*)::int AS n FROM message WHERE direction = 'in'")),
    };
  } finally {
    await ground.leave();
    await emulator.close();
  }
}

function arrivals(first: number, n: number) {
  return Array.from({ length: n }, (_, i) => {
    const update = textUpdate(first + i + 1, 1_000 + ((first + i) % PEOPLE), "Are you open today?");
    return { key: String(update.update_id), lane: String(update.message.chat.id), payload: update };
  });
}

async function when({ client }: Ground, sql: string, startedAt: number): Promise<number> {
  while (!(await client.query(sql)).rows[0].done) await new Promise((resolve) => setTimeout(resolve, 50));
  return performance.now() - startedAt;
}

/** Messages whose number in their conversation does not follow the platform's order. */
function outOfOrder(ground: Ground): Promise<number> {
  return number(
    ground,
    `SELECT count(*)::int AS n FROM (
       SELECT split_part(external_id, ':', 2)::bigint AS id,
              lag(split_part(external_id, ':', 2)::bigint) OVER (PARTITION BY conversation_id ORDER BY seq) AS before
       FROM message WHERE direction = 'in') m WHERE id < before`,
  );
}

async function number({ client }: Ground, sql: string): Promise<number> {
  return (await client.query(sql)).rows[0].n as number;
}
