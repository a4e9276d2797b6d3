import { ticksOf } from "../../lib/scale.ts";
import { useWidth } from "../../lib/use-width.ts";
import styles from "./charts.module.css";

export interface Estimate {
  name: string;
  value: number;
  low: number;
  high: number;
  /** Too few to tell: hatched, and said in words. */
  few?: boolean;
}

const ROW = 28;
const BOTTOM = 22;

/** One dot for each estimate, with its 95 % interval as whiskers. */
export function IntervalChart({
  title,
  rows,
  write,
  few,
}: {
  title: string;
  rows: readonly Estimate[];
  write: (value: number) => string;
  few: string;
}) {
  const [box, width] = useWidth<HTMLDivElement>();
  const left = Math.min(200, width * 0.36);
  const ticks = ticksOf(Math.max(0, ...rows.map(({ high, value }) => Math.max(high, value))));
  const x = (value: number) => left + (value / ticks.at(-1)!) * (width - left - 16);
  const bottom = rows.length * ROW;
  return (
    <div ref={box} className={styles.box}>
      <svg role="img" aria-label={title} width={width} height={bottom + BOTTOM}>
        {ticks.map((tick) => (
          <g key={tick}>
            <line x1={x(tick)} x2={x(tick)} y1={0} y2={bottom} className={styles.grid} />
            <text x={x(tick)} y={bottom + 16} textAnchor="middle" className={styles.axis}>
              {write(tick)}
            </text>
          </g>
        ))}
        {rows.map((row, at) => {
          const middle = at * ROW + ROW / 2;
          return (
            <g key={row.name} data-few={row.few}>
              <title>{`${row.name}: ${write(row.value)} (${write(row.low)} – ${write(row.high)})${row.few ? ` · ${few}` : ""}`}</title>
              <text x={left - 10} y={middle + 4} textAnchor="end" className={styles.name}>
                {clipped(row.name, left / 7.5)}
              </text>
              <line x1={x(row.low)} x2={x(row.high)} y1={middle} y2={middle} className={styles.whisker} />
              {[row.low, row.high].map((end, side) => (
                <line key={side} x1={x(end)} x2={x(end)} y1={middle - 4} y2={middle + 4} className={styles.whisker} />
              ))}
              <circle cx={x(row.value)} cy={middle} r={4.5} className={styles.dot} />
            </g>
          );
        })}
      </svg>
    </div>
  );
}

/** By width: a Han character takes two places. */
export function clipped(name: string, most: number): string {
  let taken = 0;
  for (const [at, character] of [...name].entries()) {
    taken += /[\u2e80-\uffff]/.test(character) ? 1.8 : 1;
    if (taken > most) return `${[...name].slice(0, Math.max(1, at - 1)).join("")}…`;
  }
  return name;
}
