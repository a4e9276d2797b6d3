import type {
  DocumentExport,
  DocumentFinding,
  DocumentPatch,
  DocumentVersionView,
  DocumentView,
} from "../../contract/api-documents.ts";
import { NotFound } from "../../contract/index.ts";
import { newId } from "../../lib/ids.ts";
import type { Queryable, Transaction } from "../../store/index.ts";
import type { Hand } from "../versions-store.ts";
import type { Format, ReadPassage } from "./read-document.ts";

const VERSION = `SELECT v.id, v.document_id, v.number, v.format, v.file_name, octet_length(v.bytes) AS size, v.findings, v.why, v.by,
  v.staff_id, v.at, v.published_at, count(p.id)::int AS passages, (count(p.id) FILTER (WHERE p.withheld))::int AS withheld
  FROM document_version v LEFT JOIN passage p ON p.version_id = v.id`;

interface VersionRow {
  id: string;
  document_id: string;
  number: number;
  format: Format;
  file_name: string;
  size: number;
  findings: DocumentFinding[];
  why: string | null;
  by: string;
  staff_id: string | null;
  at: Date;
  published_at: Date | null;
  passages: number;
  withheld: number;
}

export interface DocumentRow {
  id: string;
  title: string;
  link: string | null;
  source_url: string | null;
  audience: DocumentView["audience"];
  valid_from: Date | null;
  valid_to: Date | null;
  state: DocumentView["state"];
  live_version_id: string | null;
  draft_version_id: string | null;
  created_at: Date;
  updated_at: Date;
}

/** The newest first. */
export async function listDocuments(
  db: Queryable,
  asked: { search: string; state: DocumentView["state"] | undefined; cursor: string | undefined; limit: number },
): Promise<DocumentView[]> {
  const rows = await db.query<DocumentRow>(
    `SELECT d.* FROM document d
     WHERE ($1 = '' OR strpos(lower(d.title), lower($1)) > 0 OR EXISTS (
         SELECT FROM passage p WHERE p.version_id IN (d.live_version_id, d.draft_version_id) AND strpos(lower(p.text), lower($1)) > 0))
       AND ($2::text IS NULL OR d.state = $2) AND ($3::uuid IS NULL OR d.id < $3)
     ORDER BY d.id DESC LIMIT $4`,
    [asked.search, asked.state ?? null, asked.cursor ?? null, asked.limit],
  );
  return presentAll(db, rows);
}

/** @throws NotFound */
export async function findDocument(db: Queryable, id: string): Promise<DocumentView> {
  const rows = await db.query<DocumentRow>("SELECT * FROM document WHERE id = $1", [id]);
  if (rows.length === 0) throw gone();
  return (await presentAll(db, rows))[0]!;
}

/** The document's row, held until the transaction ends. @throws NotFound */
export async function lockDocument(tx: Transaction, id: string): Promise<DocumentRow> {
  const [row] = await tx.query<DocumentRow>("SELECT * FROM document WHERE id = $1 FOR UPDATE", [id]);
  if (!row) throw gone();
  return row;
}

function gone(): NotFound {
  return new NotFound("There is no such document. It may have been deleted; list the documents again.");
}

export interface NewDocument {
  id: string;
  title: string;
  link: string | null;
  sourceUrl: string | null;
  audience: DocumentView["audience"];
  validFrom: string | null;
  validTo: string | null;
}

export async function insertDocument(tx: Transaction, input: NewDocument, at: Date): Promise<void> {
  const { id, title, link, sourceUrl, audience, validFrom, validTo } = input;
  await tx.query(
    `INSERT INTO document (id, title, link, source_url, audience, valid_from, valid_to, state, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 'draft', $8, $8)`,
    [id, title, link, sourceUrl, audience, validFrom, validTo, at],
  );
}

export interface NewVersion {
  documentId: string;
  format: Format;
  fileName: string;
  mimeType: string;
  bytes: Uint8Array;
  sha256: string;
  findings: DocumentFinding[];
  passages: readonly ReadPassage[];
}

/** Appends a version with its passages, and makes it the document's draft. */
export async function insertVersion(tx: Transaction, input: NewVersion, hand: Hand): Promise<string> {
  const id = newId();
  await tx.query(
    `INSERT INTO document_version (id, document_id, number, format, file_name, mime_type, bytes, sha256, findings, why, staff_id, by, at)
     SELECT $1, $2, (SELECT coalesce(max(number), 0) + 1 FROM document_version WHERE document_id = $2), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12`,
    [
      id,
      input.documentId,
      input.format,
      input.fileName,
      input.mimeType,
      Buffer.from(input.bytes),
      input.sha256,
      JSON.stringify(input.findings),
      hand.why ?? null,
      hand.staffId,
      hand.by,
      hand.at,
    ],
  );
  const { passages } = input;
  await tx.query(
    `INSERT INTO passage (id, version_id, position, heading, text, language, page, anchor, reasons, withheld)
     SELECT row.id, $1, row.position, row.heading, row.text, row.language, row.page, row.anchor,
       ARRAY(SELECT jsonb_array_elements_text(row.reasons)), row.withheld
     FROM unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[], $7::int[], $8::text[], $9::jsonb[], $10::boolean[])
       AS row (id, position, heading, text, language, page, anchor, reasons, withheld)`,
    [
      id,
      passages.map(newId),
      passages.map((_, at) => at + 1),
      passages.map(({ heading }) => heading),
      passages.map(({ text }) => text),
      passages.map(({ language }) => language),
      passages.map(({ page }) => page ?? null),
      passages.map(({ anchor }) => anchor ?? null),
      passages.map(({ reasons }) => JSON.stringify(reasons)),
      passages.map(({ reasons }) => reasons.length > 0),
    ],
  );
  await tx.query("UPDATE document SET draft_version_id = $2, updated_at = $3 WHERE id = $1", [
    input.documentId,
    id,
    hand.at,
  ]);
  return id;
}

