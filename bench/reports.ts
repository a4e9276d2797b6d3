import { createFacts } from "../src/attribution/facts.ts";
import { createObserver } from "../src/attribution/observer.ts";
import { peopleFacts, PEOPLE, saleFacts } from "../src/attribution/reports/count-store.ts";
import { contactsNow, conversionsNow } from "../src/attribution/reports/tally-store.ts";
import { createCounting, createCounts, createReports } from "../src/attribution/reports/index.ts";
import { createStageMoves } from "../src/attribution/stage-moves.ts";
import { Dimension, ReportFilter } from "../src/contract/api-reports.ts";
import type { HubEvent } from "../src/contract/index.ts";
import type { Observer } from "../src/corridor/index.ts";
import { appendEvents } from "../src/corridor/ledger.ts";
import { newId } from "../src/lib/ids.ts";
import { systemClock } from "../src/lib/clock.ts";
import type { Database } from "../src/store/index.ts";
import { silentLog } from "../tests/support/log.ts";
import { fillTouches, type Filled } from "./fill-touches.ts";
import { prepareGround, type Figures, type Ground } from "./ground.ts";

/** Touches to measure at, in turn: `BENCH_TOUCHES=100000,1000000,10000000` is the full profile (12 GB of disk, half an hour). */
const SIZES = (process.env["BENCH_TOUCHES"] ?? "100000,1000000").split(",").map(Number);
const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 20);
const RAW_ROUNDS = 3;
const BATCHES = 60;
const BATCH = 100;

/**
 * The dashboard's reports from the counts, the same question asked of the raw rows, and what it costs to keep the counts
 * while touches are recorded; at each size on a database that holds nothing else.
 */
export async function reports(): Promise<Figures> {
  const ground = await prepareGround();
  try {
    const figures: Figures = {};
    for (const size of SIZES) Object.assign(figures, await measure(ground, size));
    return figures;
  } finally {
    await ground.leave();
  }
}

const EMPTY = `
  TRUNCATE channel, contact, identity, conversation, participant, event, message, delivery, entry_point, hit, touch, touch_candidate, conversion, conversion_line, stage_change,
           first_word, contact_tally, conversion_tally, people_count, sale_count CASCADE`;

async function measure(ground: Ground, size: number): Promise<Figures> {
  const { db } = ground.desk;
  await ground.client.query(EMPTY);
  const name = (text: string) => `${text} ${size >= 1e6 ? `${size / 1e6} M` : `${size / 1e3} k`}`;
  const filled = await timed(() => fillTouches(ground.client, size));
  const counts = createCounts(db);
  const counted = await timed(() => counts.rebuild());
  await ground.client.query("VACUUM (ANALYZE) contact_tally, conversion_tally, people_count, sale_count");
  const differences = size <= 1e6 ? (await counts.verify()).length : 0;
  const read = await readAll(db, filled.result);
  const raw = await readRaw(db, filled.result);
  const record = await recordTouches(db, filled.result);
  return {
    [name("fill, s:")]: filled.ms / 1_000,
    [name("count anew, s:")]: counted.ms / 1_000,
    [name("slowest report p95, ms:")]: read.worstMs,
    [name("funnel p95, ms:")]: read.funnelMs,
    [name("funnel from raw rows, ms:")]: raw,
    [name("raw rows / counts:")]: raw / read.funnelMs,
    [name("touch without counts, us:")]: record.withoutUs,
    [name("touch with counts, us:")]: record.withUs,
    [name("with / without:")]: record.ratio,
    [name("the touches alone:")]: record.alone,
    [name("differences:")]: differences,
  };
}

