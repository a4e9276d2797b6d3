import styles from "./entry-points.module.css";

const WIDTH = 92;
const HEIGHT = 24;

/** A few weeks at a glance; the numbers stand beside it and in its title. */
export function Sparkline({ values, title }: { values: readonly number[]; title: string }) {
  const most = Math.max(1, ...values);
  const x = (at: number) => 1 + (at * (WIDTH - 2)) / Math.max(1, values.length - 1);
  const y = (value: number) => HEIGHT - 2 - (value / most) * (HEIGHT - 4);
  const path = values.map((value, at) => `${at === 0 ? "M" : "L"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  return (
    <svg role="img" aria-label={title} width={WIDTH} height={HEIGHT} className={styles.spark}>
      <title>{title}</title>
      <path d={`${path}L${x(values.length - 1)} ${HEIGHT - 1}L1 ${HEIGHT - 1}Z`} className={styles.sparkArea} />
      <path d={path} className={styles.sparkLine} />
    </svg>
  );
}
