const PREFIX = "tributary.draft.";

/** What was typed and not sent, on this machine: it survives a reload, an expired session and a restart of the hub. */
export function readDraft(conversationId: string): string {
  return localStorage.getItem(PREFIX + conversationId) ?? "";
}

export function writeDraft(conversationId: string, text: string): void {
  if (text === "") localStorage.removeItem(PREFIX + conversationId);
  else localStorage.setItem(PREFIX + conversationId, text);
}
