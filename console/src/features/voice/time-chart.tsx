import { useState, type PointerEvent } from "react";
import { spreadOf, ticksOf } from "../../lib/scale.ts";
import { useWidth } from "../../lib/use-width.ts";
import styles from "./voice.module.css";

interface Series {
  name: string;
  tone: number;
  /** One value for each bar. */
  values: readonly number[];
}

interface Props {
  title: string;
  /** What each bar is: a day, or the first day of a week. */
  labels: readonly string[];
  series: readonly Series[];
  write: (value: number) => string;
}

const HEIGHT = 220;
const LEFT = 40;
const BOTTOM = 22;
const TOP = 8;

/** Bars over time from zero, one part of a bar for each group. What is under the pointer is said beside it. */
export function TimeChart({ title, labels, series, write }: Props) {
  const [box, width] = useWidth<HTMLDivElement>();
  const [at, setAt] = useState<number>();
  const sums = labels.map((_, bar) => series.reduce((sum, { values }) => sum + values[bar]!, 0));
  const ticks = ticksOf(Math.max(0, ...sums)).filter(Number.isInteger);
  const top = ticks.at(-1)! || 1;
  const step = (width - LEFT) / Math.max(1, labels.length);
  const y = (value: number) => TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM);
  const follow = (event: PointerEvent<SVGSVGElement>) => {
    const bar = Math.floor((event.clientX - event.currentTarget.getBoundingClientRect().left - LEFT) / step);
    setAt(bar >= 0 && bar < labels.length ? bar : undefined);
  };
  return (
    <div ref={box} className={styles.chart}>
      <svg
        role="img"
        aria-label={title}
        width={width}
        height={HEIGHT}
        onPointerMove={follow}
        onPointerLeave={() => setAt(undefined)}
      >
        {ticks.map((tick) => (
          <g key={tick}>
            <line x1={LEFT} x2={width} y1={y(tick)} y2={y(tick)} className={styles.gridLine} />
            <text x={LEFT - 8} y={y(tick) + 4} textAnchor="end" className={styles.axis}>
              {write(tick)}
            </text>
          </g>
        ))}
        {labels.map((label, bar) => (
          <Bar key={label} bar={bar} series={series} x={LEFT + bar * step} step={step} y={y} />
        ))}
        {spreadOf(labels.length, Math.max(2, Math.floor(width / 120))).map((bar, index, all) => (
          <text
            key={bar}
            x={LEFT + (bar + (index === 0 ? 0 : index === all.length - 1 ? 1 : 0.5)) * step}
            y={HEIGHT - 6}
            textAnchor={index === 0 ? "start" : index === all.length - 1 ? "end" : "middle"}
            className={styles.axis}
          >
            {labels[bar]}
          </text>
        ))}
      </svg>
      {at !== undefined && (
        <div className={styles.tip} style={{ left: Math.max(0, Math.min(LEFT + at * step + 12, width - 170)) }}>
          <strong>{labels[at]}</strong>
          {series
            .filter(({ values }) => values[at]! > 0)
            .map(({ name, tone, values }) => (
              <span key={name} data-tone={tone}>
                {name}: {write(values[at]!)}
              </span>
            ))}
          {sums[at] === 0 && <span>0</span>}
        </div>
      )}
      <ul className={styles.legend}>
        {series.map(({ name, tone }) => (
          <li key={name} data-tone={tone}>
            {name}
          </li>
        ))}
      </ul>
    </div>
  );
}

interface BarProps {
  bar: number;
  series: readonly Series[];
  x: number;
  step: number;
  y: (value: number) => number;
}

function Bar({ bar, series, x, step, y }: BarProps) {
  const gap = step > 6 ? 2 : 0;
  let below = 0;
  return series.map(({ name, tone, values }) => {
    const from = below;
    below += values[bar]!;
    if (below === from) return null;
    return (
      <rect
        key={name}
        data-tone={tone}
        className={styles.bar}
        x={x + gap / 2}
        y={y(below)}
        width={Math.max(1, step - gap)}
        height={Math.max(0.5, y(from) - y(below))}
      />
    );
  });
}
