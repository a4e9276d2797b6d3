import type { DocumentFinding } from "../../contract/api-documents.ts";
import { languageOf } from "../../lib/language.ts";
import { LIMITS, squeezed, Unreadable, type Extract } from "./block.ts";
import { cut, type Passage } from "./cut.ts";
import { instructionsIn } from "./instructions.ts";
import { readCsv } from "./read-csv.ts";
import { readDocx } from "./read-docx.ts";
import { readHtml } from "./read-html.ts";
import { readMarkdown } from "./read-markdown.ts";
import { readPdf } from "./read-pdf.ts";
import { seenText, unseenIn } from "./unseen.ts";

export type Format = "markdown" | "html" | "pdf" | "docx" | "csv";

export interface Source {
  bytes: Uint8Array;
  name: string;
  mimeType: string;
}

/** A passage, and why it is withheld, where it is. */
export interface ReadPassage extends Passage {
  reasons: string[];
}

/** What a document comes to. */
export interface ReadDocument {
  format: Format;
  title: string;
  passages: ReadPassage[];
  findings: DocumentFinding[];
}

const EXCERPT = 200;
const MOST_FINDINGS = 200;
const MOST_TITLE = 200;

/** Reads a document whole: what it says in passages, and what its author should look at. @throws Unreadable */
export async function readDocument(source: Source): Promise<ReadDocument> {
  if (source.bytes.length === 0) throw new Unreadable("The file is empty.");
  const format = formatOf(source);
  const extract = await extractOf(format, source);
  const characters = extract.blocks.reduce((sum, { text }) => sum + text.length, 0);
  if (characters > LIMITS.characters)
    throw new Unreadable(`The document has more than ${LIMITS.characters} characters. Split it.`);
  const findings: DocumentFinding[] = [...hiddenFindings(extract), ...unseenFindings(extract)];
  const blocks = extract.blocks
    .map((block) => ({ ...block, text: seenText(block.text).trim() }))
    .filter(({ text }) => text !== "");
  findings.push(...headingFindings(blocks));
  const usual =
    languageOf(
      blocks
        .map(({ text }) => text)
        .join(" ")
        .slice(0, 20_000),
    ) ?? "en";
  const passages = cut(blocks, usual).map((passage) => withReasons(passage, findings));
  if (passages.length === 0) throw new Unreadable(nothingIn(format));
  return { format, title: titleOf(extract, source.name), passages, findings: findings.slice(0, MOST_FINDINGS) };
}

function nothingIn(format: Format): string {
  return format === "pdf"
    ? "The PDF has no text, only pictures perhaps. Have its text recognised (OCR) and send it again."
    : "There is no text to be read in the document.";
}

const BY_TYPE: Readonly<Record<string, Format>> = {
  ...{ "text/html": "html", "application/xhtml+xml": "html", "text/csv": "csv" },
  "text/markdown": "markdown",
};
const BY_ENDING: Readonly<Record<string, Format>> = {
  ...{ html: "html", htm: "html", xhtml: "html", csv: "csv", tsv: "csv" },
  ...{ md: "markdown", markdown: "markdown", mdown: "markdown", txt: "markdown", text: "markdown" },
};

/** By content first: a file's name is what somebody wrote. @throws Unreadable */
function formatOf({ bytes, name, mimeType }: Source): Format {
  const head = Buffer.from(bytes.subarray(0, 1_024)).toString("latin1");
  if (head.includes("%PDF-")) return "pdf";
  if (head.startsWith("PK\u0003\u0004")) return "docx";
  if (/^\s*(?:\u00ef\u00bb\u00bf)?<(?:!doctype html|html)\b/iu.test(head)) return "html";
  const ending = /\.([a-z]+)$/iu.exec(name)?.[1]?.toLowerCase() ?? "";
  const type = mimeType.split(";")[0]!.trim().toLowerCase();
  const format = BY_TYPE[type] ?? BY_ENDING[ending] ?? (type === "text/plain" ? "markdown" : undefined);
  if (format) return format;
  throw new Unreadable("This kind of file is not read. Send Markdown, HTML, PDF, Word (DOCX) or CSV.");
}

async function extractOf(format: Format, { bytes, mimeType }: Source): Promise<Extract> {
  if (format === "pdf") return readPdf(bytes);
  if (format === "docx") return readDocx(bytes);
  if (format === "csv") return readCsv(bytes);
  return format === "html"
    ? readHtml(decoded(bytes, charsetOf(bytes, mimeType)))
    : readMarkdown(decoded(bytes, "utf-8"));
}

function charsetOf(bytes: Uint8Array, mimeType: string): string {
  const head = Buffer.from(bytes.subarray(0, 2_048)).toString("latin1");
  const said = /charset\s*=\s*["']?([\w-]+)/iu;
  return said.exec(mimeType)?.[1] ?? said.exec(head)?.[1] ?? "utf-8";
}

/** @throws Unreadable where the bytes are no text in the encoding: what would be read is nonsense. */
function decoded(bytes: Uint8Array, charset: string): string {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Unreadable(`The file is not in the encoding ${charset}. Save it as UTF-8 and send it again.`, { cause });
  }
}

function titleOf({ title }: Extract, name: string): string {
  const found = squeezed(seenText(title ?? ""))
    .slice(0, MOST_TITLE)
    .toWellFormed();
  const own = squeezed(seenText(name.replace(/\.[a-z]{1,8}$/iu, "")))
    .slice(0, MOST_TITLE)
    .toWellFormed();
  return found || own || "Document";
}

function hiddenFindings({ hidden }: Extract): DocumentFinding[] {
  return hidden.map(({ text, how, page }) => ({
    kind: "hidden",
    detail: how,
    excerpt: excerptOf(seenText(text)),
    page: page ?? null,
    heading: null,
  }));
}

function unseenFindings({ blocks }: Extract): DocumentFinding[] {
  return blocks.flatMap(({ text, page }) => {
    const { count, spelled } = unseenIn(text);
    if (count === 0) return [];
    const detail = `${count} ${count === 1 ? "character" : "characters"} that nobody sees${spelled ? `, spelling "${excerptOf(spelled)}"` : ""}`;
    return [
      {
        kind: "invisible-characters" as const,
        detail,
        excerpt: excerptOf(seenText(text)),
        page: page ?? null,
        heading: null,
      },
    ];
  });
}

/** A heading with nothing below it is in no passage, and its author should still look at it. */
function headingFindings(blocks: Extract["blocks"]): DocumentFinding[] {
  const bare = blocks.filter(({ level }, at) => level > 0 && (blocks[at + 1]?.level ?? 1) > 0);
  return bare.flatMap(({ text, page }) =>
    instructionsIn(text).map(({ what, excerpt }) => {
      return {
        kind: "instructions" as const,
        detail: what,
        excerpt: excerptOf(excerpt),
        page: page ?? null,
        heading: text,
      };
    }),
  );
}

function withReasons(passage: Passage, findings: DocumentFinding[]): ReadPassage {
  const suspicions = instructionsIn(`${passage.heading}\n${passage.text}`);
  const { page = null, heading } = passage;
  for (const { what, excerpt } of suspicions)
    findings.push({ kind: "instructions", detail: what, excerpt: excerptOf(excerpt), page, heading });
  return { ...passage, reasons: suspicions.map(({ what }) => what) };
}

function excerptOf(text: string): string {
  const one = squeezed(text);
  return one.length > EXCERPT ? `${one.slice(0, EXCERPT).toWellFormed()}…` : one;
}
