import type { Request } from "express";
import { Forbidden } from "../contract/index.ts";

/**
 * A browser sends its cookies whoever's page makes it ask. What a cookie alone would allow is therefore done only when
 * the request says that it comes from a page of this hub.
 */
export interface SameOrigin {
  /** For the API: what changes something needs a header that no other page may set, too. @throws Forbidden */
  refuseForeign(req: Request): void;
  /** For forms of the hub's own pages, which cannot set headers. @throws Forbidden */
  refuseForeignForm(req: Request): void;
}

const HEADER = "x-tributary";
const READS = new Set(["GET", "HEAD"]);
const FOREIGN = "This request comes from another website's page, so it is not done.";

export function createSameOrigin(publicUrl: URL): SameOrigin {
  /** What the browser says of the page that asks: one of ours, another's, or nothing. */
  function pageOf(req: Request): "ours" | "foreign" | "unsaid" {
    const site = req.headers["sec-fetch-site"];
    const { origin } = req.headers;
    if (site !== undefined && site !== "same-origin") return "foreign";
    // A page that tells nobody where it is sends "null"; then the browser's own word decides.
    if (origin === undefined || (origin === "null" && site !== undefined))
      return site === undefined ? "unsaid" : "ours";
    return isOurs(origin, req.headers.host, publicUrl) ? "ours" : "foreign";
  }

  return {
    refuseForeign(req) {
      const page = pageOf(req);
      if (READS.has(req.method)) {
        const isOpened = req.headers["sec-fetch-mode"] === "navigate"; // somebody followed a link to it
        if (page === "foreign" && !isOpened) throw new Forbidden(FOREIGN);
        return;
      }
      if (page !== "ours") throw new Forbidden(FOREIGN);
      if (!req.headers[HEADER])
        throw new Forbidden(`With a cookie this takes the header ${HEADER}, such as "console".`);
    },
    refuseForeignForm(req) {
      if (pageOf(req) === "foreign") throw new Forbidden(FOREIGN);
    },
  };
}

/** The hub's public address, or the one that the browser itself asked. */
function isOurs(origin: string, host: string | undefined, publicUrl: URL): boolean {
  if (origin === publicUrl.origin) return true;
  if (!URL.canParse(origin)) return false;
  const given = new URL(origin);
  return given.host === host && given.host !== publicUrl.host;
}
