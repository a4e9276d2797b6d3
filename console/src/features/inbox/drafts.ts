const PREFIX = "tributary.draft.";

/** What was typed and not sent, on this machine: it survives a reload, an expired session and a restart of the hub. */
export function readDraft(key: string): string {
  return localStorage.getItem(PREFIX + key) ?? "";
}

export function writeDraft(key: string, text: string): void {
  if (text === "") localStorage.removeItem(PREFIX + key);
  else localStorage.setItem(PREFIX + key, text);
}
