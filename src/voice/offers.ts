import type { Clock } from "../contract/index.ts";
import { windowState, type Outbox } from "../corridor/index.ts";
import { languageOfTag } from "../lib/language.ts";
import type { Database } from "../store/index.ts";
import type { FactsKeeper } from "./facts.ts";
import { claimOffer, noteOffered } from "./opportunity-store.ts";

/** An offer that comes later than this after the words that it answers is out of place. */
const LATEST_MS = 600_000;

/** Lets the bot make one offer; resolves `false` when there is none to make. */
export function createOfferer({ db, facts, clock }: { db: Database; facts: FactsKeeper; clock: Clock }) {
  return async function offerNext(outbox: Outbox): Promise<boolean> {
    const { settings, rules } = await facts.current(db);
    if (!settings.offersByBot || !rules.some(({ botMayOffer }) => botMayOffer)) return false;
    const now = clock.now();
    const found = await db.transaction(async (tx) => {
      const due = await claimOffer(tx, new Date(now.getTime() - LATEST_MS));
      if (!due) return false;
      const { id, conversationId, grants, url } = due;
      if (grants && !windowState(grants, now).open) {
        await noteOffered(tx, id, null, now, "not offered: the platform's reply window is closed");
        return true;
      }
      const language = languageOfTag(due.language) ?? languageOfTag(due.locale) ?? "en";
      const text = [due[language], ...(url === null ? [] : [url])].join("\n");
      await outbox.say({ conversationId, author: "bot", parts: [{ type: "text", text }] }, tx);
      await noteOffered(tx, id, "bot", now, null);
      return true;
    });
    if (found) outbox.wake();
    return found;
  };
}
