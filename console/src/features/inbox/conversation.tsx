import { ActionIcon } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowLeft, PanelRight } from "lucide-react";
import { useState } from "react";
import { Failed, Waiting } from "../../app/states.tsx";
import { useSpeech } from "../../lib/i18n.ts";
import { exactly } from "../../lib/time.ts";
import { Composer, type Mode } from "./composer.tsx";
import { ConversationActions } from "./conversation-actions.tsx";
import { useKeys } from "./keys.ts";
import { LabelChip } from "./labels.tsx";
import { usePresence } from "./presence.ts";
import { conversationQuery, type ConversationView, type MessageView } from "./queries.ts";
import { Scheduled } from "./scheduled.tsx";
import { Timeline } from "./timeline.tsx";
import styles from "./inbox.module.css";

/** One conversation: what was said, who has the word, and the composer. */
export function Conversation({ id, onPerson }: { id: string; onPerson: () => void }) {
  const { t } = useSpeech();
  const conversation = useQuery(conversationQuery(id));
  if (conversation.isPending) return <section className={styles.conversation}>{<Waiting />}</section>;
  if (conversation.isLoadingError) {
    return (
      <section className={styles.conversation}>
        <Failed error={conversation.error} onRetry={() => void conversation.refetch()} />
      </section>
    );
  }
  return (
    <section className={styles.conversation} aria-label={t("Conversation")}>
      {conversation.data && <Opened conversation={conversation.data} onPerson={onPerson} />}
    </section>
  );
}

function Opened({ conversation, onPerson }: { conversation: ConversationView; onPerson: () => void }) {
  const [mode, setMode] = useState<Mode>("reply");
  const [replyTo, setReplyTo] = useState<MessageView>();
  const { others, typed } = usePresence(conversation.id);
  function write(next: Mode): void {
    setMode(next);
    requestAnimationFrame(() => document.getElementById("composer-field")?.focus());
  }
  useKeys({ r: () => write("reply"), n: () => write("note"), p: onPerson });
  return (
    <>
      <Head conversation={conversation} onPerson={onPerson} />
      <Timeline
        conversation={conversation}
        onReply={(message) => {
          setReplyTo(message);
          write("reply");
        }}
      />
      <Others others={others} />
      <Scheduled conversationId={conversation.id} />
      <Composer {...{ conversation, mode, replyTo }} onMode={setMode} onReplyTo={setReplyTo} onTyping={typed} />
    </>
  );
}

function Head({ conversation, onPerson }: { conversation: ConversationView; onPerson: () => void }) {
  const { t, language } = useSpeech();
  const { contact, source, snoozedUntil, labels } = conversation;
  return (
    <header className={styles.head}>
      <ActionIcon
        className={styles.back}
        component={Link}
        to="/inbox"
        variant="subtle"
        aria-label={t("Back to the list")}
      >
        <ArrowLeft size={18} />
      </ActionIcon>
      <div className={styles.heading}>
        <h1 className={styles.title}>{conversation.title ?? contact?.name ?? t("Nameless")}</h1>
        <span className={styles.source}>
          {labels.map((label) => (
            <LabelChip key={label.id} label={label} />
          ))}
          {source && (
            <>
              <Link to="/entry-points">{source.name}</Link>
              {" → "}
            </>
          )}
          {conversation.channelName}
          {contact && ` → ${t(contact.stage)}`}
          {conversation.assigneeName && ` · ${conversation.assigneeName}`}
          {snoozedUntil && ` · ${t("snoozed until {until}", { until: exactly(snoozedUntil, language) })}`}
        </span>
      </div>
      <ConversationActions conversation={conversation} />
      <ActionIcon variant="subtle" size={36} onClick={onPerson} aria-label={t("Person")}>
        <PanelRight size={18} />
      </ActionIcon>
    </header>
  );
}

/** Before two of us answer the same question. */
function Others({ others }: { others: ReturnType<typeof usePresence>["others"] }) {
  const { t } = useSpeech();
  const writers = others.filter(({ doing }) => doing === "writing").map(({ name }) => name);
  const lookers = others.filter(({ doing }) => doing === "looking").map(({ name }) => name);
  const comma = t(", ");
  return (
    <p className={styles.others} role="status" data-writing={writers.length > 0}>
      {writers.length > 0
        ? t("{names} is writing", { names: writers.join(comma) })
        : lookers.length > 0
          ? t("{names} is looking at this, too", { names: lookers.join(comma) })
          : ""}
    </p>
  );
}
