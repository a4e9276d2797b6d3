import { ActionIcon, Button, Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Paperclip, X } from "lucide-react";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { api } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { exactly } from "../../lib/time.ts";
import { adaptersQuery } from "./adapters.ts";
import { readDraft, writeDraft } from "./drafts.ts";
import { messagesQuery, type ConversationView } from "./queries.ts";
import styles from "./inbox.module.css";

interface Uploaded {
  ref: string;
  kind: "image" | "audio" | "video" | "document";
  name: string;
  mimeType: string;
  size: number;
}

/** What we say next. It knows what the channel carries, keeps drafts, and loses nothing when sending fails. */
export function Composer({ conversation }: { conversation: ConversationView }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const [text, setText] = useState(() => readDraft(conversation.id));
  const [files, setFiles] = useState<Uploaded[]>([]);
  const picker = useRef<HTMLInputElement>(null);
  const { data: adapters } = useQuery(adaptersQuery);
  const can = adapters?.find(({ name }) => name === conversation.adapter)?.capabilities;
  useEffect(() => writeDraft(conversation.id, text), [conversation.id, text]);

  const send = useMutation({
    mutationFn: () =>
      api(`/conversations/${conversation.id}/messages`, {
        body: {
          parts: [
            ...(text.trim() ? [{ type: "text", text }] : []),
            ...files.map((file) => ({ type: "file", ...file })),
          ],
        },
      }),
    onSuccess() {
      setText("");
      setFiles([]);
      void client.invalidateQueries({ queryKey: messagesQuery(conversation.id).queryKey });
    },
  });
  const upload = useMutation({
    mutationFn: (file: File) => api<Uploaded>(`/channels/${conversation.channelId}/files`, { method: "POST", file }),
    onSuccess: (file) => setFiles((before) => [...before, file]),
  });

  const isClosed = conversation.replyWindow !== null && !conversation.replyWindow.open;
  const length = can ? lengthOf(text, can.text.unit) : 0;
  const empty = text.trim() === "" && files.length === 0;
  function onKey(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (!empty && !send.isPending && !isClosed) send.mutate();
  }
  const error = send.error ?? upload.error;

  return (
    <div className={styles.composer}>
      <WindowNote conversation={conversation} />
      {error && (
        <p className={styles.failure} role="alert">
          {error.message} {t("What you typed is kept.")}
        </p>
      )}
      {files.length > 0 && (
        <ul className={styles.files}>
          {files.map((file) => (
            <li key={file.ref}>
              {file.name}
              <ActionIcon
                size="xs"
                variant="subtle"
                aria-label={t("Remove {name}", { name: file.name })}
                onClick={() => setFiles((before) => before.filter(({ ref }) => ref !== file.ref))}
              >
                <X size={12} />
              </ActionIcon>
            </li>
          ))}
        </ul>
      )}
      <div className={styles.write}>
        {can?.file && (
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
              loading={upload.isPending}
              onClick={() => picker.current?.click()}
              aria-label={t("Attach a file")}
            >
              <Paperclip size={18} />
            </ActionIcon>
          </>
        )}
        <Textarea
          className={styles.field}
          autosize
          minRows={1}
          maxRows={10}
          aria-label={t("Your answer")}
          placeholder={
            conversation.owner === "bot" ? t("Write, and the conversation becomes yours") : t("Write an answer")
          }
          value={text}
          disabled={isClosed}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKey}
        />
        <Button disabled={empty || isClosed} loading={send.isPending} onClick={() => send.mutate()}>
          {t("Send")}
        </Button>
      </div>
      {can && length > can.text.max && (
        <span className="quiet">
          {t("Longer than one message of this channel ({max}): it goes out as several.", { max: can.text.max })}
        </span>
      )}
    </div>
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
