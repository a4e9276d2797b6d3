import { useSyncExternalStore } from "react";
import type { ViewFilter } from "../../../../src/contract/api-desk.ts";

/** What the list shows: filters, and the name of the view that they are. */
export interface View {
  name: string;
  filter: ViewFilter;
}

/** The views that everybody has. */
export const BUILT_IN: readonly View[] = [
  { name: "For people", filter: { owner: "agent", status: "open" } },
  { name: "Mine", filter: { assignee: "me", status: "open" } },
  { name: "Unassigned", filter: { assignee: "nobody", owner: "agent", status: "open" } },
  { name: "Unread", filter: { unread: true, status: "open" } },
  { name: "Mentions of me", filter: { mentioned: true } },
  { name: "Open", filter: { status: "open" } },
  { name: "With the bot", filter: { owner: "bot" } },
  { name: "Snoozed", filter: { status: "snoozed" } },
  { name: "Resolved", filter: { status: "resolved" } },
];

const KEPT = "tributary.view";
const OPEN = BUILT_IN.find(({ name }) => name === "Open")!;
const listeners = new Set<() => void>();
let view: View = read();

function read(): View {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null") as View | null;
    return kept?.filter ? kept : OPEN;
  } catch {
    return OPEN;
  }
}

export function chooseView(next: View): void {
  view = next;
  sessionStorage.setItem(KEPT, JSON.stringify(next));
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The chosen view; it stays while one opens conversations and comes back. */
export function useView(): View {
  return useSyncExternalStore(subscribe, () => view);
}
