// Text in columns of a terminal, where a Chinese character is two wide.

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const MARK = /^[\p{Mn}\p{Me}\u200b-\u200d\ufe0f]$/u;
const COLOUR = /\u001b\[\d+m/g;

/** How many columns a terminal needs for it; colours need none. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text.replace(COLOUR, "")) width += widthOfOne(character);
  return width;
}

export function padRight(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

export function padLeft(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - widthOf(text))) + text;
}

/** At most so wide, on one line; what is cut off leaves an ellipsis. */
export function shorten(text: string, width: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  if (widthOf(line) <= width) return line;
  let short = "";
  let used = 0;
  for (const character of line) {
    used += widthOfOne(character);
    if (used > width - 1) break;
    short += character;
  }
  return `${short.trimEnd()}…`;
}

/** Lines of at most this width: broken between words, and between any two Chinese characters except before a stop. */
export function wrap(text: string, width: number): string[] {
  return text.split("\n").flatMap((paragraph) => wrapParagraph(paragraph, width));
}

const PIECES = /[^\p{Script=Han}\s]+|\p{Script=Han}[，。；：！？、）”》]*|\s+/gu;

function wrapParagraph(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const [piece] of text.matchAll(PIECES)) {
    if (line !== "" && widthOf(line + piece.trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = piece.trimStart();
    } else line += piece;
  }
  return [...lines, line.trimEnd()];
}

function widthOfOne(character: string): number {
  if (character < " " || MARK.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
