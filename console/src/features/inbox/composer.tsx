import { ActionIcon, Button, SegmentedControl } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CalendarClock, Paperclip, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { api } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { exactly } from "../../lib/time.ts";
import { adaptersQuery } from "./adapters.ts";
import { readDraft, writeDraft } from "./drafts.ts";
import { messagesQuery, notesQuery, scheduledQuery, type ConversationView, type MessageView } from "./queries.ts";
import { WhenMenu } from "./when-menu.tsx";
import { WriteField } from "./write-field.tsx";
import styles from "./inbox.module.css";

interface Uploaded {
  ref: string;
  kind: "image" | "audio" | "video" | "document";
  name: string;
  mimeType: string;
  size: number;
}

export type Mode = "reply" | "note";

export interface ComposerProps {
  conversation: ConversationView;
  mode: Mode;
  onMode: (mode: Mode) => void;
  /** The message that is answered. */
  replyTo: MessageView | undefined;
  onReplyTo: (message: MessageView | undefined) => void;
  /** Something was typed just now. */
  onTyping: () => void;
}

/** What we say next, to the customer or among ourselves. */
export function Composer(props: ComposerProps) {
  const { t } = useSpeech();
  const { conversation, mode, onMode } = props;
  return (
    <div className={styles.composer} data-mode={mode}>
      <SegmentedControl
        size="xs"
        className={styles.modes}
        aria-label={t("What to write")}
        value={mode}
        onChange={(value) => onMode(value as Mode)}
        data={[
          { value: "reply", label: t("Reply") },
          { value: "note", label: t("Private note") },
        ]}
      />
      {mode === "note" ? (
        <NoteComposer key={`note ${conversation.id}`} {...props} />
      ) : (
        <ReplyComposer key={`reply ${conversation.id}`} {...props} />
      )}
    </div>
  );
}

/** What the team alone reads; whoever is named by @ finds it among their mentions. */
function NoteComposer({ conversation, onTyping }: ComposerProps) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const key = `note.${conversation.id}`;
  const [text, setText] = useState(() => readDraft(key));
  const named = useRef(new Map<string, string>());
  useEffect(() => writeDraft(key, text), [key, text]);
  const save = useMutation({
    mutationFn: () => {
      const mentions = [...named.current].filter(([, name]) => text.includes(`@${name}`)).map(([id]) => id);
      return api(`/conversations/${conversation.id}/notes`, { body: { text, mentions } });
    },
    onSuccess() {
      setText("");
      void client.invalidateQueries({ queryKey: notesQuery(conversation.id).queryKey });
    },
  });
  const empty = text.trim() === "";
  return (
    <>
      {save.error && <NotDone error={save.error} />}
      <div className={styles.write}>
        <WriteField
          conversation={conversation}
          suggests="people"
          label={t("Private note")}
          placeholder={t("Only your team reads this. Name somebody with @")}
          value={text}
          onChange={(next) => {
            setText(next);
            onTyping();
          }}
          onNamed={({ id, name }) => named.current.set(id, name)}
          onSend={() => !empty && !save.isPending && save.mutate()}
        />
        <Button disabled={empty} loading={save.isPending} onClick={() => save.mutate()}>
          {t("Keep the note")}
        </Button>
      </div>
    </>
  );
}

function NotDone({ error }: { error: Error }) {
  const { t } = useSpeech();
  return (
    <p className={styles.failure} role="alert">
      {error.message} {t("What you typed is kept.")}
    </p>
  );
}

/** It knows what the channel carries, keeps drafts, and loses nothing when sending fails. */
function ReplyComposer({ conversation, replyTo, onReplyTo, onTyping }: ComposerProps) {
  const { t } = useSpeech();
  const [text, setText] = useState(() => readDraft(conversation.id));
  const [files, setFiles] = useState<Uploaded[]>([]);
  const [missing, setMissing] = useState<string[]>([]);
  const { data: adapters } = useQuery(adaptersQuery);
  const can = adapters?.find(({ name }) => name === conversation.adapter)?.capabilities;
  useEffect(() => writeDraft(conversation.id, text), [conversation.id, text]);
  const { send, later } = useSending(conversation, { text, files, replyTo }, () => {
    setText("");
    setFiles([]);
    setMissing([]);
    onReplyTo(undefined);
  });

  const isClosed = conversation.replyWindow?.open === false;
  const empty = text.trim() === "" && files.length === 0;
  const busy = send.isPending || later.isPending;
  const error = send.error ?? later.error;
  const placeholder = useInvitation(conversation);
  return (
    <>
      <WindowNote conversation={conversation} />
      {error && <NotDone error={error} />}
      <Answered message={replyTo} can={can?.reply} onClear={() => onReplyTo(undefined)} />
      <FileList files={files} onChange={setFiles} />
      <div className={styles.write}>
        {can?.file && (
          <Attach channelId={conversation.channelId} onFile={(file) => setFiles((before) => [...before, file])} />
        )}
        <WriteField
          conversation={conversation}
          suggests="canned"
          label={t("Your answer")}
          placeholder={placeholder}
          value={text}
          disabled={isClosed}
          onChange={(next) => {
            setText(next);
            onTyping();
          }}
          onMissing={setMissing}
          onSend={() => !empty && !busy && !isClosed && send.mutate()}
        />
        <SendLater disabled={empty || busy} onChoose={(at) => later.mutate(at)} />
        <Button disabled={empty || isClosed || later.isPending} loading={send.isPending} onClick={() => send.mutate()}>
          {t("Send")}
        </Button>
      </div>
      <Warnings text={text} missing={missing} limit={can?.text} />
    </>
  );
}

function useInvitation({ owner }: ConversationView): string {
  const { t } = useSpeech();
  return owner === "bot" ? t("Write, and the conversation becomes yours") : t("Write an answer, or / for a ready one");
}

