import { type Json, type WebhookReply } from "../../src/contract/index.ts";

/** A request that is not taken, and why, in words for the developer of the page. */
export class Refused extends Error {
  constructor(
    readonly status: 400 | 401 | 403 | 404 | 405 | 413 | 415 | 429,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }
}

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "Not proven who you are",
  403: "Not allowed",
  404: "Not found",
  405: "Wrong method",
  413: "Too large",
  415: "Type of file not taken",
  429: "Too fast",
};

export function jsonReply(status: number, value: Json): WebhookReply {
  const headers = { "content-type": "application/json", "cache-control": "no-store" };
  return { status, headers, body: JSON.stringify(value) };
}

export function problemReply({ status, message, headers }: Refused): WebhookReply {
  const body = { type: "about:blank", title: TITLES[status], status, detail: message };
  return {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...headers },
    body: JSON.stringify(body),
  };
}
