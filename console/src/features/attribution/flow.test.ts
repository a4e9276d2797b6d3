import { expect, test } from "vitest";
import { flowsOf, layFlow } from "./flow.ts";

const sankey = {
  nodes: [
    { id: "0 poster", name: "Poster", step: 0 },
    { id: "0 ad", name: "Ad", step: 0 },
    { id: "1 poster", name: "Poster", step: 1 },
    { id: "conversion", name: "conversion", step: 2 },
  ],
  links: [
    { source: "0 poster", target: "conversion", value: 6 },
    { source: "0 ad", target: "1 poster", value: 3 },
    { source: "1 poster", target: "conversion", value: 3 },
    { source: "0 ad", target: "conversion", value: 1 },
  ],
};

test("every box is as high as what flows through it, and nothing overlaps or leaves the picture", () => {
  const { boxes, bands } = layFlow(sankey, 600, 300);
  expect(boxes.map(({ name, value }) => [name, value])).toEqual([["Poster", 6], ["Ad", 4], ["Poster", 3], ["conversion", 10]]); // prettier-ignore
  for (const { x, y, height } of boxes) expect(x >= 0 && x <= 600 && y >= 0 && y + height <= 300.001).toBe(true);
  const [first, second] = boxes;
  expect(second!.y).toBeGreaterThan(first!.y + first!.height);
  const unit = first!.height / 6;
  for (const { value, thickness } of bands) expect(thickness).toBeCloseTo(value * unit);
  for (const { source, sourceY, thickness } of bands) {
    expect(sourceY - thickness / 2).toBeGreaterThanOrEqual(source.y - 0.001);
    expect(sourceY + thickness / 2).toBeLessThanOrEqual(source.y + source.height + 0.001);
  }
});

test("ways are laid by how they end: each band joins neighbours, and nothing is lost", () => {
  const way = (conversions: number, ...steps: string[]) => ({ steps, conversions, net: [] });
  const { nodes, links } = flowsOf([way(5, "Poster"), way(3, "Ad", "Poster"), way(1, "A", "B", "C", "D", "E", "Ad")]);
  const stepOf = new Map(nodes.map(({ id, step }) => [id, step]));
  for (const { source, target } of links) expect(stepOf.get(target)! - stepOf.get(source)!).toBe(1);
  const last = Math.max(...stepOf.values());
  const into = links.filter(({ target }) => stepOf.get(target) === last);
  expect(into.map(({ source, value }) => [source, value])).toEqual([["2 Poster", 8], ["2 Ad", 1]]); // prettier-ignore
  expect(nodes.filter(({ step }) => step === 0).map(({ name }) => name)).toEqual(["D"]);
});
