import type { PathReport } from "../../../../src/contract/api-reports.ts";

export interface Box {
  id: string;
  name: string;
  value: number;
  x: number;
  y: number;
  height: number;
}
export interface Band {
  id: string;
  source: Box;
  target: Box;
  value: number;
  thickness: number;
  sourceY: number;
  targetY: number;
}
export interface Flow {
  boxes: Box[];
  bands: Band[];
}

type Sankey = PathReport["sankey"];

/**
 * The flows of ways as they end: the last door before the conversion stands beside it, the one before further left. So no
 * band runs past a door that it does not touch. Of longer ways the last steps are drawn.
 */
export function flowsOf(ways: PathReport["paths"], mostSteps = 3): Sankey {
  const nodes = new Map<string, Sankey["nodes"][number]>();
  const links = new Map<string, Sankey["links"][number]>();
  const longest = Math.min(mostSteps, Math.max(0, ...ways.map(({ steps }) => steps.length)));
  const node = (step: number, name: string) => {
    const id = `${step} ${name}`;
    nodes.set(id, { id, name, step });
    return id;
  };
  for (const { steps, conversions } of ways) {
    const drawn = [...steps.slice(-mostSteps), "conversion"];
    for (let at = 0; at + 1 < drawn.length; at++) {
      const step = longest + 1 - (drawn.length - at);
      const [source, target] = [node(step, drawn[at]!), node(step + 1, drawn[at + 1]!)];
      const link = links.get(`${source}>${target}`) ?? { source, target, value: 0 };
      link.value += conversions;
      links.set(`${source}>${target}`, link);
    }
  }
  return { nodes: [...nodes.values()].sort((a, b) => a.step - b.step), links: [...links.values()] };
}

const TOP = 8;
const GAP = 16;
export const BOX_WIDTH = 10;

/** Places a Sankey's boxes in columns by step, each as high as what flows through it, and its bands between them. */
export function layFlow({ nodes, links }: PathReport["sankey"], width: number, height: number): Flow {
  const through = (id: string) => Math.max(sumOf(links, "source", id), sumOf(links, "target", id));
  const steps = [...new Set(nodes.map(({ step }) => step))].sort((a, b) => a - b);
  const columns = steps.map((step) =>
    nodes
      .filter((node) => node.step === step)
      .map((node) => ({ ...node, value: through(node.id) }))
      .sort((a, b) => b.value - a.value),
  );
  const scale = Math.min(
    ...columns.map(
      (column) => (height - TOP * 2 - GAP * (column.length - 1)) / column.reduce((sum, { value }) => sum + value, 0),
    ),
  );
  const room = (width - BOX_WIDTH) / Math.max(1, steps.length - 1);
  const boxes = columns.flatMap((column, at) => {
    let y = TOP;
    return column.map(({ id, name, value }) => {
      const box = { id, name, value, x: at * room, y, height: Math.max(1, value * scale) };
      y += box.height + GAP;
      return box;
    });
  });
  return { boxes, bands: bandsOf(links, boxes, scale) };
}

function bandsOf(links: PathReport["sankey"]["links"], boxes: readonly Box[], scale: number): Band[] {
  const byId = new Map(boxes.map((box) => [box.id, box]));
  const left = new Map<string, number>();
  const right = new Map<string, number>();
  const sorted = [...links].sort(
    (a, b) => byId.get(a.target)!.y - byId.get(b.target)!.y || byId.get(a.source)!.y - byId.get(b.source)!.y,
  );
  return sorted.map(({ source: from, target: to, value }) => {
    const [source, target] = [byId.get(from)!, byId.get(to)!];
    const thickness = value * scale;
    const sourceY = source.y + (right.get(from) ?? 0) + thickness / 2;
    const targetY = target.y + (left.get(to) ?? 0) + thickness / 2;
    right.set(from, (right.get(from) ?? 0) + thickness);
    left.set(to, (left.get(to) ?? 0) + thickness);
    return { id: `${from}>${to}`, source, target, value, thickness, sourceY, targetY };
  });
}

function sumOf(links: PathReport["sankey"]["links"], end: "source" | "target", id: string): number {
  return links.reduce((sum, link) => sum + (link[end] === id ? link.value : 0), 0);
}
