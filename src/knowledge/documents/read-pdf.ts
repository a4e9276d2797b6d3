import { LIMITS, squeezed, Unreadable, type Block, type Extract } from "./block.ts";

/** What is used of pdf.js. */
interface Pdf {
  numPages: number;
  getPage(number: number): Promise<PdfPage>;
  getMetadata(): Promise<{ info?: { Title?: unknown } }>;
}
interface PdfPage {
  getTextContent(): Promise<{ items: (TextItem | { type: string })[] }>;
  getOperatorList(): Promise<{ fnArray: number[]; argsArray: unknown[][] }>;
  cleanup(): void;
}
interface TextItem {
  str: string;
  /** The text matrix: [4] and [5] are its place. */
  transform: number[];
  hasEOL: boolean;
}

/** Points; below it nobody reads. */
const TINY = 2;
const HEADING_GROWTH = 1.15;
const TITLE_GROWTH = 1.6;
const MOST_HEADING = 120;
/** Lines further apart than this many heights are two paragraphs. */
const PARAGRAPH_GAP = 1.7;
/** A scanned page has all its text invisible, over its picture; that hides nothing. */
const SCANNED = 0.5;
const INVISIBLE_MODE = 3;

/** The text of a PDF, page by page; white, invisible and tiny text is told apart. @throws Unreadable */
export async function readPdf(bytes: Uint8Array): Promise<Extract> {
  const { getDocumentProxy, getResolvedPDFJS } = await import("unpdf");
  const { OPS } = (await getResolvedPDFJS()) as unknown as { OPS: Record<string, number> };
  const pdf = (await getDocumentProxy(Uint8Array.from(bytes), { isEvalSupported: false, verbosity: 0 }).catch(
    (cause: unknown) => {
      const isLocked = cause instanceof Error && cause.name === "PasswordException";
      throw new Unreadable(
        isLocked
          ? "The PDF is encrypted. Save it without a password."
          : "The PDF is damaged and cannot be read. Save it again from its source.",
        { cause },
      );
    },
  )) as unknown as Pdf;
  if (pdf.numPages > LIMITS.pages)
    throw new Unreadable(`The PDF has ${pdf.numPages} pages; at most ${LIMITS.pages} are read. Split it.`);
  return readPages(pdf, OPS);
}

async function readPages(pdf: Pdf, ops: Record<string, number>): Promise<Extract> {
  const lines: Line[] = [];
  const hidden: Extract["hidden"] = [];
  let characters = 0;
  for (let number = 1; number <= pdf.numPages; number++) {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    const texts = items.filter((item) => "str" in item);
    const unseen = unseenTexts(await page.getOperatorList(), ops);
    const { seen, found } = parted(texts, unseen);
    hidden.push(...found.map((each) => ({ ...each, page: number })));
    lines.push(...linesOf(seen, number));
    characters += texts.reduce((sum, { str }) => sum + str.length, 0);
    page.cleanup();
    if (characters > LIMITS.characters) break; // the caller says that it is too long
  }
  const { info } = await pdf.getMetadata().catch(() => ({ info: undefined }));
  const title = typeof info?.Title === "string" ? squeezed(info.Title) : "";
  return { title: title || null, blocks: blocksOf(lines), hidden };
}

/** What the page draws white or not at all, without spaces, by how. */
function unseenTexts(
  list: { fnArray: number[]; argsArray: unknown[][] },
  ops: Record<string, number>,
): Map<string, string> {
  let state = { white: false, invisible: false };
  const stack: (typeof state)[] = [];
  const unseen = { "white text": "", "invisible text": "" };
  list.fnArray.forEach((op, at) => {
    const args = list.argsArray[at] ?? [];
    if (op === ops["save"]) stack.push({ ...state });
    else if (op === ops["restore"]) state = stack.pop() ?? state;
    else if (op === ops["setFillRGBColor"]) state.white = isWhite(args);
    else if (op === ops["setFillGray"]) state.white = Number(args[0]) >= 0.99;
    else if (op === ops["setTextRenderingMode"]) state.invisible = args[0] === INVISIBLE_MODE;
    else if (op === ops["showText"] || op === ops["showSpacedText"]) {
      const text = glyphText(args[0]);
      if (state.invisible) unseen["invisible text"] += `${text}\n`;
      else if (state.white) unseen["white text"] += `${text}\n`;
    }
  });
  return new Map(Object.entries(unseen).map(([how, text]) => [how, text]));
}

