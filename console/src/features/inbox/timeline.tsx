import { ActionIcon } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Lock, Trash2 } from "lucide-react";
import { useEffect, useLayoutEffect, useRef } from "react";
import { Failed, Waiting } from "../../app/states.tsx";
import { api } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { meQuery } from "../../lib/me.ts";
import { clockTime, dayOf, exactly } from "../../lib/time.ts";
import { useAnswers } from "./evidence.ts";
import { Message } from "./message.tsx";
import {
  keepConversation,
  messagesQuery,
  notesQuery,
  type ConversationView,
  type MessageView,
  type NoteView,
} from "./queries.ts";
import { sayFailure } from "./say-failure.ts";
import styles from "./inbox.module.css";

interface Props {
  conversation: ConversationView;
  onReply: (message: MessageView) => void;
}

/** What was said and what we noted beside it, in the order in which it happened. */
export function Timeline({ conversation, onReply }: Props) {
  const { t } = useSpeech();
  const { id } = conversation;
  const pages = useInfiniteQuery(messagesQuery(id));
  const notes = useQuery(notesQuery(id));
  const messages = pages.data ? [...pages.data.pages].reverse().flatMap(({ items }) => items) : [];
  const answers = useAnswers(id, messages);
  const newest = messages.at(-1);
  const frame = useScrolledDown(`${newest?.id} ${notes.data?.at(-1)?.id}`);
  const top = useMore(pages.hasNextPage && !pages.isFetchingNextPage, () => void pages.fetchNextPage());
  useReading(conversation, newest?.seq);

  if (pages.isPending) return <Waiting />;
  if (pages.isLoadingError) return <Failed error={pages.error} onRetry={() => void pages.refetch()} />;
  const said = new Map(messages.map((message) => [message.externalId, message]));
  return (
    <div ref={frame} className={styles.messages} role="log" aria-label={t("Messages")} tabIndex={0}>
      <div ref={top} />
      {lines(messages, notes.data ?? [], !pages.hasNextPage).map((line) =>
        line.type === "day" ? (
          <Day key={line.at} at={line.at} />
        ) : line.type === "note" ? (
          <Note key={line.note.id} note={line.note} />
        ) : (
          <Message
            key={line.message.id}
            message={line.message}
            named={conversation.kind !== "direct"}
            quoted={line.message.replyTo === null ? undefined : said.get(line.message.replyTo)}
            answer={answers.get(line.message.id)}
            onReply={onReply}
          />
        ),
      )}
    </div>
  );
}

type Line = { type: "message"; message: MessageView } | { type: "note"; note: NoteView } | { type: "day"; at: string };

/** Notes stand behind the message after which they were written; those of older pages wait for their page. */
function lines(messages: readonly MessageView[], notes: readonly NoteView[], whole: boolean): Line[] {
  const first = messages[0]?.seq ?? 0;
  const shown = notes.filter(({ afterSeq }) => whole || afterSeq >= first);
  const all = [
    ...messages.map((message) => ({
      at: message.sentAt,
      seq: message.seq,
      line: { type: "message", message } as Line,
    })),
    ...shown.map((note) => ({ at: note.at, seq: note.afterSeq + 0.5, line: { type: "note", note } as Line })),
  ].sort((a, b) => a.seq - b.seq);
  return all.flatMap(({ at, line }, i) => {
    const before = all[i - 1]?.at;
    const isNewDay = before === undefined || new Date(before).toDateString() !== new Date(at).toDateString();
    return isNewDay ? [{ type: "day", at }, line] : [line];
  });
}

function Day({ at }: { at: string }) {
  const { language } = useSpeech();
  return <p className={styles.day}>{dayOf(at, language)}</p>;
}

function Note({ note }: { note: NoteView }) {
  const { t, language } = useSpeech();
  const client = useQueryClient();
  const { data: me } = useSuspenseQuery(meQuery);
  const mine = note.staffId === me.staffId || me.role === "owner" || me.role === "admin";
  const remove = useMutation({
    mutationFn: () => api(`/notes/${note.id}`, { method: "DELETE" }),
    onSuccess: () => client.invalidateQueries({ queryKey: notesQuery(note.conversationId).queryKey }),
    onError: sayFailure,
  });
  return (
    <article className={styles.note}>
      <span className={styles.author}>
        <Lock size={12} /> {t("Private note")} · {note.name ?? t("Agent")} ·{" "}
        <time dateTime={note.at} title={exactly(note.at, language)}>
          {clockTime(note.at, language)}
        </time>
      </span>
      <p className={styles.text}>{note.text}</p>
      {mine && (
        <ActionIcon
          className={styles.noteRemove}
          size="sm"
          variant="subtle"
          aria-label={t("Remove the note")}
          onClick={() => remove.mutate()}
        >
          <Trash2 size={14} />
        </ActionIcon>
      )}
    </article>
  );
}

/** Down at the end whenever there is something new. */
function useScrolledDown(newest: string) {
  const frame = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    frame.current?.scrollTo({ top: frame.current.scrollHeight });
  }, [newest]);
  return frame;
}

/** Asks for more as soon as the mark comes into sight. */
function useMore(wanted: boolean, ask: () => void) {
  const mark = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!mark.current || !wanted) return;
    const watcher = new IntersectionObserver(([entry]) => entry?.isIntersecting && ask());
    watcher.observe(mark.current);
    return () => watcher.disconnect();
  });
  return mark;
}

/** Says how far we have read, once it is in sight. */
function useReading({ id, unread }: ConversationView, seq: number | undefined): void {
  const client = useQueryClient();
  const saidTo = useRef(0);
  useEffect(() => {
    if (seq === undefined || unread === 0 || seq <= saidTo.current || document.visibilityState !== "visible") return;
    saidTo.current = seq;
    api<ConversationView>(`/conversations/${id}/read`, { body: { seq } }).then(
      (changed) => keepConversation(client, changed),
      () => (saidTo.current = 0),
    );
  }, [client, id, unread, seq]);
}
