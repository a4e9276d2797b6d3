import type { z } from "zod";
import type { Upload, UploadPreview } from "../../contract/api-uploads.ts";
import { Conflict, NotFound, pageOf, type Clock, type Page } from "../../contract/index.ts";
import type { Vault } from "../../lib/vault.ts";
import type { Database } from "../../store/index.ts";
import { apiNamed } from "./apis.ts";
import { judge } from "./judge.ts";
import { findTargets } from "./target-store.ts";
import { openSettings } from "./targets.ts";
import { findFacts, listUploads, retryUpload, uploadsOf, type TargetRow, type UploadRow } from "./upload-store.ts";

/** What was told to advertising platforms, what was not and why, and what would be. */
export interface Uploads {
  list(request: { targetId?: string; state?: string; after?: string; limit: number }): Promise<Page<Upload>>;
  /** What would leave for each target if it were sent now. Nothing does. @throws NotFound */
  preview(conversionId: string): Promise<UploadPreview[]>;
  /** Tries one again that was withheld or refused. @throws Conflict */
  retry(id: string): Promise<Upload>;
}

export function createUploads({ db, vault, clock }: { db: Database; vault: Vault; clock: Clock }): Uploads {
  return {
    async list({ limit, ...filter }) {
      const page = pageOf(await listUploads(db, { ...filter, take: limit + 1 }), limit, (last) => last.id);
      return { ...page, items: page.items.map(present) };
    },
    async preview(conversionId) {
      const facts = (await findFacts(db, [conversionId])).get(conversionId);
      if (!facts) throw new NotFound(`There is no conversion ${conversionId}.`);
      const [targets, uploads] = await Promise.all([findTargets(db), uploadsOf(db, conversionId)]);
      const previewOf = async (target: TargetRow): Promise<UploadPreview> => {
        const verdict = await judge(db, { ...target, settings: openSettings(vault, target) }, facts, clock.now());
        const upload = uploads.find(({ targetId }) => targetId === target.id);
        const { kind } = facts.conversion;
        const why = whyNot(target, kind) ?? ("withheld" in verdict ? verdict.withheld : undefined);
        const { id, name, enabled } = target;
        return {
          target: { id, name, enabled, api: apiNamed(target.api).name },
          wouldSend: why === undefined && !("wait" in verdict),
          why: why ?? ("wait" in verdict ? verdict.wait : null),
          request: "url" in verdict ? { url: verdict.url, body: verdict.body as z.core.util.JSONType } : null,
          upload: upload ? present(upload) : null,
        };
      };
      return Promise.all(targets.map(previewOf));
    },
    async retry(id) {
      const row = await retryUpload(db, id, clock.now());
      if (row) return present(row);
      throw new Conflict(
        "There is no such upload, or it waits or was sent. Only what was withheld or refused is tried again.",
      );
    },
  };
}

function whyNot({ enabled, kinds }: TargetRow, kind: string): string | undefined {
  if (!enabled) return "The target is switched off.";
  if (kinds.length > 0 && !kinds.includes(kind)) return `The target is not told of "${kind}".`;
  return undefined;
}

function present(row: UploadRow): Upload {
  const iso = (at: Date | null) => at?.toISOString() ?? null;
  return {
    ...row,
    state: row.state as Upload["state"],
    dueAt: row.dueAt.toISOString(),
    createdAt: row.createdAt.toISOString(),
    sentAt: iso(row.sentAt),
  };
}
