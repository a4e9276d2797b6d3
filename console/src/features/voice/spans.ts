import type { FeedbackView } from "./queries.ts";
import type { Search } from "./search.ts";

type Label = FeedbackView["label"];
type Row = Pick<FeedbackView, "label" | "span">;

interface Piece {
  text: string;
  /** What these words were read as; of several, the one that begins last, so that a short span shows in a long one. */
  label: Label | undefined;
}

/** A message cut at the ends of its spans; put together it is the message again. */
export function piecesOf(text: string, rows: readonly Row[]): Piece[] {
  const inside = rows
    .map(({ label, span }) => ({ label, start: clamp(span.start, text), end: clamp(span.end, text) }))
    .filter(({ start, end, label }) => start < end && label !== "other");
  const cuts = [...new Set([0, text.length, ...inside.flatMap(({ start, end }) => [start, end])])].sort(
    (a, b) => a - b,
  );
  return cuts.slice(1).map((end, at) => {
    const start = cuts[at]!;
    const over = inside.filter((each) => each.start <= start && each.end >= end).sort((a, b) => b.start - a.start);
    return { text: text.slice(start, end), label: over[0]?.label };
  });
}

const clamp = (at: number, text: string) => Math.max(0, Math.min(at, text.length));

export interface Said {
  eventId: string;
  rows: FeedbackView[];
}

/** What was read in one message stands together. */
export function byMessage(rows: readonly FeedbackView[]): Said[] {
  const found = new Map<string, FeedbackView[]>();
  for (const row of rows) found.set(row.eventId, [...(found.get(row.eventId) ?? []), row]);
  return [...found].map(([eventId, all]) => ({ eventId, rows: all }));
}

const MOST_LABELS = 5;

/** A label put on or taken off: something is always left, and `other` stands alone. */
export function toggled(labels: readonly Label[], label: Label): Label[] {
  if (labels.includes(label)) {
    const left = labels.filter((each) => each !== label);
    return left.length > 0 ? left : ["other"];
  }
  if (label === "other") return ["other"];
  return [...labels.filter((each) => each !== "other"), label].slice(-MOST_LABELS);
}

/** A complaint is no good mood, praise no bad one; else it stays as it was read. */
export function moodOf(labels: readonly Label[], before: FeedbackView["sentiment"]): FeedbackView["sentiment"] {
  const complains = labels.includes("complaint");
  const praises = labels.includes("praise");
  if (complains === praises) return before;
  return complains ? -1 : 1;
}

/** What the list of messages is asked with. */
export function feedbackFilter({ label, topic, channelId, contactId }: Search): Record<string, string | undefined> {
  return { label, topic, channelId, contactId };
}
