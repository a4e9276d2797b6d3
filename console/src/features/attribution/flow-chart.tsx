import { useState } from "react";
import type { PathReport } from "../../../../src/contract/api-reports.ts";
import { BOX_WIDTH, layFlow, type Band, type Box } from "./flow.ts";
import { clipped } from "./interval-chart.tsx";
import { useWidth } from "../../lib/use-width.ts";
import styles from "./charts.module.css";

const LABEL = 120;

/** From the first door to the conversion, left to right. Pointing at a band dims the others and says its number. */
export function FlowChart({
  title,
  sankey,
  nameOf,
  write,
}: {
  title: string;
  sankey: PathReport["sankey"];
  nameOf: (name: string) => string;
  write: (value: number) => string;
}) {
  const [box, width] = useWidth<HTMLDivElement>(800);
  const [lit, setLit] = useState<string>();
  const rows = Math.max(1, ...columnSizes(sankey));
  const height = Math.min(560, Math.max(280, rows * 60));
  const { boxes, bands } = layFlow(sankey, width - LABEL, height);
  const isLit = (band: Band) => lit === undefined || [band.id, band.source.id, band.target.id].includes(lit);
  return (
    <div ref={box} className={styles.box}>
      <svg role="img" aria-label={title} width={width} height={height + 8} onPointerLeave={() => setLit(undefined)}>
        {bands.map((band, at) => (
          <path
            key={band.id}
            d={wayOf(band)}
            strokeWidth={Math.max(1, band.thickness)}
            className={styles.band}
            data-tone={toneOf(boxes, band.source, at)}
            data-dim={!isLit(band)}
            onPointerEnter={() => setLit(band.id)}
          >
            <title>{`${nameOf(band.source.name)} → ${nameOf(band.target.name)}: ${write(band.value)}`}</title>
          </path>
        ))}
        {boxes.map((each) => (
          <g key={each.id} onPointerEnter={() => setLit(each.id)}>
            <title>{`${nameOf(each.name)}: ${write(each.value)}`}</title>
            <rect x={each.x} y={each.y} width={BOX_WIDTH} height={each.height} rx={2} className={styles.boxMark} />
            <text x={each.x + BOX_WIDTH + 6} y={each.y + Math.min(each.height / 2, 200) + 1} className={styles.name}>
              {clipped(nameOf(each.name), 15)}
            </text>
            {each.height > 26 && (
              <text x={each.x + BOX_WIDTH + 6} y={each.y + each.height / 2 + 16} className={styles.axis}>
                {write(each.value)}
              </text>
            )}
          </g>
        ))}
      </svg>
    </div>
  );
}

function columnSizes({ nodes }: PathReport["sankey"]): number[] {
  const sizes = new Map<number, number>();
  for (const { step } of nodes) sizes.set(step, (sizes.get(step) ?? 0) + 1);
  return [...sizes.values()];
}

/** The same door has the same colour wherever it stands. */
function toneOf(boxes: readonly Box[], { name }: Box, usual: number): number {
  const at = [...new Set(boxes.map((box) => box.name))].indexOf(name);
  return (at < 0 ? usual : at) % 6;
}

function wayOf({ source, target, sourceY, targetY }: Band): string {
  const [from, to] = [source.x + BOX_WIDTH, target.x];
  const middle = (from + to) / 2;
  return `M${from} ${sourceY}C${middle} ${sourceY} ${middle} ${targetY} ${to} ${targetY}`;
}
