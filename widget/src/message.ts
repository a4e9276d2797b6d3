/** A message as the hub shows it to its visitor. What is in it came from outside: it is checked where it is drawn. */
export interface Message {
  id: string;
  seq: number;
  version: number;
  from: "visitor" | "bot" | "agent";
  parts: readonly Part[];
  reactions: Readonly<Record<string, unknown>>;
  sentAt: string;
  replyTo?: string;
  editedAt?: string;
  deletedAt?: string;
}

export interface Part {
  type: string;
  [field: string]: unknown;
}

export interface Option {
  id: string;
  label: string;
}

/** What the visitor said and the hub's history does not show yet. */
export interface Pending {
  /** Made here, once; the hub takes a repetition for the same message. */
  id: string;
  at: number;
  /** Whose it is: a user that the website vouched for, or "" for whoever sits at this browser. */
  owner: string;
  text?: string;
  files?: SentFile[];
  choice?: { id: string; label: string; messageId: string };
  failed?: "refused" | "fileGone";
}

export interface SentFile {
  ref: string;
  kind: string;
  name: string;
  mimeType?: string;
  size?: number;
}

/** Visitors' own messages are called so by the hub. */
export const ownId = (id: string) => `c_${id}`;

export function readMessage(value: unknown): Message | undefined {
  const { id, seq, version, from, parts, reactions, sentAt, replyTo, editedAt, deletedAt } = recordOf(value);
  if (typeof id !== "string" || typeof seq !== "number" || typeof version !== "number") return undefined;
  return {
    ...{ id, seq, version, sentAt: textOf(sentAt) ?? "", reactions: recordOf(reactions) },
    from: from === "visitor" || from === "agent" ? from : "bot",
    parts: Array.isArray(parts) ? parts.filter((part): part is Part => typeof recordOf(part).type === "string") : [],
    ...(textOf(replyTo) && { replyTo: textOf(replyTo)! }),
    ...(textOf(editedAt) && { editedAt: textOf(editedAt)! }),
    ...(textOf(deletedAt) && { deletedAt: textOf(deletedAt)! }),
  };
}

export function optionsOf(part: Part): Option[] {
  const list: unknown[] = Array.isArray(part.options) ? part.options : [];
  return list.flatMap((each) => {
    const { id, label } = recordOf(each);
    return typeof id === "string" && typeof label === "string" ? [{ id, label }] : [];
  });
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