function isWhite(args: readonly unknown[]): boolean {
  if (typeof args[0] === "string")
    return /^#f[a-f0-9]f[a-f0-9]f[a-f0-9]$/iu.test(args[0]) && parseInt(args[0].slice(1, 3), 16) > 250;
  return args.length >= 3 && args.slice(0, 3).every((value) => Number(value) >= 250);
}

function glyphText(glyphs: unknown): string {
  if (!Array.isArray(glyphs)) return "";
  return glyphs
    .map((glyph: unknown) =>
      typeof glyph === "object" && glyph !== null && "unicode" in glyph ? String(glyph.unicode) : "",
    )
    .join("")
    .replace(/\s/gu, "");
}

/** What readers see, and what they do not. */
function parted(items: TextItem[], unseen: ReadonlyMap<string, string>) {
  const howOf = ({ str, transform }: TextItem): string | undefined => {
    const bare = str.replace(/\s/gu, "");
    if (bare === "") return undefined;
    if (heightOf(transform) < TINY) return "a tiny font";
    for (const [how, text] of unseen) if (text.includes(bare) && bare.length > 3) return how;
    return undefined;
  };
  const judged = items.map((item) => ({ item, how: howOf(item) }));
  const length = (list: typeof judged) => list.reduce((sum, { item }) => sum + item.str.length, 0);
  const isScanned =
    length(judged.filter(({ how }) => how === "invisible text")) > SCANNED * Math.max(1, length(judged));
  const isSeen = ({ how }: { how: string | undefined }) => how === undefined || (isScanned && how === "invisible text");
  const found = judged
    .filter((each) => !isSeen(each))
    .map(({ item, how }) => ({ text: squeezed(item.str), how: how! }));
  return { seen: judged.filter(isSeen).map(({ item }) => item), found };
}

interface Line {
  text: string;
  height: number;
  y: number;
  page: number;
}

function heightOf(transform: readonly number[]): number {
  return Math.hypot(transform[2] ?? 0, transform[3] ?? 0);
}

function linesOf(items: readonly TextItem[], page: number): Line[] {
  const lines: Line[] = [];
  let text = "";
  let height = 0;
  let y = 0;
  for (const item of items) {
    if (item.str.trim() !== "") {
      height = Math.max(height, heightOf(item.transform));
      y = item.transform[5] ?? y;
    }
    text += item.str;
    if (!item.hasEOL) continue;
    if (text.trim() !== "") lines.push({ text: squeezed(text), height, y, page });
    text = "";
    height = 0;
  }
  if (text.trim() !== "") lines.push({ text: squeezed(text), height, y, page });
  return lines;
}

function blocksOf(lines: readonly Line[]): Block[] {
  const heights = lines
    .flatMap(({ text, height }) => Array.from({ length: Math.ceil(text.length / 20) }, () => height))
    .sort((a, b) => a - b);
  const usual = heights[Math.floor(heights.length / 2)] ?? 0;
  const blocks: Block[] = [];
  let before: Line | undefined;
  for (const line of lines) {
    const level = levelOf(line, usual);
    const last = blocks.at(-1);
    const isNear =
      before && before.page === line.page && before.y - line.y < PARAGRAPH_GAP * Math.max(line.height, before.height);
    const isOneStyle = before && Math.abs(before.height - line.height) < 0.5;
    if (last && last.level === level && isNear && isOneStyle) last.text = joined(last.text, line.text);
    else blocks.push({ level, text: line.text, page: line.page });
    before = line;
  }
  return blocks;
}

function levelOf({ text, height }: Line, usual: number): number {
  if (text.length > MOST_HEADING || height < usual * HEADING_GROWTH) return 0;
  return height >= usual * TITLE_GROWTH ? 1 : 2;
}

/** Words that were parted at the line's end come together again; Chinese has no spaces. */
function joined(text: string, next: string): string {
  if (/\p{Ll}-$/u.test(text) && /^\p{Ll}/u.test(next)) return text.slice(0, -1) + next;
  const isHan = /[\p{Script=Han}，。；：、！？]$/u.test(text) && /^[\p{Script=Han}，。；：、！？]/u.test(next);
  return isHan ? text + next : `${text} ${next}`;
}
