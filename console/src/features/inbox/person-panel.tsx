import { ActionIcon, Badge, Button } from "@mantine/core";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { JourneyStep } from "../../../../src/contract/api-attribution.ts";
import type { ContactView } from "../../../../src/contract/api-conversations.ts";
import { UnlinkButton } from "../../app/linking.tsx";
import { Failed, Waiting } from "../../app/states.tsx";
import { useSpeech, type Language, type Translate } from "../../lib/i18n.ts";
import { meQuery } from "../../lib/me.ts";
import { money } from "../../lib/numbers.ts";
import { journeyQuery } from "../../lib/people.ts";
import { dayOf, exactly } from "../../lib/time.ts";
import { ChannelDot } from "./channel-dot.tsx";
import { Heard } from "./heard.tsx";
import { contactQuery, conversationQuery } from "./queries.ts";
import { Section } from "./section.tsx";
import { Talks } from "./talks.tsx";
import styles from "./inbox.module.css";

// Forms are not needed to read: they come when somebody opens one.
const LinkForm = lazy(() => import("../../app/link-form.tsx").then((module) => ({ default: module.LinkForm })));
const OrderForm = lazy(() => import("./order-form.tsx").then((module) => ({ default: module.OrderForm })));

/** Who writes, where they came from, and how far they have come. */
export function PersonPanel({ conversationId, onClose }: { conversationId: string; onClose: () => void }) {
  const { t } = useSpeech();
  const { data: conversation } = useQuery(conversationQuery(conversationId));
  const contactId = conversation?.contact?.id;
  return (
    <aside className={styles.person} aria-label={t("Person")}>
      <ActionIcon className={styles.personClose} variant="subtle" aria-label={t("Close")} onClick={onClose}>
        <X size={18} />
      </ActionIcon>
      {contactId ? (
        <Person key={contactId} id={contactId} conversationId={conversationId} />
      ) : (
        <p className="quiet">{t("A group has no single person.")}</p>
      )}
    </aside>
  );
}

function Person({ id, conversationId }: { id: string; conversationId: string }) {
  const { t, language } = useSpeech();
  const { data: me } = useSuspenseQuery(meQuery);
  const mayWrite = ["owner", "admin", "agent"].includes(me.role);
  const contact = useQuery(contactQuery(id));
  if (contact.isPending) return <Waiting rows={4} />;
  if (contact.isLoadingError) return <Failed error={contact.error} onRetry={() => void contact.refetch()} />;
  if (!contact.data) return null;
  const { name, stage, createdAt } = contact.data;
  return (
    <>
      <h2 className={styles.title}>
        <Link to="/people/$contactId" params={{ contactId: id }} className={styles.personName}>
          {name ?? t("Nameless")}
        </Link>
      </h2>
      <p className="quiet">
        <Badge variant="light" radius="sm">
          {t(stage)}
        </Badge>{" "}
        {t("known since {day}", { day: dayOf(createdAt, language) })}
      </p>
      <Identities person={contact.data} mayWrite={mayWrite} />
      {mayWrite && <Journey id={id} conversationId={conversationId} />}
      <Heard contactId={id} />
      <Talks person={contact.data} conversationId={conversationId} />
    </>
  );
}

/** The person's accounts, how each came to them, and a way back. */
function Identities({ person, mayWrite }: { person: ContactView; mayWrite: boolean }) {
  const { t, language } = useSpeech();
  const [links, setLinks] = useState(false);
  const standing = person.links.filter(({ undoneAt }) => undoneAt === null);
  const gone = standing.filter(({ fromContactId }) => fromContactId === person.id);
  const linkOf = (identityId: string) =>
    standing.find((link) => link.identityId === identityId && link.toContactId === person.id);
  const tools = mayWrite && (
    <Button size="compact-xs" variant="subtle" onClick={() => setLinks(!links)}>
      {t("Link another account")}
    </Button>
  );
  return (
    <Section title={t("Identities")} tools={tools}>
      {links && (
        <Suspense fallback={<Waiting rows={2} height={36} />}>
          <LinkForm person={person} onDone={() => setLinks(false)} />
        </Suspense>
      )}
      <ul>
        {person.identities.map((identity) => {
          const link = linkOf(identity.id);
          return (
            <li key={identity.id} className={styles.identity}>
              <ChannelDot adapter={identity.adapter} name={identity.channelName} />
              <span>
                {identity.name ?? identity.username ?? identity.externalId}
                <span className="quiet"> {identity.channelName}</span>
                {identity.blockedAt && <span className={styles.waiting}> {t("has blocked us")}</span>}
                {link && (
                  <span className={styles.small}>
                    {t("linked {day}: {evidence}", { day: dayOf(link.linkedAt, language), evidence: link.evidence })}
                    {mayWrite && <UnlinkButton link={link} personId={person.id} />}
                  </span>
                )}
              </span>
            </li>
          );
        })}
        {gone.map((link) => (
          <li key={link.id} className={styles.small}>
            {t("An account was linked to another person on {day}: {evidence}", {
              day: dayOf(link.linkedAt, language),
              evidence: link.evidence,
            })}
            {mayWrite && <UnlinkButton link={link} personId={person.id} />}
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Every touch with its method and confidence and every stage; then what was bought, and a click for what we see. */
function Journey({ id, conversationId }: { id: string; conversationId: string }) {
  const { t } = useSpeech();
  const [records, setRecords] = useState(false);
  const journey = useQuery(journeyQuery(id));
  if (journey.isPending) return <Waiting rows={3} height={20} />;
  if (journey.isLoadingError) return <Failed error={journey.error} onRetry={() => void journey.refetch()} />;
  const steps = journey.data ?? [];
  const isSale = ({ type }: JourneyStep) => type === "conversion" || type === "refund";
  const way = steps.filter((step) => !isSale(step));
  const sales = steps.filter(isSale);
  return (
    <>
      <Section title={t("Where they came from")}>
        <Steps steps={way} none={t("Nobody knows: they wrote without a link or code.")} />
      </Section>
      <Section
        title={t("Conversions")}
        tools={
          <Button size="compact-xs" variant="subtle" onClick={() => setRecords(!records)}>
            {t("Record an order")}
          </Button>
        }
      >
        {records && (
          <Suspense fallback={<Waiting rows={2} height={36} />}>
            <OrderForm conversationId={conversationId} onDone={() => setRecords(false)} />
          </Suspense>
        )}
        <Steps steps={sales} none={t("Nothing bought yet.")} />
      </Section>
    </>
  );
}

function Steps({ steps, none }: { steps: readonly JourneyStep[]; none: string }) {
  const { t, language } = useSpeech();
  if (steps.length === 0) return <p className={styles.small}>{none}</p>;
  return (
    <ul>
      {steps.map((step) => (
        <li key={step.id} title={exactly(step.at, language)}>
          <span className="quiet">{dayOf(step.at, language)}</span> {wordsOf(step, language, t)}
        </li>
      ))}
    </ul>
  );
}

function wordsOf(step: JourneyStep, language: Language, t: Translate): string {
  switch (step.type) {
    case "touch":
      return t("{door}, by {method}: {confidence} confidence", {
        door: step.entryPoint?.name ?? t("an unknown door"),
        method: t(step.method),
        confidence: t(step.confidence),
      });
    case "stage":
      return t("became {stage}: {cause}", { stage: t(step.to), cause: t(step.cause) });
    case "conversion":
      return `${t(step.kind)} · ${money(step.amount, step.currency, language)} · ${step.source}`;
    case "refund":
      return `${t("refund")} · ${money(-Math.abs(step.amount), step.currency, language)} · ${step.source}`;
  }
}
