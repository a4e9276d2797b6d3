import { Link } from "@tanstack/react-router";
import type { ContactView } from "../../../../src/contract/api-conversations.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { ago, exactly } from "../../lib/time.ts";
import { ChannelDot } from "./channel-dot.tsx";
import { Section } from "./section.tsx";
import styles from "./inbox.module.css";

const STATUSES: Readonly<Record<string, string>> = {
  open: "Open",
  pending: "Waiting",
  snoozed: "Snoozed",
  resolved: "Resolved",
};

/** What else was said with the person, on whatever channel. */
export function Talks({ person, conversationId }: { person: ContactView; conversationId: string }) {
  const { t, language } = useSpeech();
  const others = person.conversations.filter(({ id }) => id !== conversationId);
  if (others.length === 0) return null;
  return (
    <Section title={t("Past conversations")}>
      <ul>
        {others.map(({ id, adapter, channelName, lastMessageText, lastMessageAt, status }) => (
          <li key={id} className={styles.identity}>
            <ChannelDot adapter={adapter} name={channelName} />
            <span className={styles.talk}>
              <Link to="/inbox/$conversationId" params={{ conversationId: id }} className={styles.clip}>
                {lastMessageText || t("Conversation")}
              </Link>
              <span
                className={styles.small}
                title={lastMessageAt === null ? undefined : exactly(lastMessageAt, language)}
              >
                {t(STATUSES[status] ?? status)}
                {lastMessageAt !== null && ` · ${ago(lastMessageAt, new Date(), language)}`}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
