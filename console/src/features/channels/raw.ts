/** More than this nobody reads on a screen. */
const LONGEST = 20_000;
/** Characters that are not seen, or turn the reading direction: they must not hide what was delivered. */
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** What a platform delivered, to be looked at: indented where it is JSON, each unseen character by its number. */
export function readable(payload: string): { text: string; isCut: boolean } {
  const text = indented(payload).replaceAll(UNSEEN, (sign) =>
    sign === "\n" ? sign : `\\u{${sign.codePointAt(0)!.toString(16)}}`,
  );
  return { text: text.slice(0, LONGEST), isCut: text.length > LONGEST };
}

function indented(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    return payload;
  }
}
