import { useState, type PointerEvent } from "react";
import { spreadOf, ticksOf } from "../../lib/scale.ts";
import { useWidth } from "../../lib/use-width.ts";
import styles from "./charts.module.css";

export interface Point {
  label: string;
  value: number;
  /** What still grows, or says too little, is drawn thin. */
  young?: boolean;
}
export interface Line {
  name: string;
  points: readonly Point[];
}

interface Props {
  title: string;
  lines: readonly Line[];
  /** How a value is written. */
  write: (value: number) => string;
  height?: number;
  filled?: boolean;
}

const LEFT = 44;
const RIGHT = 12;
const BOTTOM = 22;
const TOP = 8;

/** Lines over time or age, from zero. What is under the pointer is said beside it. */
export function TrendChart({ title, lines, write, height = 200, filled = false }: Props) {
  const [box, width] = useWidth<HTMLDivElement>();
  const [at, setAt] = useState<number>();
  const longest = lines.reduce<readonly Point[]>(
    (best, { points }) => (points.length > best.length ? points : best),
    [],
  );
  const ticks = ticksOf(Math.max(0, ...lines.flatMap(({ points }) => points.map(({ value }) => value))));
  const top = ticks.at(-1)!;
  const x = (place: number) => LEFT + (place * (width - LEFT - RIGHT)) / Math.max(1, longest.length - 1);
  const y = (value: number) => TOP + (1 - value / top) * (height - TOP - BOTTOM);
  const follow = (event: PointerEvent<SVGSVGElement>) => {
    const { left } = event.currentTarget.getBoundingClientRect();
    const place = Math.round(((event.clientX - left - LEFT) / (width - LEFT - RIGHT)) * (longest.length - 1));
    setAt(place >= 0 && place < longest.length ? place : undefined);
  };
  return (
    <div ref={box} className={styles.box}>
      <svg
        role="img"
        aria-label={title}
        width={width}
        height={height}
        onPointerMove={follow}
        onPointerLeave={() => setAt(undefined)}
      >
        {ticks.map((tick) => (
          <g key={tick}>
            <line x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} className={styles.grid} />
            <text x={LEFT - 8} y={y(tick) + 4} textAnchor="end" className={styles.axis}>
              {write(tick)}
            </text>
          </g>
        ))}
        {spreadOf(longest.length, Math.max(2, Math.floor(width / 140))).map((place, index, all) => (
          <text
            key={place}
            x={x(place)}
            y={height - 6}
            textAnchor={index === 0 ? "start" : index === all.length - 1 ? "end" : "middle"}
            className={styles.axis}
          >
            {longest[place]!.label}
          </text>
        ))}
        {lines.map(({ name, points }, index) => (
          <Curve key={name} points={points} tone={index} x={x} y={y} filled={filled} />
        ))}
        {at !== undefined && <line x1={x(at)} x2={x(at)} y1={TOP} y2={height - BOTTOM} className={styles.pointer} />}
      </svg>
      {at !== undefined && (
        <div className={styles.tip} style={{ left: Math.min(x(at) + 8, width - 150) }}>
          <strong>{longest[at]!.label}</strong>
          {lines.map(({ name, points }, index) =>
            points[at] ? (
              <span key={name} data-tone={index % 6}>
                {name}: {write(points[at].value)}
              </span>
            ) : null,
          )}
        </div>
      )}
    </div>
  );
}

interface CurveProps {
  points: readonly Point[];
  tone: number;
  x: (place: number) => number;
  y: (value: number) => number;
  filled: boolean;
}

function Curve({ points, tone, x, y, filled }: CurveProps) {
  const path = (from: number, to: number) =>
    points.slice(from, to).map(({ value }, at) => `${at === 0 ? "M" : "L"}${x(from + at)} ${y(value)}`).join(""); // prettier-ignore
  const firstYoung = points.findIndex(({ young }) => young);
  const end = firstYoung < 0 ? points.length : firstYoung;
  return (
    <g data-tone={tone % 6}>
      {filled && points.length > 1 && (
        <path
          d={`${path(0, points.length)}L${x(points.length - 1)} ${y(0)}L${x(0)} ${y(0)}Z`}
          className={styles.area}
        />
      )}
      <path d={path(0, end)} className={styles.curve} />
      {end < points.length && <path d={path(Math.max(0, end - 1), points.length)} className={styles.youngCurve} />}
      {points.length === 1 && <circle cx={x(0)} cy={y(points[0]!.value)} r={3} className={styles.dot} />}
    </g>
  );
}
