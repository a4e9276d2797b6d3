import { Badge, Button, Select, TextInput, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import type { ContactView } from "../../../../src/contract/api-conversations.ts";
import { Failed, Waiting } from "../../app/states.tsx";
import { api, ApiError } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { meQuery } from "../../lib/me.ts";
import { personQuery } from "../../lib/people.ts";
import { ago, dayOf, exactly } from "../../lib/time.ts";
import { Block } from "./block.tsx";
import { ConsentList } from "./consents.tsx";
import { Identities } from "./identities.tsx";
import { Journey } from "./journey.tsx";
import { STAGES } from "./people-search.ts";
import { Privacy } from "./privacy.tsx";
import styles from "./people.module.css";

const STATUSES: Readonly<Record<string, string>> = {
  open: "Open",
  pending: "Waiting",
  snoozed: "Snoozed",
  resolved: "Resolved",
};

/** One person: who, from where, how far, what was said and what they allowed. */
export function Person() {
  const { t } = useSpeech();
  const { data: me } = useSuspenseQuery(meQuery);
  const { contactId } = useParams({ strict: false });
  const id = contactId ?? "";
  const person = useQuery(personQuery(id));
  const isHidden = person.error instanceof ApiError && person.error.status === 403;
  const mayWrite = ["owner", "admin", "agent"].includes(me.role);
  const mayMarket = mayWrite || me.role === "marketer";
  if (person.isPending) return <Waiting />;
  if (person.isError && !isHidden) return <Failed error={person.error} onRetry={() => void person.refetch()} />;
  return (
    <div className={styles.page}>
      <nav aria-label={t("Where you are")}>
        <Link to="/people" search={{} as never}>
          {t("People")}
        </Link>
      </nav>
      {person.data ? <Head person={person.data} mayMove={mayMarket} /> : <Title order={1}>{t("Person")}</Title>}
      {isHidden && <p className="quiet">{t("What was said with a person is not shown to your role.")}</p>}
      <div className={styles.columns}>
        <div className={styles.column}>
          {mayMarket && <Journey id={id} />}
          {person.data && <Conversations person={person.data} />}
        </div>
        <div className={styles.column}>
          {person.data && <Identities person={person.data} mayWrite={mayWrite} />}
          {mayMarket && <ConsentList id={id} />}
          {["owner", "admin"].includes(me.role) && <Privacy id={id} name={person.data?.name ?? null} />}
        </div>
      </div>
    </div>
  );
}

function Head({ person, mayMove }: { person: ContactView; mayMove: boolean }) {
  const { t, language } = useSpeech();
  const [moves, setMoves] = useState(false);
  const { name, stage, stageAt, source, createdAt, lastSeenAt } = person;
  return (
    <header className={styles.head}>
      <Title order={1}>{name ?? t("Nameless")}</Title>
      <p className={styles.way}>
        <span>{source?.name ?? t("nobody knows from where")}</span>
        <span aria-hidden>→</span>
        <span>{person.identities[0]?.channelName ?? t("no account")}</span>
        <span aria-hidden>→</span>
        <Badge variant="light" radius="sm" className={styles.stage} title={exactly(stageAt, language)}>
          {t(stage)}
        </Badge>
        {mayMove && (
          <Button size="compact-xs" variant="subtle" onClick={() => setMoves(!moves)}>
            {t("Change the stage")}
          </Button>
        )}
      </p>
      <p className="quiet">
        {t("known since {day}", { day: dayOf(createdAt, language) })}
        {lastSeenAt !== null && ` · ${t("last seen {ago}", { ago: ago(lastSeenAt, new Date(), language) })}`}
      </p>
      {moves && <StageForm id={person.id} stage={stage} onDone={() => setMoves(false)} />}
    </header>
  );
}

function StageForm({ id, stage, onDone }: { id: string; stage: string; onDone: () => void }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const [next, setNext] = useState(stage);
  const [cause, setCause] = useState("");
  const move = useMutation({
    mutationFn: () => api(`/contacts/${id}/stage`, { body: { stage: next, cause: cause.trim() } }),
    async onSuccess() {
      await Promise.all([["contact", id], ["journey", id], ["people"]].map((queryKey) => client.invalidateQueries({ queryKey }))); // prettier-ignore
      onDone();
    },
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    move.mutate();
  }
  return (
    <form onSubmit={submit} className={styles.line}>
      <Select
        aria-label={t("Stage")}
        value={next}
        allowDeselect={false}
        data={STAGES.map((value) => ({ value, label: t(value) }))}
        onChange={(value) => setNext(value ?? next)}
      />
      <TextInput
        aria-label={t("Why")}
        placeholder={t("Why")}
        required
        value={cause}
        onChange={(event) => setCause(event.currentTarget.value)}
      />
      <Button type="submit" loading={move.isPending} disabled={next === stage || !cause.trim()}>
        {t("Move to this stage")}
      </Button>
    </form>
  );
}

function Conversations({ person: { conversations } }: { person: ContactView }) {
  const { t, language } = useSpeech();
  return (
    <Block title={t("Conversations")}>
      {conversations.length === 0 && <p className="quiet">{t("They have not written yet.")}</p>}
      <ul className={styles.list}>
        {conversations.map(({ id, channelName, lastMessageText, lastMessageAt, status }) => (
          <li key={id}>
            <Link to="/inbox/$conversationId" params={{ conversationId: id }} className={styles.clip}>
              {lastMessageText || t("Conversation")}
            </Link>
            <span className="quiet">
              {channelName} · {t(STATUSES[status] ?? status)}
              {lastMessageAt !== null && ` · ${ago(lastMessageAt, new Date(), language)}`}
            </span>
          </li>
        ))}
      </ul>
    </Block>
  );
}
