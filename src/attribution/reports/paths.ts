import type { Dimension, PathReport, ReportFilter } from "../../contract/api-reports.ts";
import type { Queryable } from "../../store/index.ts";
import { spanOf } from "./facts-store.ts";
import { LEAST, moneyOf } from "./figures.ts";
import { readDoors, type DoorFacts } from "./door-store.ts";
import { countSales, readPaths, type PathRow } from "./time-store.ts";

interface Way {
  steps: string[];
  conversions: number;
  rows: PathRow[];
}

/** The ways that people went before they bought, the most frequent first, and the same as the flows of a Sankey. */
export async function paths(db: Queryable, by: Dimension, limit: number, filter: ReportFilter): Promise<PathReport> {
  const span = await spanOf(db, filter);
  const rows = await readPaths(db, span, filter);
  const total = await countSales(db, span, filter);
  const doors = await readDoors(db);
  const ways = waysOf(rows, (id) => keyOf(doors.get(id), by));
  const least = filter.shared === "true" ? LEAST : 0;
  const shown = ways.filter(({ conversions }) => conversions >= least).slice(0, limit);
  const all = ways.reduce((sum, { conversions }) => sum + conversions, 0);
  const listed = shown.reduce((sum, { conversions }) => sum + conversions, 0);
  const nameOf = namer(doors, by);
  return {
    ...{
      from: filter.from ?? null,
      to: filter.to ?? null,
      by,
      conversions: total,
      considered: all,
      other: all - listed,
    },
    paths: shown.map((way) => ({
      steps: way.steps.map(nameOf),
      conversions: way.conversions,
      net: moneyOf(way.rows, ({ net }) => BigInt(net)),
    })),
    sankey: sankeyOf(shown, nameOf),
  };
}

const UNKNOWN = "unknown";
const CONVERTED = "conversion";

function keyOf(door: DoorFacts | undefined, by: Dimension): string {
  if (!door) return UNKNOWN;
  const value = { "entry-point": door.id, channel: door.channelId, campaign: door.campaign, owner: door.owner, region: door.region, medium: door.medium }[by]; // prettier-ignore
  return value ?? UNKNOWN;
}

function namer(doors: ReadonlyMap<string, DoorFacts>, by: Dimension): (key: string) => string {
  if (by === "entry-point") return (key) => doors.get(key)?.name ?? key;
  const channels = new Map([...doors.values()].map(({ channelId, channelName }) => [channelId, channelName]));
  return by === "channel" ? (key) => channels.get(key) ?? key : (key) => key;
}

/** Ways in terms of the dimension: doors of one campaign that follow each other are one step. */
function waysOf(rows: readonly PathRow[], keyOfDoor: (id: string) => string): Way[] {
  const ways = new Map<string, Way>();
  for (const row of rows) {
    const keys = (row.path === "" ? [] : row.path.split(" ")).map(keyOfDoor);
    const steps = keys.filter((key, i) => key !== keys[i - 1]);
    if (steps.length === 0) steps.push(UNKNOWN);
    const id = JSON.stringify(steps);
    const way = ways.get(id) ?? { steps, conversions: 0, rows: [] };
    ways.set(id, way);
    way.conversions += Number(row.conversions);
    way.rows.push(row);
  }
  return [...ways.values()].sort((a, b) => b.conversions - a.conversions || (a.steps.join() < b.steps.join() ? -1 : 1));
}

/** A node is a step at its place in the way, so that no flow goes in a circle. */
function sankeyOf(ways: readonly Way[], nameOf: (key: string) => string): PathReport["sankey"] {
  const nodes = new Map<string, PathReport["sankey"]["nodes"][number]>();
  const links = new Map<string, PathReport["sankey"]["links"][number]>();
  const node = (step: number, key: string) => {
    const id = key === CONVERTED ? CONVERTED : `${step} ${key}`;
    nodes.set(id, { id, name: key === CONVERTED ? CONVERTED : nameOf(key), step });
    return id;
  };
  const longest = Math.max(0, ...ways.map(({ steps }) => steps.length));
  for (const { steps, conversions } of ways) {
    steps.forEach((key, i) => {
      const source = node(i, key);
      const next = steps[i + 1];
      const target = next === undefined ? node(longest, CONVERTED) : node(i + 1, next);
      const id = `${source}>${target}`;
      const link = links.get(id) ?? { source, target, value: 0 };
      link.value += conversions;
      links.set(id, link);
    });
  }
  return { nodes: [...nodes.values()].sort((a, b) => a.step - b.step), links: [...links.values()] };
}