async function readAll(db: Database, { from, quarter, to }: Filled): Promise<{ worstMs: number; funnelMs: number }> {
  const all = createReports({ db, clock: { ...systemClock, now: () => new Date(to) } });
  const year = ReportFilter.parse({ from, to });
  const late = ReportFilter.parse({ from: quarter, to });
  const questions: Record<string, () => Promise<unknown>> = {
    ...Object.fromEntries(Dimension.options.map((by) => [`funnel by ${by}, 90 days`, () => all.funnel(by, late)])),
    "funnel by entry-point, a year": () => all.funnel("entry-point", year),
    "funnel by region, last touch, one campaign": () =>
      all.funnel("region", { ...year, model: "last", campaign: "Campaign 3" }),
    "trend by day, 90 days": () => all.trend({ unit: "day" }, late),
    "trend by week, a year": () => all.trend({ unit: "week" }, year),
    "cohorts by month": () => all.cohorts({ unit: "month" }, year),
    "delays, a year": () => all.delays(year),
    "paths, 90 days": () => all.paths("entry-point", 20, late),
    "paths by campaign, a year": () => all.paths("campaign", 20, year),
    "people who ordered, a page": () => all.people({ step: "ordered", limit: 50, from: quarter, to }, undefined),
    "sales, a page": () => all.sales({ limit: 50, model: "first", from: quarter, to }, undefined),
  };
  const p95 = new Map<string, number>();
  for (const [question, ask] of Object.entries(questions)) {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) times.push((await timed(ask)).ms);
    times.sort((a, b) => a - b);
    p95.set(question, times[Math.ceil(times.length * 0.95) - 1]!);
    console.log(`  ${question.padEnd(48)} p95 ${p95.get(question)!.toFixed(1)} ms`);
  }
  return { worstMs: Math.max(...p95.values()), funnelMs: p95.get("funnel by entry-point, a year")! };
}

/** The funnel of a year by entry point, as anybody would ask the rows: from touches, people and conversions themselves. */
async function readRaw(db: Database, { from, to }: Filled): Promise<number> {
  const within = "WHERE at >= $1::timestamptz AND at < $2::timestamptz";
  const people = `SELECT entry_point_id, ${PEOPLE.map((each) => `sum(${each})`).join(", ")} FROM (${peopleFacts(`(${contactsNow("true")}) now`, within)}) f GROUP BY 1`;
  const sales = `SELECT entry_point_id, kind, currency, turn, sum(conversions), sum(amount), sum(refunded) FROM (${saleFacts(`(${conversionsNow("true")})`, within)}) f WHERE model = 'first' GROUP BY 1, 2, 3, 4`;
  const times: number[] = [];
  for (let round = 0; round < RAW_ROUNDS; round++) {
    const { ms } = await timed(async () => {
      await db.query(people, [from, to]);
      await db.query(sales, [from, to]);
    });
    times.push(ms);
  }
  return Math.min(...times);
}

/**
 * Batches of people who come through a door, as recording writes them: ledger, conversation, person, touch; in turns with
 * and without the counts. One in ten comes for the first time. `alone`: what the touches themselves take of it.
 */
async function recordTouches(db: Database, filled: Filled) {
  const facts = createFacts({ clock: systemClock });
  const moves = createStageMoves({ facts, clock: systemClock });
  const base = { facts, moves, clock: systemClock, log: silentLog };
  const counting = createCounting();
  const counted = createObserver({ ...base, countTouches: counting.countTouches });
  const observers: Record<"without" | "with", Observer["observe"]> = {
    without: createObserver({ ...base, countTouches: async () => undefined }).observe,
    async with(events, tx) {
      await counted.observe(events, tx);
      await counting.observer.observe(events, tx);
    },
  };
  const whole: Record<keyof typeof observers, number[]> = { without: [], with: [] };
  const alone: Record<keyof typeof observers, number[]> = { without: [], with: [] };
  for (let i = 0; i < BATCHES * 2; i++) {
    const which = i % 2 === 0 ? "without" : "with";
    const incoming = filled.batch(BATCH).map(({ channelId, account, code }) => ({
      ...{ channelId, arrivalId: newId() },
      event: entered(account, code),
    }));
    let aloneMs = 0;
    const { ms } = await timed(() =>
      db.transaction(async (tx) => {
        const events = await appendEvents(tx, incoming);
        aloneMs = (await timed(() => observers[which](events, tx))).ms;
      }),
    );
    if (i < 8) continue;
    whole[which].push((ms * 1_000) / BATCH);
    alone[which].push((aloneMs * 1_000) / BATCH);
  }
  const [withoutUs, withUs] = [quarter(whole.without), quarter(whole.with)];
  return { withoutUs, withUs, ratio: withUs / withoutUs, alone: quarter(alone.with) / quarter(alone.without) };
}

function entered(account: string, code: string): HubEvent {
  const entry = { code, method: "start-param" as const, raw: code };
  const at = { place: account, placeKind: "direct" as const, actor: { id: account }, sentAt: systemClock.now() };
  return { type: "entered", id: newId(), ...at, entry };
}

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const start = performance.now();
  const result = await work();
  return { ms: performance.now() - start, result };
}

/** The lower quarter: what else runs on the machine only ever adds. */
function quarter(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 4)]!;
}
