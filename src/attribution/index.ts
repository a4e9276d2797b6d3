import { randomBytes } from "node:crypto";
import type { EntryPointReport } from "../contract/api-attribution.ts";
import { Invalid, NotFound, type Clock, type Log, type Route } from "../contract/index.ts";
import type { Observer } from "../corridor/index.ts";
import type { Database, Transaction } from "../store/index.ts";
import { createAliasStore } from "./alias-store.ts";
import { CODE_SEED_BYTES, foldCase, looksLikeCode, newCode } from "./codes.ts";
import { conversionRoutes } from "./conversion-routes.ts";
import { createConversions, type Conversions } from "./conversions.ts";
import { entryPointRoutes } from "./entry-point-routes.ts";
import { createEntryPointStore } from "./entry-point-store.ts";
import { createEntryPoints, type EntryPoints } from "./entry-points.ts";
import { createFollow, type Follow } from "./follow.ts";
import { journeyRoutes } from "./journey-routes.ts";
import { createJourneys, type Journeys } from "./journeys.ts";
import { createLinks, type EntryLinker } from "./links.ts";
import { createObserver } from "./observer.ts";
import { drawQr } from "./qr.ts";
import { readReport, type ReportWindow } from "./report-store.ts";
import { buildReport } from "./report.ts";
import { reportRoutes } from "./report-routes.ts";
import { findDoors, rethreadTouches } from "./touch-store.ts";

export { followRequest, type Follow, type FollowRequest } from "./follow.ts";
export type { Conversions } from "./conversions.ts";
export type { EntryPoints } from "./entry-points.ts";
export type { Journeys } from "./journeys.ts";
export type { ReportWindow } from "./report-store.ts";

export interface AttributionParts {
  db: Database;
  clock: Clock;
  log: Log;
  publicUrl: () => URL;
  /** A secret that keeps the visitors' hashes from being guessed back to addresses. */
  salt: string;
  /** The channel's deep link that carries the code. */
  entryLink: EntryLinker;
}

/** How people came to us, how far they came, what it cost and what it brought. */
export interface Attribution {
  observer: Observer;
  follow: Follow;
  /** The entry point's printed address as a QR code. @throws NotFound */
  qr: {
    (code: string, format: "svg"): Promise<string>;
    (code: string, format: "png"): Promise<Buffer>;
    (code: string, format: "svg" | "png"): Promise<string | Buffer>;
  };
  entryPoints: EntryPoints;
  conversions: Conversions;
  journeys: Journeys;
  /** An identity is another contact's now; what is known of its ways goes along. */
  onIdentityMoved(move: { identityId: string; contactId: string }, tx: Transaction): Promise<void>;
  /** @throws Invalid */
  report(window: ReportWindow): Promise<EntryPointReport>;
  routes: Route[];
}

export function createAttribution(parts: AttributionParts): Attribution {
  const { db } = parts;
  const links = createLinks({ ...parts, aliases: createAliasStore(db) });
  const code = () => newCode(randomBytes(CODE_SEED_BYTES));
  const entryPoints = createEntryPoints({ ...parts, links, store: createEntryPointStore(db), newCode: code });
  const conversions = createConversions(parts);
  const journeys = createJourneys(parts);

  async function qr(text: string, format: "svg"): Promise<string>;
  async function qr(text: string, format: "png"): Promise<Buffer>;
  async function qr(text: string, format: "svg" | "png"): Promise<string | Buffer>;
  async function qr(text: string, format: "svg" | "png"): Promise<string | Buffer> {
    const door = looksLikeCode(text) ? (await findDoors(db, [text])).get(foldCase(text)) : undefined;
    if (!door) throw new NotFound("There is no entry point with this code.");
    return drawQr(links.shortUrl(door.code), format);
  }

  async function report(window: ReportWindow): Promise<EntryPointReport> {
    const { from, to } = window;
    if (from && to && from >= to) throw new Invalid("The period ends before it begins.", { to: "Not after `from`." });
    return buildReport(window, await readReport(db, window));
  }

  const routes = [
    ...entryPointRoutes(entryPoints),
    ...journeyRoutes(journeys),
    ...conversionRoutes(conversions),
    ...reportRoutes(report),
  ];
  return {
    ...{ observer: createObserver(parts), follow: createFollow({ ...parts, links }), qr },
    ...{ entryPoints, conversions, journeys, report, routes },
    onIdentityMoved: ({ identityId, contactId }, tx) => rethreadTouches(tx, identityId, contactId),
  };
}
