/** Characters without a picture: zero-width ones, direction marks, tags. Line breaks and spaces are none of them. */
const INVISIBLE =
  /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]|[\u{e0000}-\u{e007f}]/gu;
/** Inside emoji and some scripts a joiner means something; a soft hyphen and a byte order mark hide nothing. */
const HARMLESS = /[\u00ad\ufeff]|(?<=[\p{Extended_Pictographic}\ufe0f])\u200d(?=\p{Extended_Pictographic})/gu;
const TAGS = /[\u{e0020}-\u{e007e}]{3,}/gu;
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/gu;

/** Text as readers see it. */
export function seenText(text: string): string {
  return text
    .toWellFormed()
    .replace(/(?<=[\p{Extended_Pictographic}\ufe0f])\u200d(?=\p{Extended_Pictographic})/gu, "\ue001")
    .replace(INVISIBLE, "")
    .replaceAll("\ue001", "\u200d")
    .replace(CONTROL, " ");
}

/** How many characters stand in a text that nobody sees, and what they spell, where they spell something. */
export function unseenIn(text: string): { count: number; spelled: string } {
  const count = text.replace(HARMLESS, "").match(INVISIBLE)?.length ?? 0;
  const spelled = (text.match(TAGS) ?? []).map((run) =>
    [...run].map((tag) => String.fromCharCode(tag.codePointAt(0)! - 0xe0000)).join(""),
  );
  return { count, spelled: spelled.join(" ") };
}
