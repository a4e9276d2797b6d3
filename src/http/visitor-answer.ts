import { STATUS_CODES, type ServerResponse } from "node:http";
import type { Json, Visit } from "../contract/index.ts";
import type { VisitorMessage } from "../conversations/index.ts";

/** A message in the visitor's words. */
export function present(message: VisitorMessage, visit: Visit): Json {
  const { id, seq, version, from, replyTo, reactions, sentAt, editedAt, deletedAt } = message;
  return {
    id,
    seq,
    version,
    from,
    parts: visit.show(message.parts),
    reactions,
    sentAt: sentAt.toISOString(),
    ...(replyTo !== null && { replyTo }),
    ...(editedAt && { editedAt: editedAt.toISOString() }),
    ...(deletedAt && { deletedAt: deletedAt.toISOString() }),
  };
}

/** Says no in the form that every refusal of the hub has. */
export function refuse(
  res: ServerResponse,
  status: number,
  detail: string,
  headers: Readonly<Record<string, string>>,
): void {
  answer(
    res,
    status,
    "application/problem+json",
    { type: "about:blank", title: STATUS_CODES[status], status, detail },
    headers,
  );
}

/** Answers with JSON that no cache keeps. */
export function answer(
  res: ServerResponse,
  status: number,
  type: string,
  body: Json,
  headers: Readonly<Record<string, string>>,
): void {
  const text = JSON.stringify(body);
  const length = String(Buffer.byteLength(text));
  res.writeHead(status, { "content-type": type, "content-length": length, "cache-control": "no-store", ...headers });
  res.end(text);
}