/** The hash of the newest version's file. */
export async function lastHash(db: Queryable, documentId: string): Promise<string | undefined> {
  const [row] = await db.query<{ sha256: string }>(
    "SELECT sha256 FROM document_version WHERE document_id = $1 ORDER BY number DESC LIMIT 1",
    [documentId],
  );
  return row?.sha256;
}

export async function updateDocument(tx: Transaction, row: DocumentRow, patch: DocumentPatch, at: Date): Promise<void> {
  const or = <T>(value: T | undefined, before: T): T => (value === undefined ? before : value);
  await tx.query(
    `UPDATE document SET title = $2, link = $3, audience = $4, valid_from = $5, valid_to = $6, updated_at = $7 WHERE id = $1`,
    [
      row.id,
      or(patch.title, row.title),
      or(patch.link, row.link),
      or(patch.audience, row.audience),
      or<string | Date | null>(patch.validFrom, row.valid_from),
      or<string | Date | null>(patch.validTo, row.valid_to),
      at,
    ],
  );
}

export async function publishVersion(tx: Transaction, documentId: string, versionId: string, at: Date): Promise<void> {
  await tx.query(
    `UPDATE document SET state = 'published', live_version_id = $2, updated_at = $3,
       draft_version_id = CASE WHEN draft_version_id = $2 THEN NULL ELSE draft_version_id END
     WHERE id = $1`,
    [documentId, versionId, at],
  );
  await tx.query("UPDATE document_version SET published_at = $2 WHERE id = $1", [versionId, at]);
}

export async function archiveDocument(tx: Transaction, id: string, at: Date): Promise<void> {
  await tx.query("UPDATE document SET state = 'archived', updated_at = $2 WHERE id = $1", [id, at]);
}

export async function deleteDocument(tx: Transaction, id: string): Promise<void> {
  await tx.query("DELETE FROM document WHERE id = $1", [id]); // its versions and passages go along
}

/** Newest first. */
export async function listVersionsOf(db: Queryable, documentId: string): Promise<DocumentVersionView[]> {
  const rows = await db.query<VersionRow>(
    `${VERSION} WHERE v.document_id = $1 GROUP BY v.id ORDER BY v.number DESC LIMIT 200`,
    [documentId],
  );
  return rows.map(presentVersion);
}

/** @throws NotFound */
export async function findVersionOf(
  db: Queryable,
  documentId: string,
  versionId: string,
): Promise<DocumentVersionView> {
  const [row] = await db.query<VersionRow>(`${VERSION} WHERE v.document_id = $1 AND v.id = $2 GROUP BY v.id`, [
    documentId,
    versionId,
  ]);
  if (!row) throw new NotFound("The document has no such version. List its versions again.");
  return presentVersion(row);
}

/** The file that a version was read from. @throws NotFound */
export async function readFileOf(
  db: Queryable,
  documentId: string,
  versionId: string,
): Promise<{ bytes: Uint8Array; name: string; mimeType: string }> {
  const [row] = await db.query<{ bytes: Buffer; file_name: string; mime_type: string }>(
    "SELECT bytes, file_name, mime_type FROM document_version WHERE document_id = $1 AND id = $2",
    [documentId, versionId],
  );
  if (!row) throw new NotFound("The document has no such version. List its versions again.");
  return { bytes: row.bytes, name: row.file_name, mimeType: row.mime_type };
}

export async function exportDocuments(db: Queryable): Promise<DocumentExport> {
  const rows = await db.query<DocumentRow & { passages: DocumentExport[number]["passages"] | null }>(
    `SELECT d.*, (SELECT json_agg(json_build_object('heading', p.heading, 'text', p.text, 'language', p.language, 'page', p.page,
         'anchor', p.anchor, 'withheld', p.withheld) ORDER BY p.position) FROM passage p WHERE p.version_id = d.live_version_id) AS passages
     FROM document d WHERE d.state = 'published' ORDER BY d.id`,
  );
  return rows.map((row) => {
    const { title, link, sourceUrl, audience, validFrom, validTo } = presentRow(row);
    return { title, link, sourceUrl, audience, validFrom, validTo, passages: row.passages ?? [] };
  });
}

async function presentAll(db: Queryable, rows: readonly DocumentRow[]): Promise<DocumentView[]> {
  const ids = rows.flatMap((row) => [row.live_version_id, row.draft_version_id]).filter((id) => id !== null);
  const versions = await db.query<VersionRow>(`${VERSION} WHERE v.id = ANY($1) GROUP BY v.id`, [ids]);
  const byId = new Map(versions.map((row) => [row.id, presentVersion(row)]));
  const versionOf = (id: string | null) => (id === null ? null : (byId.get(id) ?? null));
  return rows.map((row) => ({
    ...presentRow(row),
    live: versionOf(row.live_version_id),
    draft: versionOf(row.draft_version_id),
  }));
}

function presentRow(row: DocumentRow): Omit<DocumentView, "live" | "draft"> {
  return {
    id: row.id,
    title: row.title,
    link: row.link,
    sourceUrl: row.source_url,
    audience: row.audience,
    validFrom: row.valid_from?.toISOString() ?? null,
    validTo: row.valid_to?.toISOString() ?? null,
    state: row.state,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function presentVersion(row: VersionRow): DocumentVersionView {
  const { document_id: documentId, file_name: fileName, staff_id: staffId, at, published_at, ...rest } = row;
  return {
    ...rest,
    documentId,
    fileName,
    staffId,
    at: at.toISOString(),
    publishedAt: published_at?.toISOString() ?? null,
  };
}
