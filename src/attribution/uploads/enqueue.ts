import { newId } from "../../lib/ids.ts";
import type { Transaction } from "../../store/index.ts";
import { apiNamed } from "./apis.ts";
import { findFacts, findWanted, insertUploads } from "./upload-store.ts";

/**
 * Puts conversions and refunds into the outbox, in the transaction that records them: for each target that wants their
 * kind, that the person has allowed, and that could know them again. One statement where nothing is to be told.
 */
export async function enqueueUploads(tx: Transaction, conversionIds: readonly string[]): Promise<void> {
  if (conversionIds.length === 0) return;
  const wanted = await findWanted(tx, conversionIds);
  if (wanted.length === 0) return;
  const facts = await findFacts(tx, [...new Set(wanted.map(({ conversionId }) => conversionId))]);
  const rows = wanted.filter(({ api, conversionId }) => {
    const known = facts.get(conversionId);
    return known !== undefined && apiNamed(api).keys(known).length > 0;
  });
  if (rows.length > 0)
    await insertUploads(
      tx,
      rows.map((row) => ({ id: newId(), ...row })),
    );
}
