import type { Comparison, ModelRun, ModelRunHead, NewModelRun } from "../../contract/api-reports.ts";
import { Invalid, NotFound, pageOf, type Asker, type Clock, type Page } from "../../contract/index.ts";
import { newId } from "../../lib/ids.ts";
import type { Database } from "../../store/index.ts";
import { MODELS, USUAL_OPTIONS, type ModelOptions, type ModelResult } from "../models/index.ts";
import { gatherJourneys, type Gathered } from "./gather.ts";
import { listWindows, windowOf, writeWindow, type Wanted } from "./journey-rows-store.ts";
import { findBatch, findRun, insertRuns, listRuns, type RunRow } from "./run-store.ts";
import { attributeInThread } from "./thread.ts";

/** What models make of the journeys in the database, kept with all that made it. */
export interface ModelRuns {
  /** Works out the models over the same journeys. @throws Invalid when there are none, or a model cannot take them */
  run(input: NewModelRun, asker: Asker, signal: AbortSignal): Promise<ModelRunHead[]>;
  list(request: {
    model: string | undefined;
    kind: string | undefined;
    after: string | undefined;
    limit: number;
  }): Promise<Page<ModelRunHead>>;
  /** @throws NotFound */
  get(id: string): Promise<ModelRun>;
  /** The models of a batch, touch by touch. @throws NotFound */
  compare(batchId: string): Promise<Comparison>;
  windows(): Promise<{ kind: string; windowDays: number }[]>;
  setWindow(kind: string, windowDays: number): Promise<{ kind: string; windowDays: number }>;
}

const USUAL_WINDOW = 30;

type Kept = ModelResult & { names: Record<string, string> };

export function createModelRuns({ db, clock }: { db: Database; clock: Clock }): ModelRuns {
  return {
    async run(input, { staffId }, signal) {
      const wanted = await wantedOf(db, input, clock.now());
      const gathered = await db.transaction(async (tx) => {
        await tx.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
        return gatherJourneys(tx, wanted, input.unit);
      });
      const models = [...new Set(input.models ?? MODELS.filter((model) => model !== "shapley-rate"))];
      const order = { journeys: gathered.journeys, models, options: optionsOf(input) };
      const results = await attributeInThread(order, signal);
      const { turn: _turn, ...about } = wanted;
      const batch = { ...about, batchId: newId(), staffId, unit: input.unit, createdAt: clock.now() };
      const rows = results.map((result) => ({ ...batch, ...keptOf(result, gathered, input) }));
      await db.transaction((tx) => insertRuns(tx, rows));
      return rows.map(headOf);
    },
    async list({ limit, ...request }) {
      const page = pageOf(await listRuns(db, { ...request, take: limit + 1 }), limit, (last) => last.id);
      return { ...page, items: page.items.map(headOf) };
    },
    async get(id) {
      const row = await findRun(db, id);
      if (!row) throw new NotFound(`There is no model run ${id}.`);
      return { ...headOf(row), result: row.result, names: resultOf(row).names };
    },
    async compare(batchId) {
      const rows = await findBatch(db, batchId);
      if (rows.length === 0) throw new NotFound(`There are no model runs of the batch ${batchId}.`);
      return comparisonOf(batchId, rows);
    },
    windows: () => listWindows(db),
    async setWindow(kind, windowDays) {
      await writeWindow(db, kind, windowDays);
      return { kind, windowDays };
    },
  };
}

function keptOf(result: ModelResult, { names, notes }: Gathered, { turn }: NewModelRun) {
  const { model, version, inputs } = result;
  const kept: Kept = { ...result, notes: [...notes, ...result.notes], names };
  return { id: newId(), model, version, inputHash: inputs.hash, result: { ...kept, turn } };
}

async function wantedOf(db: Database, input: NewModelRun, now: Date): Promise<Wanted> {
  const [from, to] = [
    input.from === undefined ? null : new Date(input.from),
    input.to === undefined ? now : new Date(input.to),
  ];
  if (from && from >= to) throw new Invalid("The period ends before it begins.", { to: "Not after `from`." });
  const windowDays = input.windowDays ?? (await windowOf(db, input.kind)) ?? USUAL_WINDOW;
  return { kind: input.kind, currency: input.currency, from, to, windowDays: Math.ceil(windowDays), turn: input.turn };
}

function optionsOf({ halfLifeDays, position, minSupport }: NewModelRun): ModelOptions {
  return {
    ...USUAL_OPTIONS,
    ...(halfLifeDays !== undefined && { halfLifeDays }),
    ...(position && { position }),
    ...(minSupport !== undefined && { minSupport }),
  };
}

function headOf(row: Omit<RunRow, "result">): ModelRunHead {
  const { id, batchId, model, version, kind, currency, windowDays, unit, inputHash, from, to, createdAt } = row;
  return {
    ...{ id, batchId, model, version, kind, currency, windowDays, unit, inputHash },
    from: from?.toISOString() ?? null,
    to: to.toISOString(),
    createdAt: createdAt.toISOString(),
  };
}

function resultOf({ result }: RunRow): Kept {
  return result as Kept;
}

function comparisonOf(batchId: string, rows: readonly RunRow[]): Comparison {
  const touches = new Map<string | null, Comparison["rows"][number]>();
  for (const row of rows) {
    const { credits, names } = resultOf(row);
    for (const { touch, conversions, low, high, value } of credits) {
      const name = touch === null ? "unknown" : (names[touch] ?? touch);
      const line = touches.get(touch) ?? { touch, name, credits: {} };
      touches.set(touch, line);
      line.credits[row.model] = { conversions, low, high, value };
    }
  }
  const first = rows[0]!.model;
  const worth = (line: Comparison["rows"][number]) => line.credits[first]?.conversions ?? 0;
  return {
    batchId,
    models: rows.map((row) => ({ model: row.model, runId: row.id, notes: resultOf(row).notes })),
    rows: [...touches.values()].sort((a, b) => worth(b) - worth(a)),
  };
}
