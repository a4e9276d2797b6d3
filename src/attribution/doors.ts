import { randomBytes } from "node:crypto";
import { NotFound, type Clock, type Download, type EntryMethod, type Log, type Route } from "../contract/index.ts";
import type { Database } from "../store/index.ts";
import { createAliasStore } from "./alias-store.ts";
import { createAliases } from "./aliases.ts";
import { CODE_SEED_BYTES, foldCase, looksLikeCode, newCode } from "./codes.ts";
import { createImport, type ImportEntryPoints } from "./entry-import.ts";
import { entryPointRoutes } from "./entry-point-routes.ts";
import { createEntryPointStore } from "./entry-point-store.ts";
import { createEntryPoints, presentEntryPoint, type EntryPoints } from "./entry-points.ts";
import { drawSheet } from "./entry-sheet.ts";
import { createFollow, type Follow } from "./follow.ts";
import { createLinks, type EntryLinker } from "./links.ts";
import { drawQr } from "./qr.ts";
import { findDoors } from "./touch-store.ts";

export interface DoorParts {
  db: Database;
  clock: Clock;
  log: Log;
  publicUrl: () => URL;
  /** A secret that keeps the visitors' hashes from being guessed back to addresses. */
  salt: string;
  /** The channel's deep link that carries the code. */
  entryLink: EntryLinker;
  /** By which ways a channel's platform can tell a code; without it, only what the link itself shows is known. */
  entryMethods?: (channelId: string) => readonly EntryMethod[];
}

/** The entry point's printed address as a QR code. @throws NotFound */
export interface Qr {
  (code: string, format: "svg"): Promise<string>;
  (code: string, format: "png"): Promise<Buffer>;
  (code: string, format: "svg" | "png"): Promise<string | Buffer>;
}

/** Entry points and everything that is printed of them. */
export interface Doors {
  follow: Follow;
  qr: Qr;
  entryPoints: EntryPoints;
  importEntryPoints: ImportEntryPoints;
  /** Entry points to be printed and cut apart. @throws NotFound */
  sheet(ids: readonly string[]): Promise<Download>;
  routes: Route[];
}

/** @param onChanged Called when a keyword may have changed. */
export function createDoors(parts: DoorParts, onChanged: () => void): Doors {
  const { db, entryMethods = () => [] } = parts;
  const store = createEntryPointStore(db);
  const aliases = createAliasStore(db);
  const links = createLinks({ ...parts, entryMethods, aliases });
  const makers = { ...parts, links, store, onChanged, newCode: () => newCode(randomBytes(CODE_SEED_BYTES)) };
  const entryPoints = createEntryPoints(makers);
  const importEntryPoints = createImport(makers);

  async function qr(text: string, format: "svg"): Promise<string>;
  async function qr(text: string, format: "png"): Promise<Buffer>;
  async function qr(text: string, format: "svg" | "png"): Promise<string | Buffer>;
  async function qr(text: string, format: "svg" | "png"): Promise<string | Buffer> {
    const door = looksLikeCode(text) ? (await findDoors(db, [text])).get(foldCase(text)) : undefined;
    if (!door) throw new NotFound("There is no entry point with this code.");
    return drawQr(links.shortUrl(door.code), format);
  }

  async function sheet(ids: readonly string[]): Promise<Download> {
    const rows = await store.findAll(ids);
    const inOrder = ids.map((id) => {
      const row = rows.find((each) => each.id === id);
      if (!row) throw new NotFound(`There is no entry point ${id}.`);
      return presentEntryPoint(row, links.shortUrl(row.code));
    });
    return drawSheet(inOrder);
  }

  const follow = createFollow({ ...parts, links, channels: (ids) => store.channels(ids) });
  const desk = { entryPoints, importEntryPoints, sheet, aliases: createAliases({ aliases, store }) };
  return { follow, qr, entryPoints, importEntryPoints, sheet, routes: entryPointRoutes(desk) };
}
