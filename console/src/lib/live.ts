import type { QueryClient } from "@tanstack/react-query";

/** What the hub says has changed. */
interface Change {
  topic: string;
  id: string;
}

export type LiveState = "open" | "lost";

/**
 * Listens to what changed and marks the queries that show it as stale; the screen then asks again by itself. A lost line
 * is opened again by the browser; what happened meanwhile is unknown, so that everything shown is asked for again.
 */
export function listenLive(client: QueryClient, onState: (state: LiveState) => void): () => void {
  const source = new EventSource("/api/v1/live");
  let wasLost = false;
  source.addEventListener("open", () => {
    onState("open");
    if (wasLost) void client.invalidateQueries();
    wasLost = false;
  });
  source.addEventListener("error", () => {
    wasLost = true;
    onState("lost");
  });
  source.addEventListener("changed", (event: MessageEvent<string>) => {
    const { topic, id } = JSON.parse(event.data) as Change;
    void client.invalidateQueries({ predicate: ({ meta }) => concerns(meta, topic, id) });
  });
  return () => source.close();
}

/** A query says in its meta what it shows: `{ shows: "conversation" }`, with an `id` where it shows one alone. */
function concerns(meta: Record<string, unknown> | undefined, topic: string, id: string): boolean {
  if (!meta) return false;
  const shows = meta["shows"];
  const about = meta["id"];
  const topics = Array.isArray(shows) ? shows : [shows];
  return topics.includes(topic) && (about === undefined || about === id);
}
