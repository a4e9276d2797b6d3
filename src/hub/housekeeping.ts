import type { Config } from "../config.ts";
import type { Clock, Log } from "../contract/index.ts";
import { startLoop } from "../corridor/index.ts";
import { tidy, type Transaction } from "../store/index.ts";
import type { Ground } from "./ground.ts";
import type { Rooms } from "./rooms.ts";

const REFRESH_MS = 5_000;
const TIDY_MS = 600_000;
const MEDIA_MS = 1_000;
const STAGES_MS = 2_000;
const UPLOADS_MS = 5_000;
const VOICE_MS = 2_000;
const VOICE_LEARN_MS = 5_000;
const LATER_MS = 1_000;
const HANDOVER_MS = 1_000;
const BRIDGE_MS = 300;
const REST_MS = 5_000;
const NOTIFY_MS = 5_000;
const COUNTS_MS = 30_000;
/** So many counts at once are more than half a minute's: there are others behind them. */
const MANY_COUNTS = 10_000;
const AT_ONCE = 0;
const PROMISE_MS = 30_000;
/** At most; it says itself when there will be something to learn. */
const LEARN_MS = 60_000;
/** The sweep itself says that a day is enough; it is asked more often. */
const SWEEP_MS = 3_600_000;
const DATABASE_LOOK_MS = 2_000;

/** What is done beside the corridor, each in its own loop. Resolves when all of them have ended. */
export function keepHouse(ground: Ground, rooms: Rooms, learns: boolean, signal: AbortSignal): Promise<unknown> {
  const { store, registry, clock, log, db, config } = ground;
  const { attribution, corridor, conversations, knowledge, media } = rooms;
  const speakers = { outbox: corridor.outbox, assign: conversations.inbox.assign };
  const { inbox } = conversations;
  const bridging = {
    outbox: corridor.outbox,
    reply: (tx: Transaction, id: string, text: string, staffId: string) => inbox.replyIn(tx, id, { text }, staffId),
  };
  const loops: [name: string, pollMs: number, step: () => Promise<number>][] = [
    ["channels", REFRESH_MS, async () => (await registry.refresh(), REFRESH_MS)],
    ["database", DATABASE_LOOK_MS, async () => (await reviveDatabase(store, log), DATABASE_LOOK_MS)],
    ["media", MEDIA_MS, () => media.fetchDue(signal)],
    ["uploads", UPLOADS_MS, () => attribution.sendUploads(signal)],
    ["touches", SWEEP_MS, attribution.sweepTouches],
    ["silence", SWEEP_MS, attribution.sweepStages],
    ["stages", STAGES_MS, () => attribution.actOnStages(speakers)],
    ["counts", COUNTS_MS, async () => ((await attribution.counts.keep()) > MANY_COUNTS ? AT_ONCE : COUNTS_MS)],
    ["later", LATER_MS, conversations.later.step],
    ["presence", TIDY_MS, conversations.desk.tidyPresence],
    ["webhooks out", NOTIFY_MS, () => rooms.notify.sendDue(signal)],
    ["conversions out", NOTIFY_MS, rooms.notify.tellConversions],
    ["learning", LEARN_MS, async () => (learns ? knowledge.learn(signal) : LEARN_MS)],
    ["voice", VOICE_MS, rooms.voice.act],
    ["voice learning", VOICE_LEARN_MS, () => rooms.voice.learn(signal)],
    ["promise", PROMISE_MS, async () => (await knowledge.keepPromise(), PROMISE_MS)],
    ["handovers", HANDOVER_MS, rooms.handover.assign],
    ["bridges", BRIDGE_MS, () => rooms.handover.carry(bridging)],
    ["rest", REST_MS, () => rooms.handover.rest(bridging)],
    ["tidy", TIDY_MS, async () => (await tidyUp(db, clock, config, ground.replies), TIDY_MS)],
  ];
  return Promise.all(loops.map(([name, pollMs, step]) => startLoop({ name, clock, log, pollMs, step }, signal).ended));
}

async function reviveDatabase(store: Ground["store"], log: Log): Promise<void> {
  if (await store.revive()) log.warn({}, "the embedded database had died and was started again");
}

async function tidyUp(db: Ground["db"], clock: Clock, config: Config, replies: Ground["replies"]): Promise<void> {
  await tidy(db, clock.now(), config.keepArrivalsDays);
  await replies.forgetOld();
}