/** What one should see before one sends. */
function Warnings(props: {
  text: string;
  missing: readonly string[];
  limit: { max: number; unit: "utf16" | "chars" | "bytes" } | undefined;
}) {
  const { t } = useSpeech();
  const { text, missing, limit } = props;
  const unfilled = missing.filter((name) => text.includes(`{{${name}}}`) || text.includes(`{{ ${name} }}`));
  return (
    <>
      {unfilled.length > 0 && (
        <span className={styles.waiting} role="status">
          {t("Nobody knows {names} here. Put in what belongs there before you send.", { names: unfilled.join(", ") })}
        </span>
      )}
      {limit && lengthOf(text, limit.unit) > limit.max && (
        <span className="quiet">
          {t("Longer than one message of this channel ({max}): it goes out as several.", { max: limit.max })}
        </span>
      )}
    </>
  );
}

interface Said {
  text: string;
  files: Uploaded[];
  replyTo: MessageView | undefined;
}

/** Sending now and later; `onDone` when the hub has it. */
function useSending(conversation: ConversationView, { text, files, replyTo }: Said, onDone: () => void) {
  const client = useQueryClient();
  const reply = {
    parts: [...(text.trim() ? [{ type: "text", text }] : []), ...files.map((file) => ({ type: "file", ...file }))],
    ...(replyTo?.externalId && { replyTo: replyTo.externalId }),
  };
  const send = useMutation({
    mutationFn: () => api(`/conversations/${conversation.id}/messages`, { body: reply }),
    onSuccess() {
      onDone();
      void client.invalidateQueries({ queryKey: messagesQuery(conversation.id).queryKey });
    },
  });
  const later = useMutation({
    mutationFn: (at: Date) =>
      api(`/conversations/${conversation.id}/scheduled`, { body: { reply, dueAt: at.toISOString() } }),
    onSuccess() {
      onDone();
      void client.invalidateQueries({ queryKey: scheduledQuery(conversation.id).queryKey });
    },
  });
  return { send, later };
}

function SendLater({ disabled, onChoose }: { disabled: boolean; onChoose: (at: Date) => void }) {
  const { t } = useSpeech();
  const [opened, setOpened] = useState(false);
  return (
    <WhenMenu title={t("Send later")} opened={opened} onChange={setOpened} onChoose={onChoose}>
      <ActionIcon variant="subtle" size={36} disabled={disabled} aria-label={t("Send later")}>
        <CalendarClock size={18} />
      </ActionIcon>
    </WhenMenu>
  );
}

/** Which message is answered, and whether the other side will see that. */
function Answered(props: { message: MessageView | undefined; can: boolean | undefined; onClear: () => void }) {
  const { t } = useSpeech();
  const { message, can, onClear } = props;
  if (!message) return null;
  return (
    <div className={styles.answered}>
      <span className={styles.words}>
        {t("Answer to: {text}", { text: message.text || "…" })}
        {!can && ` (${t("this channel does not show which message is answered")})`}
      </span>
      <ActionIcon size="sm" variant="subtle" aria-label={t("Answer none in particular")} onClick={onClear}>
        <X size={14} />
      </ActionIcon>
    </div>
  );
}

function FileList({ files, onChange }: { files: Uploaded[]; onChange: (files: Uploaded[]) => void }) {
  const { t } = useSpeech();
  if (files.length === 0) return null;
  return (
    <ul className={styles.files}>
      {files.map((file) => (
        <li key={file.ref}>
          {file.name}
          <ActionIcon
            size="xs"
            variant="subtle"
            aria-label={t("Remove {name}", { name: file.name })}
            onClick={() => onChange(files.filter(({ ref }) => ref !== file.ref))}
          >
            <X size={12} />
          </ActionIcon>
        </li>
      ))}
    </ul>
  );
}

function Attach({ channelId, onFile }: { channelId: string; onFile: (file: Uploaded) => void }) {
  const { t } = useSpeech();
  const picker = useRef<HTMLInputElement>(null);
  const upload = useMutation({
    mutationFn: (file: File) => api<Uploaded>(`/channels/${channelId}/files`, { method: "POST", file }),
    onSuccess: onFile,
  });
  return (
    <>
      <input
        ref={picker}
        type="file"
        hidden
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) upload.mutate(file);
          event.currentTarget.value = "";
        }}
      />
      <ActionIcon
        variant="subtle"
        size={36}
        color={upload.error ? "red" : undefined}
        title={upload.error?.message}
        loading={upload.isPending}
        onClick={() => picker.current?.click()}
        aria-label={t("Attach a file")}
      >
        <Paperclip size={18} />
      </ActionIcon>
      {upload.error && <span className={styles.failure}>{upload.error.message}</span>}
    </>
  );
}

/** Until when the platform lets us write, and the way out when it does not. */
function WindowNote({ conversation: { replyWindow } }: { conversation: ConversationView }) {
  const { t, language } = useSpeech();
  if (!replyWindow) return null;
  if (!replyWindow.open) {
    return (
      <p className={styles.window} role="status">
        {t(
          "This platform takes no message until the person writes again. Use another channel of theirs, or a template.",
        )}
      </p>
    );
  }
  const until = replyWindow.until ? exactly(replyWindow.until, language) : "";
  return (
    <p className="quiet">
      {replyWindow.left === null
        ? t("The platform takes messages until {until}.", { until })
        : t("The platform takes {left} more messages, until {until}.", { left: replyWindow.left, until })}
    </p>
  );
}

function lengthOf(text: string, unit: "utf16" | "chars" | "bytes"): number {
  if (unit === "bytes") return new TextEncoder().encode(text).length;
  return unit === "chars" ? [...text].length : text.length;
}
