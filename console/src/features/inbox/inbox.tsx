import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { Empty } from "../../app/states.tsx";
import { useSpeech } from "../../lib/i18n.ts";
import { Conversation } from "./conversation.tsx";
import { ConversationList } from "./conversation-list.tsx";
import { Help } from "./help.tsx";
import { useKeys } from "./keys.ts";
import { PersonPanel } from "./person-panel.tsx";
import styles from "./inbox.module.css";

/** List, conversation, person; on a telephone one of them at a time. */
export function Inbox() {
  const { t } = useSpeech();
  const { conversationId } = useParams({ strict: false });
  const [personOpen, setPersonOpen] = useState(() => matchMedia("(min-width: 1200px)").matches);
  const [helpOpen, setHelpOpen] = useState(false);
  useKeys({ "?": () => setHelpOpen(true) });
  return (
    <div className={styles.inbox} data-open={conversationId ? "conversation" : "list"} data-person={personOpen}>
      <ConversationList openId={conversationId} />
      {conversationId ? (
        <Conversation key={conversationId} id={conversationId} onPerson={() => setPersonOpen((open) => !open)} />
      ) : (
        <section className={styles.conversation}>
          <Empty title={t("Choose a conversation")}>
            {t("Messages of all channels come together in this list. Press ? for the keys that move in it.")}
          </Empty>
        </section>
      )}
      {conversationId && personOpen && (
        <PersonPanel conversationId={conversationId} onClose={() => setPersonOpen(false)} />
      )}
      <Help opened={helpOpen} onClose={() => setHelpOpen(false)} />
    </div>
  );
}
