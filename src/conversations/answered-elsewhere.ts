import type { Observer, RecordedEvent } from "../corridor/index.ts";
import type { Transaction } from "../store/index.ts";

const TAKE = "UPDATE conversation SET owner = 'agent' WHERE id = ANY ($1::uuid[]) AND owner = 'bot'";

/**
 * A person of ours answered on the platform itself (in the page's own inbox, on the business's telephone). From then on
 * the bot keeps silent there, as when an agent takes over in the hub, until the conversation is given back.
 */
export function createAnsweredElsewhere(): Observer {
  return {
    name: "answered elsewhere",
    async observe(events, tx: Transaction) {
      const ids = [...new Set(events.filter(isOurs).map(({ conversationId }) => conversationId))].sort();
      if (ids.length > 0) await tx.query(TAKE, [ids]);
    },
  };
}

function isOurs({ event, placeKind }: RecordedEvent): boolean {
  return event.type === "message" && placeKind === "direct" && (event.actor?.isSelf ?? false);
}
