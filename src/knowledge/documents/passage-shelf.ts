import type { QuoteSettings } from "../../contract/api-documents.ts";
import type { Clock, Log } from "../../contract/index.ts";
import type { Database } from "../../store/index.ts";
import { createPassageIndex, type PassageIndex } from "./passage-index.ts";
import { documentsVersion, loadPassages, readQuoteSettings, type LivePassage } from "./passages-store.ts";
import { USUAL_QUOTING } from "./quote.ts";

/** What may be quoted, ready to be searched. */
export interface Stack {
  index: PassageIndex<LivePassage>;
  settings: QuoteSettings;
}

/** The published passages in memory; several hubs share them, so each looks now and then whether they changed. */
export interface PassageShelf {
  /** Asks the database at most once a second whether another hub changed something. */
  current(): Promise<Stack>;
  /** Reads everything again; call it after a write of this process. */
  reload(): Promise<void>;
}

const CHECK_EVERY_MS = 1_000;

export function createPassageShelf({ db, clock, log }: { db: Database; clock: Clock; log: Log }): PassageShelf {
  let stack: Stack = { index: createPassageIndex([]), settings: USUAL_QUOTING };
  let known: string | undefined;
  let checkedAt = -Infinity;
  let checking: Promise<void> | undefined;

  async function refresh(): Promise<void> {
    checkedAt = clock.monotonicMs();
    const found = await documentsVersion(db); // before the passages: a change in between is seen at the next check
    if (found === known) return;
    stack = { index: createPassageIndex(await loadPassages(db)), settings: await readQuoteSettings(db) };
    known = found;
  }

  const check = () => (checking ??= refresh().finally(() => (checking = undefined)));

  return {
    async current() {
      if (clock.monotonicMs() - checkedAt >= CHECK_EVERY_MS || known === undefined) {
        await check().catch((error: unknown) => {
          if (known === undefined) throw error;
          log.warn({ err: error }, "The documents could not be checked for changes; the known ones are used.");
        });
      }
      return stack;
    },
    async reload() {
      await checking?.catch(() => undefined);
      await check().catch((error: unknown) => {
        checkedAt = -Infinity; // the write stands; the next turn looks again
        log.warn({ err: error }, "The documents were written and could not be read again yet.");
      });
    },
  };
}
