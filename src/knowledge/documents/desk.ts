import { createHash } from "node:crypto";
import type * as api from "../../contract/api-documents.ts";
import { Conflict, Invalid, type Asker, type Clock, type Upload } from "../../contract/index.ts";
import { newId } from "../../lib/ids.ts";
import type { Database, Transaction } from "../../store/index.ts";
import { handOf } from "../versions-store.ts";
import { fetchPage } from "./fetch-page.ts";
import { noteChange, setWithheld } from "./passages-store.ts";
import type { ReadDocument, Source } from "./read-document.ts";
import { readInThread } from "./reading.ts";
import * as store from "./store.ts";

type Said = Omit<store.NewDocument, "id" | "title" | "sourceUrl"> & {
  title: string | undefined;
  why: string | undefined;
};

export interface DocumentDesk {
  upload(file: Upload, said: Said, by: Asker): Promise<api.DocumentView>;
  importPage(url: string, said: Said, by: Asker, signal: AbortSignal): Promise<api.DocumentView>;
  addVersion(id: string, file: Upload, why: string | undefined, by: Asker): Promise<api.DocumentView>;
  /** Reads the page again that the document was read from. @throws Conflict when it says the same */
  refetch(id: string, why: string | undefined, by: Asker, signal: AbortSignal): Promise<api.DocumentView>;
  change(id: string, patch: api.DocumentPatch, by: Asker): Promise<api.DocumentView>;
  /** @throws Conflict when there are findings that the publisher has not seen */
  publish(
    id: string,
    publication: { versionId: string; findingsSeen: number; why?: string | undefined },
    by: Asker,
  ): Promise<api.DocumentView>;
  archive(id: string, why: string | undefined, by: Asker): Promise<api.DocumentView>;
  remove(id: string, why: string | undefined, by: Asker): Promise<{ id: string; title: string }>;
  withhold(
    id: string,
    passageId: string,
    patch: { withheld: boolean; why?: string | undefined },
    by: Asker,
  ): Promise<api.PassageView>;
}

interface DeskParts {
  db: Database;
  clock: Clock;
  /** The guarded one. */
  fetch: typeof globalThis.fetch;
  /** Call it after each write: what is in memory is old now. */
  onChanged(): Promise<void>;
}

/** Documents as people keep them: each file becomes a version, and is answered from when somebody has published it. */
export function createDocumentDesk(parts: DeskParts): DocumentDesk {
  const changing = createChanging(parts);
  return { ...intake(parts, changing), ...keeping(parts, changing) };
}

interface Act {
  change: api.DocumentChangeView["change"];
  why: string | undefined;
  by: Asker;
}
type Work<Result> = (
  tx: Transaction,
  row: store.DocumentRow,
  at: Date,
) => Promise<{ versionId?: string | null; title?: string; result: Result }>;
type Changing = <Result>(id: string, act: Act, work: Work<Result>) => Promise<Result>;

/** Changes a document under its row's lock, and notes who did it and why. */
function createChanging({ db, clock, onChanged }: DeskParts): Changing {
  return async (id, { change, why, by }, work) => {
    const at = clock.now();
    const result = await db.transaction(async (tx) => {
      const row = await store.lockDocument(tx, id);
      const { versionId = null, title = row.title, result } = await work(tx, row, at);
      await noteChange(tx, { documentId: id, title, change, versionId }, handOf(by, at, why));
      return result;
    });
    await onChanged();
    return result;
  };
}

