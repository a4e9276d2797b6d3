import { Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type KeyboardEvent } from "react";
import { fillCanned } from "../../../../src/contract/canned.ts";
import { useSpeech } from "../../lib/i18n.ts";
import {
  cannedQuery,
  cannedValuesQuery,
  colleaguesQuery,
  type CannedReplyView,
  type Colleague,
  type ConversationView,
} from "./queries.ts";
import styles from "./inbox.module.css";

interface Suggestion {
  id: string;
  title: string;
  detail: string;
  /** What the text becomes. */
  text: string;
  missing: string[];
  colleague?: Colleague;
}

export interface WriteFieldProps {
  conversation: ConversationView;
  /** Ready answers behind "/", or colleagues behind "@". */
  suggests: "canned" | "people";
  label: string;
  placeholder: string;
  value: string;
  disabled?: boolean;
  onChange: (value: string) => void;
  onSend: () => void;
  onNamed?: (colleague: Colleague) => void;
  /** Names in a ready answer that nobody knows. */
  onMissing?: (names: string[]) => void;
}

const MOST = 6;

/** A field that offers what begins as one typed. Enter chooses or sends; Shift and Enter begin a line. */
export function WriteField(props: WriteFieldProps) {
  const { t } = useSpeech();
  const { value, onChange, onSend } = props;
  const [at, setAt] = useState(0);
  const [closedFor, setClosedFor] = useState<string>();
  const suggestions = useSuggestions(props);
  const shown = closedFor === value ? [] : suggestions;
  const chosen = shown[Math.min(at, shown.length - 1)];

  function choose(suggestion: Suggestion): void {
    onChange(suggestion.text);
    setClosedFor(suggestion.text);
    setAt(0);
    props.onMissing?.(suggestion.missing);
    if (suggestion.colleague) props.onNamed?.(suggestion.colleague);
  }
  function onKey(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") {
      if (shown.length > 0) setClosedFor(value);
      else if (event.target instanceof HTMLElement) event.target.blur();
      return;
    }
    if (shown.length > 0 && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      return setAt((before) => (Math.min(before, shown.length - 1) + step + shown.length) % shown.length);
    }
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    if (chosen) choose(chosen);
    else onSend();
  }

  return (
    <div className={styles.field}>
      {shown.length > 0 && (
        <ul className={styles.suggestions} role="listbox" aria-label={t("Suggestions")}>
          {shown.map((suggestion) => (
            <li key={suggestion.id} role="option" aria-selected={suggestion === chosen}>
              <button type="button" tabIndex={-1} onClick={() => choose(suggestion)}>
                <strong>{suggestion.title}</strong>
                <span className="quiet">{suggestion.detail}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <Textarea
        id="composer-field"
        autosize
        minRows={1}
        maxRows={10}
        aria-label={props.label}
        placeholder={props.placeholder}
        value={value}
        disabled={props.disabled ?? false}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={onKey}
      />
    </div>
  );
}

function useSuggestions({ suggests, value, conversation }: WriteFieldProps): Suggestion[] {
  const { language } = useSpeech();
  const slash = suggests === "canned" ? /^\/([^\s/]*)$/u.exec(value)?.[1] : undefined;
  const named = suggests === "people" ? /@([^\s@]*)$/u.exec(value)?.[1] : undefined;
  const canned = useQuery({ ...cannedQuery, enabled: slash !== undefined });
  const values = useQuery({ ...cannedValuesQuery(conversation.id), enabled: slash !== undefined });
  const colleagues = useQuery({ ...colleaguesQuery, enabled: named !== undefined });
  if (slash !== undefined) {
    const spoken = conversation.language ?? language;
    return (canned.data ?? [])
      .filter(({ shortcut, title }) => has(shortcut, slash) || has(title, slash))
      .slice(0, MOST)
      .map((reply) => {
        const { text, missing } = fillCanned(wordsIn(reply, spoken), values.data ?? {});
        return { id: reply.id, title: `/${reply.shortcut} · ${reply.title}`, detail: text, text, missing };
      });
  }
  if (named === undefined) return [];
  return (colleagues.data ?? [])
    .filter(({ name }) => has(name, named))
    .slice(0, MOST)
    .map((colleague) => {
      const text = `${value.slice(0, value.length - named.length)}${colleague.name} `;
      return { id: colleague.id, title: colleague.name, detail: "", text, missing: [], colleague };
    });
}

const has = (whole: string, part: string) => whole.toLowerCase().includes(part.toLowerCase());

/** In the conversation's language where there are words in it. */
function wordsIn({ textEn, textZh }: CannedReplyView, language: string): string {
  const [first, second] = language.startsWith("zh") ? [textZh, textEn] : [textEn, textZh];
  return first ?? second ?? "";
}
