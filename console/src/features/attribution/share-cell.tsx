import { useSpeech } from "../../lib/i18n.ts";
import { percent } from "../../lib/numbers.ts";
import type { Share } from "./estimates.ts";
import styles from "./attribution.module.css";

/** A number that says nothing yet says so. */
export function Few() {
  const { t } = useSpeech();
  return <span className={styles.few}>{t("too few to tell")}</span>;
}

/** A share with its interval as a thin bar, of all there could be. */
export function ShareCell({ share: { share, low, high } }: { share: Share }) {
  const { language } = useSpeech();
  const range = `${percent(low, language)} – ${percent(high, language)}`;
  return (
    <span title={range}>
      {percent(share, language)} <span className="quiet">{range}</span>
      <Interval low={low} high={high} />
    </span>
  );
}

/** From `low` to `high` of 1. */
export function Interval({ low, high }: { low: number; high: number }) {
  return (
    <span className={styles.interval}>
      <span style={{ left: `${low * 100}%`, width: `${Math.max(0, high - low) * 100}%` }} />
    </span>
  );
}
