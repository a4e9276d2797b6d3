import type { Dimension } from "../../contract/api-reports.ts";
import { Invalid } from "../../contract/index.ts";
import type { Queryable } from "../../store/index.ts";
import { createJourneyBuilder, type JourneyBuilder, type Journeys } from "../models/index.ts";
import { readDoors, type DoorFacts } from "../reports/door-store.ts";
import * as store from "./journey-rows-store.ts";
import type { Wanted } from "./journey-rows-store.ts";
import { valuesOf, variantsOf, type Step } from "./variants.ts";

const PAGE = 5_000;
/** More would not fit beside the hub. */
export const MOST_JOURNEYS = 1_500_000;

export interface Gathered {
  journeys: Journeys;
  /** What the touches are called, by what stands for them. */
  names: Record<string, string>;
  notes: string[];
}

/** Journeys of one kind and window from the rows, of those who converted and of those who did not. @throws Invalid */
export async function gatherJourneys(db: Queryable, wanted: Wanted, unit: Dimension): Promise<Gathered> {
  const builder = createJourneyBuilder({ times: true, people: true });
  const steps = createStepReader(db, await readDoors(db), unit);
  await addConverted(db, wanted, builder, steps.read);
  if (builder.rows === 0)
    throw new Invalid(`There is no ${wanted.kind} in ${wanted.currency} in this period.`, { kind: "None found." });
  await addIdle(db, wanted, builder, steps.read);
  const elsewhere = await store.countElsewhere(db, wanted);
  const notes = [
    ...(elsewhere > 0 ? [`${elsewhere} conversions are left out: they are not in ${wanted.currency}.`] : []),
    ...(steps.open > 0 ? [`${steps.open} touches may have come through several doors; each counts by parts.`] : []),
  ];
  return { journeys: builder.build(), names: steps.names, notes };
}

type ReadSteps = (rows: readonly { steps: string[] | null }[]) => Promise<(steps: readonly string[]) => Step[]>;

/** Doors in terms of the unit, and the candidates of touches that left it open. */
function createStepReader(db: Queryable, doors: ReadonlyMap<string, DoorFacts>, unit: Dimension) {
  const names: Record<string, string> = {};
  let count = 0;
  const nameOf = (door: string): string | null => {
    const touch = touchOf(doors.get(door), unit);
    if (touch) names[touch.id] = touch.name;
    return touch?.id ?? null;
  };
  const read: ReadSteps = async (rows) => {
    const open = rows.flatMap(({ steps }) => steps?.filter(isOpen).map((step) => step.slice(1)) ?? []);
    const candidates = groupBy(open.length > 0 ? await store.readCandidates(db, open) : []);
    count += open.length;
    const possible = (touchId: string): Step =>
      (candidates.get(touchId) ?? []).map(({ entryPointId, weight }) => ({
        door: entryPointId && nameOf(entryPointId),
        weight,
      }));
    return (steps) =>
      steps.map((step) => (isOpen(step) ? possible(step.slice(1)) : [{ door: nameOf(step), weight: 1 }]));
  };
  return {
    read,
    names,
    get open() {
      return count;
    },
  };
}

async function addConverted(db: Queryable, wanted: Wanted, builder: JourneyBuilder, stepsOf: ReadSteps): Promise<void> {
  for (let after: { at: string; id: string } | undefined; ;) {
    const rows = await store.readConverted(db, wanted, { after, take: PAGE });
    const read = await stepsOf(rows);
    for (const { contactId, steps, daysBefore, net } of rows) {
      const variants = variantsOf(read(steps ?? []), daysBefore ?? []);
      const values = valuesOf(variants, Number(net));
      variants.forEach(({ path, daysBefore: days, weight }, i) =>
        builder.add({ path, daysBefore: days, person: contactId, conversions: weight, value: values[i]! }),
      );
    }
    checkSize(builder.rows);
    after = rows.at(-1);
    if (rows.length < PAGE) return;
  }
}

async function addIdle(db: Queryable, wanted: Wanted, builder: JourneyBuilder, stepsOf: ReadSteps): Promise<void> {
  for (let after: string | undefined; ;) {
    const rows = await store.readIdle(db, wanted, { after, take: PAGE });
    const read = await stepsOf(rows);
    for (const { contactId, steps, daysBefore } of rows) {
      for (const { path, daysBefore: days, weight } of variantsOf(read(steps ?? []), daysBefore ?? []))
        if (path.length > 0) builder.add({ path, daysBefore: days, person: contactId, nulls: weight });
    }
    checkSize(builder.rows);
    after = rows.at(-1)?.contactId;
    if (rows.length < PAGE) return;
  }
}

function isOpen(step: string): boolean {
  return step.startsWith("?");
}

function groupBy(candidates: readonly store.Candidate[]): Map<string, store.Candidate[]> {
  const groups = new Map<string, store.Candidate[]>();
  for (const each of candidates) groups.set(each.touchId, [...(groups.get(each.touchId) ?? []), each]);
  return groups;
}

function touchOf(door: DoorFacts | undefined, unit: Dimension): { id: string; name: string } | undefined {
  if (!door) return undefined;
  const value = { "entry-point": door.id, channel: door.channelId, campaign: door.campaign, owner: door.owner, region: door.region, medium: door.medium }[unit]; // prettier-ignore
  const id = value ?? `(no ${unit})`;
  const name = unit === "entry-point" ? door.name : unit === "channel" ? (door.channelName ?? id) : id;
  return { id, name };
}

function checkSize(rows: number): void {
  if (rows <= MOST_JOURNEYS) return;
  throw new Invalid(`There are more than ${MOST_JOURNEYS} journeys. Ask for a shorter period.`, {
    from: "Too long ago.",
  });
}
