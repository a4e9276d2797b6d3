import type { WebhookRequest } from "../../src/contract/index.ts";

/** Which websites' pages may talk to this channel. */
export interface Origins {
  /** Headers that let the page read the answer; `undefined` when its website is not on the list. */
  headersFor(request: WebhookRequest): Record<string, string> | undefined;
}

export function createOrigins(allowed: readonly string[], publicUrl: URL): Origins {
  const list = new Set([...allowed, publicUrl.origin]);
  return {
    headersFor({ headers }): Record<string, string> | undefined {
      const { origin } = headers;
      if (origin === undefined) return {}; // not a page of another website
      if (typeof origin !== "string" || !list.has(origin)) return undefined;
      return {
        "access-control-allow-origin": origin,
        "access-control-expose-headers": "content-disposition, retry-after",
        vary: "origin",
      };
    },
  };
}

/** What a browser asks before it lets a page call another website. */
export const PREFLIGHT = {
  "access-control-allow-methods": "GET, POST, OPTIONS",
  "access-control-allow-headers": "authorization, content-type, last-event-id, x-file-name",
  "access-control-max-age": "600",
};
