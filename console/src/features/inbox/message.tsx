import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import type { AnswerView } from "../../../../src/contract/api-knowledge.ts";
import { api } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { clockTime, exactly } from "../../lib/time.ts";
import { Evidence } from "./evidence-panel.tsx";
import type { MessageView } from "./queries.ts";
import styles from "./inbox.module.css";

const STATES: Readonly<Record<string, string>> = {
  waiting: "waits to be sent",
  sent: "sent",
  delivered: "delivered",
  read: "read",
  failed: "not sent",
  "maybe-sent": "perhaps sent",
};

/** One message as it is now: edited, taken back, reacted to, and how it went with the sending. */
export function Message({
  message,
  quoted,
  answer,
  named,
  onReply,
}: {
  message: MessageView;
  /** Several people speak here: each is named. */
  named: boolean;
  /** The message that it answers, where it is on the screen. */
  quoted: MessageView | undefined;
  /** Why the bot said it, or said nothing after it. */
  answer: AnswerView | undefined;
  onReply: (message: MessageView) => void;
}) {
  const { t } = useSpeech();
  const reactions = Object.entries(message.reactions);
  return (
    <article className={styles.message} data-author={message.author}>
      <div className={styles.bubble}>
        {(named || message.author !== "contact") && <span className={styles.author}>{authorOf(message, t)}</span>}
        {message.replyTo !== null && <span className={styles.quote}>{quoted?.text ?? t("an earlier message")}</span>}
        {message.deletedAt ? (
          <em className="quiet">{t("This message was taken back.")}</em>
        ) : (
          message.parts.map((part, index) => <PartOf key={index} part={part} message={message} />)
        )}
        {reactions.length > 0 && (
          <span className={styles.reactions}>
            {reactions.map(([emoji, who]) => `${emoji} ${who.length > 1 ? who.length : ""}`).join(" ")}
          </span>
        )}
      </div>
      <Meta message={message} onReply={onReply} />
      {(message.deliveryState === "failed" || message.deliveryState === "maybe-sent") && <Failure message={message} />}
      {answer && <Evidence answer={answer} />}
    </article>
  );
}

/** When it was said, how it went with the sending, and the click to answer it. */
function Meta({ message, onReply }: { message: MessageView; onReply: (message: MessageView) => void }) {
  const { t, language } = useSpeech();
  return (
    <span className={styles.meta}>
      <span>
        <time dateTime={message.sentAt} title={exactly(message.sentAt, language)}>
          {clockTime(message.sentAt, language)}
        </time>
        {message.editedAt && !message.deletedAt && ` · ${t("edited")}`}
        {message.deliveryState && ` · ${t(STATES[message.deliveryState] ?? message.deliveryState)}`}
        {message.maybeTwice && ` · ${t("perhaps twice")}`}
      </span>
      {message.externalId && !message.deletedAt && (
        <button type="button" className={styles.replyButton} onClick={() => onReply(message)}>
          {t("Answer this")}
        </button>
      )}
    </span>
  );
}

function authorOf({ author, name }: MessageView, t: (english: string) => string): string {
  if (author === "bot") return t("Bot");
  return name ?? (author === "agent" ? t("Agent") : t("Somebody without a name"));
}

/** Why it did not get through, and a retry that really retries. */
function Failure({ message }: { message: MessageView }) {
  const { t } = useSpeech();
  const retry = useMutation({
    mutationFn: () => api(`/deliveries/${message.deliveryId}/retry`, { method: "POST" }),
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  return (
    <div className={styles.failure} role="alert">
      <span>{message.deliveryError ?? t("The platform did not say why.")}</span>
      {message.deliveryId && (
        <Button size="compact-xs" variant="default" loading={retry.isPending} onClick={() => retry.mutate()}>
          {t("Send again")}
        </Button>
      )}
    </div>
  );
}

type Shown = MessageView["parts"][number] & Record<string, unknown>;

function PartOf({ part, message }: { part: Shown; message: MessageView }) {
  switch (part.type) {
    case "text":
    case "template":
      return <p className={styles.text}>{String(part["text"] ?? "")}</p>;
    case "file":
      return <FileOf part={part} message={message} />;
    case "choice":
      return (
        <div>
          <p className={styles.text}>{String(part["prompt"] ?? "")}</p>
          <Options options={part["options"]} />
        </div>
      );
    case "card":
      return (
        <div className={styles.card}>
          <strong>{String(part["title"] ?? "")}</strong>
          {typeof part["text"] === "string" && <p className={styles.text}>{part["text"]}</p>}
          <Options options={part["options"]} />
        </div>
      );
    case "location":
      return (
        <p className={styles.text}>
          {[part["title"], part["address"], `${String(part["latitude"])}, ${String(part["longitude"])}`]
            .filter(Boolean)
            .join("\n")}
        </p>
      );
    case "contact":
      return <p className={styles.text}>{[part["name"], part["phone"]].filter(Boolean).join(" ")}</p>;
  }
}

function Options({ options }: { options: unknown }) {
  const list = Array.isArray(options) ? (options as { id: string; label: string }[]) : [];
  return (
    <ul className={styles.options}>
      {list.map(({ id, label }) => (
        <li key={id}>{label}</li>
      ))}
    </ul>
  );
}

/** Our copy of a file; a platform's own address is never shown, since it needs a login or has expired. */
function FileOf({ part, message }: { part: Shown; message: MessageView }) {
  const { t } = useSpeech();
  const media = message.media[String(part["ref"])];
  const name = String(part["name"] ?? part["alt"] ?? t("File"));
  if (!media || media.state === "waiting") return <p className="quiet">{t("{name} is being fetched", { name })}</p>;
  if (media.state === "refused") return <p className="quiet">{t("{name}: there is no copy", { name })}</p>;
  const url = `/api/v1/media/${media.id}/content`;
  if (part["kind"] === "image" || part["kind"] === "sticker") {
    return <img src={url} alt={String(part["alt"] ?? part["name"] ?? t("Picture"))} className={styles.picture} />;
  }
  if (part["kind"] === "audio") return <audio controls preload="none" src={url} aria-label={name} />;
  if (part["kind"] === "video") return <video controls preload="none" src={url} className={styles.picture} />;
  return (
    <a href={url} download>
      {name}
    </a>
  );
}
