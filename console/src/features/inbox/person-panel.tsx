import { Badge } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { JourneyStep } from "../../../../src/contract/api-attribution.ts";
import type { Page } from "../../../../src/contract/route.ts";
import { Failed, Waiting } from "../../app/states.tsx";
import { api } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { dayOf, exactly } from "../../lib/time.ts";
import { ChannelDot } from "./channel-dot.tsx";
import { contactQuery, conversationQuery } from "./queries.ts";
import styles from "./inbox.module.css";

/** Who writes, where they came from, and how far they have come. */
export function PersonPanel({ conversationId }: { conversationId: string }) {
  const { t } = useSpeech();
  const { data: conversation } = useQuery(conversationQuery(conversationId));
  const contactId = conversation?.contact?.id;
  return (
    <aside className={styles.person} aria-label={t("Person")}>
      {contactId ? <Person id={contactId} /> : <p className="quiet">{t("A group has no single person.")}</p>}
    </aside>
  );
}

function Person({ id }: { id: string }) {
  const { t, language } = useSpeech();
  const contact = useQuery(contactQuery(id));
  if (contact.isPending) return <Waiting rows={4} />;
  if (contact.isError) return <Failed error={contact.error} onRetry={() => void contact.refetch()} />;
  const { name, stage, identities, createdAt } = contact.data;
  return (
    <>
      <h2 className={styles.title}>{name ?? t("Nameless")}</h2>
      <p className="quiet">
        <Badge variant="light" radius="sm">
          {t(stage)}
        </Badge>{" "}
        {t("known since {day}", { day: dayOf(createdAt, language) })}
      </p>
      <Section title={t("Identities")}>
        {identities.map((identity) => (
          <li key={identity.id} className={styles.identity}>
            <ChannelDot adapter={identity.adapter} name={identity.channelName} />
            <span>
              {identity.name ?? identity.username ?? identity.externalId}
              <span className="quiet"> {identity.channelName}</span>
              {identity.blockedAt && <span className={styles.waiting}> {t("has blocked us")}</span>}
            </span>
          </li>
        ))}
      </Section>
      <Journey id={id} />
    </>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <h3>{title}</h3>
      <ul>{children}</ul>
    </section>
  );
}

/** Every touch with its method and confidence, every stage and sale, in the order of time. */
function Journey({ id }: { id: string }) {
  const { t, language } = useSpeech();
  const journey = useQuery({
    queryKey: ["journey", id],
    queryFn: ({ signal }) => api<Page<JourneyStep>>(`/contacts/${id}/journey`, { signal }),
    meta: { shows: ["contact", "conversation"] },
  });
  if (journey.isPending) return <Waiting rows={3} height={20} />;
  if (journey.isError) return <Failed error={journey.error} onRetry={() => void journey.refetch()} />;
  return (
    <Section title={t("Where they came from")}>
      {journey.data.items.length === 0 && (
        <li className="quiet">{t("Nobody knows: they wrote without a link or code.")}</li>
      )}
      {journey.data.items.map((step, index) => (
        <li key={index} title={exactly(step.at, language)}>
          <span className="quiet">{dayOf(step.at, language)}</span> {wordsOf(step, t)}
        </li>
      ))}
    </Section>
  );
}

function wordsOf(step: JourneyStep, t: (english: string, values?: Record<string, string | number>) => string): string {
  switch (step.type) {
    case "touch":
      return t("{door}, by {method}: {confidence} confidence", {
        door: step.entryPoint?.name ?? t("an unknown door"),
        method: t(step.method),
        confidence: t(step.confidence),
      });
    case "stage":
      return t("became {stage}: {cause}", { stage: t(step.to), cause: t(step.cause) });
    default:
      return `${t(step.type)} ${(Number(step.amount) / 100).toFixed(2)} ${step.currency}`;
  }
}
