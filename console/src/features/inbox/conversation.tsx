import { ActionIcon, Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowLeft, PanelRight } from "lucide-react";
import { useEffect, useLayoutEffect, useRef } from "react";
import { Failed, Waiting } from "../../app/states.tsx";
import { api } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { Composer } from "./composer.tsx";
import { Message } from "./message.tsx";
import { conversationQuery, messagesQuery, type ConversationView } from "./queries.ts";
import styles from "./inbox.module.css";

/** One conversation: what was said, who has the word, and the composer. */
export function Conversation({ id, onPerson }: { id: string; onPerson: () => void }) {
  const { t } = useSpeech();
  const conversation = useQuery(conversationQuery(id));
  if (conversation.isPending) return <section className={styles.conversation}>{<Waiting />}</section>;
  if (conversation.isError) {
    return (
      <section className={styles.conversation}>
        <Failed error={conversation.error} onRetry={() => void conversation.refetch()} />
      </section>
    );
  }
  const { data } = conversation;
  return (
    <section className={styles.conversation} aria-label={t("Conversation")}>
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
          <h1 className={styles.title}>{data.title ?? data.contact?.name ?? t("Nameless")}</h1>
          <span className="quiet">
            {data.channelName}
            {data.contact && ` → ${t(data.contact.stage)}`}
          </span>
        </div>
        <Word conversation={data} />
        <ActionIcon variant="subtle" onClick={onPerson} aria-label={t("Person")}>
          <PanelRight size={18} />
        </ActionIcon>
      </header>
      <Messages id={id} />
      <Composer conversation={data} />
    </section>
  );
}

/** Who has the word, and the ways to change that. */
function Word({ conversation }: { conversation: ConversationView }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const act = useMutation({
    mutationFn: (name: string) =>
      api<ConversationView>(`/conversations/${conversation.id}/${name}`, { method: "POST" }),
    onSuccess(changed) {
      client.setQueryData(conversationQuery(conversation.id).queryKey, changed);
      void client.invalidateQueries({ queryKey: ["conversations"] });
    },
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  const button = (name: string, words: string) => (
    <Button
      key={name}
      size="xs"
      variant="default"
      loading={act.isPending && act.variables === name}
      onClick={() => act.mutate(name)}
    >
      {t(words)}
    </Button>
  );
  return (
    <Group gap="sm" wrap="nowrap">
      {conversation.owner === "bot" ? button("take", "Take from the bot") : button("give-back", "Give back to the bot")}
      {conversation.status === "resolved" ? button("reopen", "Reopen") : button("resolve", "Resolve")}
    </Group>
  );
}

function Messages({ id }: { id: string }) {
  const { t } = useSpeech();
  const pages = useInfiniteQuery(messagesQuery(id));
  const frame = useRef<HTMLDivElement>(null);
  const top = useRef<HTMLDivElement>(null);
  const messages = pages.data ? [...pages.data.pages].reverse().flatMap(({ items }) => items) : [];
  const newest = messages.at(-1)?.id;

  useLayoutEffect(() => {
    frame.current?.scrollTo({ top: frame.current.scrollHeight });
  }, [newest]);

  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  useEffect(() => {
    if (!top.current || !hasNextPage) return;
    const watcher = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting && !isFetchingNextPage) void fetchNextPage();
    });
    watcher.observe(top.current);
    return () => watcher.disconnect();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  if (pages.isPending) return <Waiting />;
  if (pages.isError) return <Failed error={pages.error} onRetry={() => void pages.refetch()} />;
  return (
    <div ref={frame} className={styles.messages} role="log" aria-label={t("Messages")} tabIndex={0}>
      <div ref={top} />
      {messages.map((message) => (
        <Message key={message.id} message={message} />
      ))}
    </div>
  );
}
