import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { FeedbackView } from "../../../../src/contract/api-voice.ts";
import type { Page } from "../../../../src/contract/route.ts";
import { Failed, Waiting } from "../../app/states.tsx";
import { api } from "../../lib/api.ts";
import { LABEL_NAMES } from "../../lib/feedback-words.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { dayOf, exactly } from "../../lib/time.ts";
import { Section } from "./section.tsx";
import styles from "./inbox.module.css";

const MOST = 5;

/** What the person said about us, as it was understood. */
export function Heard({ contactId }: { contactId: string }) {
  const { t, language } = useSpeech();
  const heard = useQuery({
    queryKey: ["feedback", "of person", contactId],
    queryFn: async ({ signal }) =>
      (await api<Page<FeedbackView>>("/voice/feedback", { query: { contactId, limit: 50 }, signal })).items,
    meta: { shows: ["feedback", "conversation"] },
  });
  if (heard.isPending) return <Waiting rows={2} height={20} />;
  if (heard.isLoadingError) return <Failed error={heard.error} onRetry={() => void heard.refetch()} />;
  const items = (heard.data ?? []).filter(({ label }) => label !== "other" && label !== "question");
  return (
    <Section
      title={t("Feedback")}
      tools={
        items.length > MOST && (
          <Link to="/voice" search={{ tab: "messages", contactId } as never} className={styles.small}>
            {t("All {n}", { n: items.length })}
          </Link>
        )
      }
    >
      {items.length === 0 && <p className={styles.small}>{t("No complaint, suggestion or praise yet.")}</p>}
      <ul>
        {items.slice(0, MOST).map(({ id, label, topic, text, span, at }) => (
          <li key={id} title={exactly(at, language)}>
            <span className="quiet">{dayOf(at, language)}</span> {t(LABEL_NAMES[label])}
            {topic !== null && ` · ${topic}`}
            {text !== null && <span className={styles.small}>{text.slice(span.start, span.end)}</span>}
          </li>
        ))}
      </ul>
    </Section>
  );
}