/** How files and pages come in. */
function intake(
  { db, clock, fetch, onChanged }: DeskParts,
  changing: Changing,
): Pick<DocumentDesk, "upload" | "importPage" | "addVersion" | "refetch"> {
  async function add(source: Source, said: Said, sourceUrl: string | null, by: Asker): Promise<api.DocumentView> {
    checkTimes(said);
    const read = await readInThread(source, { clock });
    const at = clock.now();
    const id = newId();
    const { title = read.title, link, audience, validFrom, validTo, why } = said;
    const document = { id, title, link: link ?? sourceUrl, sourceUrl, audience, validFrom, validTo };
    await db.transaction(async (tx) => {
      await store.insertDocument(tx, document, at);
      const versionId = await store.insertVersion(tx, versionOf(id, source, read), handOf(by, at, why));
      await noteChange(tx, { documentId: id, title, change: "added", versionId }, handOf(by, at, why));
    });
    await onChanged();
    return store.findDocument(db, id);
  }

  async function addVersion(id: string, source: Source, why: string | undefined, by: Asker): Promise<api.DocumentView> {
    await store.findDocument(db, id);
    if ((await store.lastHash(db, id)) === hashOf(source.bytes))
      throw new Conflict("The file is the same as the newest version's, so there is nothing to change.");
    const read = await readInThread(source, { clock });
    await changing(id, { change: "new-version", why, by }, async (tx, _row, at) => {
      const versionId = await store.insertVersion(tx, versionOf(id, source, read), handOf(by, at, why));
      return { versionId, result: undefined };
    });
    return store.findDocument(db, id);
  }

  return {
    upload: (file, said, by) => add(file, said, null, by),
    importPage: async (url, said, by, signal) => add(await fetchPage(url, { fetch, signal }), said, url, by),
    addVersion,
    async refetch(id, why, by, signal) {
      const { sourceUrl } = await store.findDocument(db, id);
      if (sourceUrl === null)
        throw new Conflict("The document was uploaded as a file. Upload the new file as a version.");
      return addVersion(id, await fetchPage(sourceUrl, { fetch, signal }), why, by);
    },
  };
}

/** What becomes of them. */
function keeping(
  { db }: DeskParts,
  changing: Changing,
): Pick<DocumentDesk, "change" | "publish" | "archive" | "remove" | "withhold"> {
  return {
    async change(id, patch, by) {
      await changing(id, { change: "changed", why: patch.why, by }, async (tx, row, at) => {
        const before = {
          validFrom: row.valid_from?.toISOString() ?? null,
          validTo: row.valid_to?.toISOString() ?? null,
        };
        const { validFrom = before.validFrom, validTo = before.validTo } = patch;
        checkTimes({ validFrom, validTo });
        await store.updateDocument(tx, row, patch, at);
        return { title: patch.title ?? row.title, result: undefined };
      });
      return store.findDocument(db, id);
    },
    async publish(id, { versionId, findingsSeen, why }, by) {
      await changing(id, { change: "published", why, by }, async (tx, _row, at) => {
        checkSeen((await store.findVersionOf(tx, id, versionId)).findings.length, findingsSeen);
        await store.publishVersion(tx, id, versionId, at);
        return { versionId, result: undefined };
      });
      return store.findDocument(db, id);
    },
    async archive(id, why, by) {
      await changing(id, { change: "archived", why, by }, async (tx, row, at) => {
        await store.archiveDocument(tx, id, at);
        return { versionId: row.live_version_id, result: undefined };
      });
      return store.findDocument(db, id);
    },
    remove: (id, why, by) =>
      changing(id, { change: "deleted", why, by }, async (tx, { title }) => {
        await store.deleteDocument(tx, id);
        return { result: { id, title } };
      }),
    withhold: (id, passageId, { withheld, why }, by) =>
      changing(id, { change: withheld ? "withheld" : "released", why, by }, async (tx, _row, at) => {
        const { versionId, ...result } = await setWithheld(tx, { documentId: id, passageId, withheld, at });
        return { versionId, result };
      }),
  };
}

function checkSeen(findings: number, seen: number): void {
  if (findings > seen)
    throw new Conflict(
      `This version has ${findings} findings that somebody has to look at first. Read them, then publish with findingsSeen ${findings}.`,
    );
}

function checkTimes({ validFrom, validTo }: { validFrom: string | null; validTo: string | null }): void {
  if (validFrom !== null && validTo !== null && Date.parse(validFrom) >= Date.parse(validTo))
    throw new Invalid("The document would end before it begins. Give a later end.", {
      validTo: "Not after validFrom.",
    });
}

function versionOf(documentId: string, source: Source, { format, findings, passages }: ReadDocument): store.NewVersion {
  const { name: fileName, mimeType, bytes } = source;
  return {
    documentId,
    format,
    fileName: fileName.slice(0, 200),
    mimeType: mimeType.slice(0, 200),
    bytes,
    sha256: hashOf(bytes),
    findings,
    passages,
  };
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
