/** `URL.canParse` is younger than many browsers that visit shops. */
export function parseUrl(text: unknown): URL | undefined {
  try {
    return typeof text === "string" ? new URL(text) : undefined;
  } catch {
    return undefined;
  }
}

/** An address of a page that may stand behind a link; one that names a user is a trick. */
export function webAddress(text: unknown): string | undefined {
  const url = parseUrl(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") return undefined;
  return url.href;
}

/** Whatever a link may lead to: a page, a mailbox, a telephone. */
export function linkAddress(text: unknown): string | undefined {
  const url = parseUrl(text);
  return url && /^(mailto|tel):$/.test(url.protocol) ? url.href : webAddress(text);
}
