import type { DocumentChangeView, PassageView, QuoteSettings } from "../../contract/api-documents.ts";
import type { Audience } from "../../contract/api-knowledge.ts";
import { NotFound } from "../../contract/index.ts";
import { newId } from "../../lib/ids.ts";
import type { Language } from "../../lib/language.ts";
import type { Queryable, Transaction } from "../../store/index.ts";
import type { Hand } from "../versions-store.ts";
import { USUAL_QUOTING } from "./quote.ts";

/** A passage that may be quoted, with what stands around it. */
export interface LivePassage {
  id: string;
  documentId: string;
  title: string;
  link: string | null;
  heading: string;
  text: string;
  language: Language;
  page: number | null;
  anchor: string | null;
  audience: Audience;
  validFrom: string | null;
  validTo: string | null;
}

interface LiveRow {
  id: string;
  document_id: string;
  title: string;
  link: string | null;
  heading: string;
  text: string;
  language: Language;
  page: number | null;
  anchor: string | null;
  audience: Audience;
  valid_from: Date | null;
  valid_to: Date | null;
}

/** What is published and not withheld. */
export async function loadPassages(db: Queryable): Promise<LivePassage[]> {
  const rows = await db.query<LiveRow>(
    `SELECT p.id, d.id AS document_id, d.title, d.link, p.heading, p.text, p.language, p.page, p.anchor, d.audience, d.valid_from,
       d.valid_to
     FROM document d JOIN passage p ON p.version_id = d.live_version_id
     WHERE d.state = 'published' AND NOT p.withheld ORDER BY d.id, p.position`,
  );
  return rows.map(({ document_id: documentId, valid_from, valid_to, ...row }) => ({
    ...row,
    documentId,
    validFrom: valid_from?.toISOString() ?? null,
    validTo: valid_to?.toISOString() ?? null,
  }));
}

/** Changes when a document or the settings do; every write touches one of the two rows. */
export async function documentsVersion(db: Queryable): Promise<string> {
  const [row] = await db.query<{ version: string }>(
    `SELECT count(*) || ':' || coalesce(sum(xmin::text::bigint), 0) || ':' || coalesce(max(xmin::text::bigint), 0) || ':' ||
       (SELECT coalesce(max(xmin::text::bigint), 0) FROM quote_settings) AS version FROM document`,
  );
  return row!.version;
}

export async function readQuoteSettings(db: Queryable): Promise<QuoteSettings> {
  const [row] = await db.query<{ enabled: boolean; coverage_en: number; coverage_zh: number }>(
    "SELECT enabled, coverage_en, coverage_zh FROM quote_settings WHERE id = 1",
  );
  return row ? { enabled: row.enabled, coverage: { en: row.coverage_en, zh: row.coverage_zh } } : USUAL_QUOTING;
}

export async function writeQuoteSettings(
  db: Queryable,
  { enabled, coverage }: QuoteSettings,
  by: string,
  at: Date,
): Promise<void> {
  await db.query(
    `INSERT INTO quote_settings (id, enabled, coverage_en, coverage_zh, updated_at, updated_by) VALUES (1, $1, $2, $3, $4, $5)
     ON CONFLICT (id) DO UPDATE SET enabled = excluded.enabled, coverage_en = excluded.coverage_en,
       coverage_zh = excluded.coverage_zh, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
    [enabled, coverage.en, coverage.zh, at, by],
  );
}

export async function listPassages(
  db: Queryable,
  { versionId, after, limit }: { versionId: string; after: number; limit: number },
): Promise<PassageView[]> {
  return db.query<PassageView>(
    `SELECT id, position, heading, text, language, page, anchor, withheld, reasons FROM passage
     WHERE version_id = $1 AND position > $2 ORDER BY position LIMIT $3`,
    [versionId, after, limit],
  );
}

/** Withholds a passage or releases it. @throws NotFound */
export async function setWithheld(
  tx: Transaction,
  { documentId, passageId, withheld, at }: { documentId: string; passageId: string; withheld: boolean; at: Date },
): Promise<PassageView & { versionId: string }> {
  const [row] = await tx.query<PassageView & { versionId: string }>(
    `UPDATE passage SET withheld = $3 FROM document_version v
     WHERE passage.id = $2 AND v.id = passage.version_id AND v.document_id = $1
     RETURNING passage.id, position, heading, text, language, page, anchor, withheld, reasons, version_id AS "versionId"`,
    [documentId, passageId, withheld],
  );
  if (!row) throw new NotFound("The document has no such passage. List its passages again.");
  await tx.query("UPDATE document SET updated_at = $2 WHERE id = $1", [documentId, at]);
  return row;
}

/** Appends what somebody did. */
export async function noteChange(
  tx: Transaction,
  {
    documentId,
    title,
    change,
    versionId,
  }: { documentId: string; title: string; change: DocumentChangeView["change"]; versionId: string | null },
  hand: Hand,
): Promise<void> {
  await tx.query(
    `INSERT INTO document_change (id, document_id, title, change, version_id, why, staff_id, by, at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [newId(), documentId, title, change, versionId, hand.why ?? null, hand.staffId, hand.by, hand.at],
  );
}

/** Newest first. */
export async function listChanges(
  db: Queryable,
  { documentId, cursor, limit }: { documentId?: string | undefined; cursor?: string | undefined; limit: number },
): Promise<DocumentChangeView[]> {
  const rows = await db.query<Omit<DocumentChangeView, "at"> & { at: Date }>(
    `SELECT id, document_id AS "documentId", title, change, version_id AS "versionId", why, staff_id AS "staffId", by, at
     FROM document_change WHERE ($1::uuid IS NULL OR document_id = $1) AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
    [documentId ?? null, cursor ?? null, limit],
  );
  return rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() }));
}
