import { useEffect, useRef, useState } from "react";
import { useSpeech } from "../../lib/i18n.ts";
import { percent } from "../../lib/numbers.ts";
import { floorOf, pointAt, type CurvePoint } from "./curve.ts";
import styles from "./knowledge.module.css";

const HEIGHT = 220;
const EDGE = { left: 48, right: 16, top: 20, bottom: 40 };

/** How many questions are answered, against how many of the answers are right; and where on it the bot stands. */
export function CurveChart({
  title,
  curve,
  target,
  threshold,
}: {
  title: string;
  curve: readonly CurvePoint[];
  target: number;
  threshold: number | null;
}) {
  const { t, language } = useSpeech();
  const [box, width] = useWidth();
  const floor = floorOf(curve, target);
  const x = (coverage: number) => EDGE.left + coverage * (width - EDGE.left - EDGE.right);
  const y = (precision: number) =>
    EDGE.top + (1 - (precision - floor) / (1 - floor)) * (HEIGHT - EDGE.top - EDGE.bottom);
  const here = threshold === null ? undefined : pointAt(curve, threshold);
  const write = (share: number) => percent(share, language);
  const shares = [0, 0.25, 0.5, 0.75, 1];
  const line = curve.map(({ coverage, precision }) => `${x(coverage)},${y(precision)}`).join(" ");
  return (
    <div ref={box} className={styles.chart}>
      <svg role="img" aria-label={title} width={width} height={HEIGHT}>
        {shares.map((share) => {
          const right = floor + share * (1 - floor);
          return (
            <g key={share}>
              <line x1={EDGE.left} x2={width - EDGE.right} y1={y(right)} y2={y(right)} className={styles.grid} />
              <text x={EDGE.left - 8} y={y(right) + 4} textAnchor="end" className={styles.axis}>
                {write(right)}
              </text>
              <text x={x(share)} y={HEIGHT - EDGE.bottom + 16} textAnchor="middle" className={styles.axis}>
                {write(share)}
              </text>
            </g>
          );
        })}
        <text x={EDGE.left} y={12} className={styles.axis}>
          {t("answers that are right")}
        </text>
        <text x={width - EDGE.right} y={HEIGHT - 6} textAnchor="end" className={styles.axis}>
          {t("questions that are answered")}
        </text>
        <line x1={EDGE.left} x2={width - EDGE.right} y1={y(target)} y2={y(target)} className={styles.target} />
        <text x={width - EDGE.right} y={y(target) - 5} textAnchor="end" className={styles.axis}>
          {t("promised: {target}", { target: write(target) })}
        </text>
        <polyline points={line} className={styles.curve} />
        {here && threshold !== null && (
          <Here
            x={x(here.coverage)}
            y={y(here.precision)}
            bottom={HEIGHT - EDGE.bottom}
            point={{ ...here, threshold }}
          />
        )}
      </svg>
    </div>
  );
}

function Here({ x, y, bottom, point }: { x: number; y: number; bottom: number; point: CurvePoint }) {
  const { t, language } = useSpeech();
  const words = t("threshold {threshold}", { threshold: point.threshold.toFixed(2) });
  const figures = [point.precision, point.coverage].map((share) => percent(share, language)).join(" / ");
  return (
    <g>
      <title>{`${words}: ${figures}`}</title>
      <line x1={x} x2={x} y1={y} y2={bottom} className={styles.pointer} />
      <circle cx={x} cy={y} r={5} className={styles.dot} />
      <text x={x - 8} y={Math.min(bottom - 6, y + 20)} textAnchor="end" className={styles.here}>
        {words}
      </text>
    </g>
  );
}

function useWidth() {
  const element = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(480);
  useEffect(() => {
    if (!element.current) return undefined;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.max(240, entry.contentRect.width)));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, width] as const;
}
