import { useSpeech } from "../../lib/i18n.ts";
import { exactly } from "../../lib/time.ts";
import { dueOf, useDueWords } from "./due.ts";
import type { CaseView } from "./queries.ts";
import { SEVERITY_NAMES } from "./words.ts";
import styles from "./voice.module.css";

export function SeverityBadge({ severity }: { severity: CaseView["severity"] }) {
  const { t } = useSpeech();
  return (
    <span className={styles.severity} data-severity={severity}>
      {t(SEVERITY_NAMES[severity])}
    </span>
  );
}

/** What is due next, or how long overdue it is. */
export function Due({ of }: { of: CaseView }) {
  const { language } = useSpeech();
  const say = useDueWords();
  const due = dueOf(of);
  if (!due) return null;
  return (
    <span className={due.isOverdue ? styles.overdue : "quiet"} title={exactly(due.at, language)}>
      {say(due)}
    </span>
  );
}
