import { BadPayload, type Json } from "../../src/contract/index.ts";

/** WeChat's XML as JSON: every leaf is a string, so that ids of 64 bits stay what they are; repeated names are lists. */
export type XmlFields = { [name: string]: Json | undefined };

/** What we render: strings become CDATA, numbers stand bare. */
export type XmlValue = string | number | readonly XmlValue[] | { readonly [name: string]: XmlValue };

const MAX_DEPTH = 8;
const MAX_ELEMENTS = 2_000;
const DECLARATION = /^\s*(?:<\?xml[^?<>]{0,200}\?>)?\s*/;
const NAME = /[A-Za-z]\w{0,63}/y;
const CDATA = "<![CDATA[";
const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

interface Cursor {
  readonly text: string;
  at: number;
  elements: number;
}

/**
 * Reads the flat XML that WeChat sends: one root named `xml`, elements without attributes, text and CDATA. Everything
 * that XML can do besides (document types, entities of one's own, processing instructions, comments) is refused, since
 * no message needs it and attacks do.
 * @throws BadPayload
 */
export function parseXml(bytes: Uint8Array | string): XmlFields {
  const text = (typeof bytes === "string" ? bytes : Buffer.from(bytes).toString("utf8")).replace(/^\uFEFF/, "");
  const cursor: Cursor = { text, at: DECLARATION.exec(text)?.[0].length ?? 0, elements: 0 };
  if (!text.startsWith("<xml>", cursor.at)) throw broken("its root is not <xml>");
  const root = readElement(cursor, 1);
  if (text.slice(cursor.at).trim() !== "") throw broken("something follows its root");
  if (typeof root !== "object" || root === null || Array.isArray(root)) throw broken("its root holds no elements");
  return root;
}

/** Reads the element that begins here; the cursor stands behind it after. */
function readElement(cursor: Cursor, depth: number): Json {
  if (depth > MAX_DEPTH) throw broken(`it is nested deeper than ${MAX_DEPTH} levels`);
  if (++cursor.elements > MAX_ELEMENTS) throw broken(`it has more than ${MAX_ELEMENTS} elements`);
  const name = readName(cursor);
  if (take(cursor, "/>")) return "";
  if (!take(cursor, ">")) throw broken(`<${name}> has attributes, or does not end`);

  const children = new Map<string, Json>();
  const words: string[] = [];
  let isQuoted = false;
  while (!take(cursor, `</${name}>`)) {
    if (cursor.text.startsWith(CDATA, cursor.at)) {
      isQuoted = true;
      words.push(readQuoted(cursor));
    } else if (cursor.text[cursor.at] === "<") addChild(children, cursor, depth);
    else {
      const word = readText(cursor);
      if (word.trim() !== "") words.push(word); // blanks around CDATA and elements mean nothing
    }
  }
  return valueOf(name, children, isQuoted ? words.join("") : words.join("").trim());
}

function valueOf(name: string, children: Map<string, Json>, text: string): Json {
  if (children.size === 0) return text;
  if (text.trim() !== "") throw broken(`<${name}> mixes words and elements`);
  return Object.fromEntries(children);
}

function addChild(children: Map<string, Json>, cursor: Cursor, depth: number): void {
  const name = peekName(cursor);
  const value = readElement(cursor, depth + 1);
  const before = children.get(name);
  if (before === undefined) children.set(name, value);
  else if (Array.isArray(before)) before.push(value);
  else children.set(name, [before, value]);
}

function peekName(cursor: Cursor): string {
  const { at } = cursor;
  const name = readName(cursor);
  cursor.at = at;
  return name;
}

function readName(cursor: Cursor): string {
  NAME.lastIndex = cursor.at + 1;
  const name = NAME.exec(cursor.text)?.[0];
  if (name === undefined) throw broken("it holds something besides elements, text and CDATA, or ends too early");
  cursor.at += 1 + name.length;
  return name;
}

function readQuoted(cursor: Cursor): string {
  const start = cursor.at + CDATA.length;
  const end = cursor.text.indexOf("]]>", start);
  if (end < 0) throw broken("a CDATA section does not end");
  cursor.at = end + 3;
  return cursor.text.slice(start, end);
}

function readText(cursor: Cursor): string {
  const end = cursor.text.indexOf("<", cursor.at);
  if (end < 0) throw broken("an element does not end");
  const raw = cursor.text.slice(cursor.at, end);
  cursor.at = end;
  return raw.includes("&") ? raw.replace(/&([^;&\s]{0,10};)?/g, (_, name?: string) => entity(name)) : raw;
}

function entity(name = ""): string {
  const known = ENTITIES[name.slice(0, -1)];
  if (known !== undefined) return known;
  const [, hex, decimal] = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}));$/i.exec(name) ?? [];
  const code = hex !== undefined ? parseInt(hex, 16) : Number(decimal);
  if (!(code > 0 && code <= 0x10ffff)) throw broken("it has an entity that is none of XML's five");
  return String.fromCodePoint(code);
}

function take(cursor: Cursor, token: string): boolean {
  if (!cursor.text.startsWith(token, cursor.at)) return false;
  cursor.at += token.length;
  return true;
}

function broken(what: string): BadPayload {
  return new BadPayload(`The body is not XML as WeChat writes it: ${what}.`);
}

/** Renders `<xml>` with these elements. */
export function toXml(fields: { readonly [name: string]: XmlValue }): string {
  return element("xml", fields);
}

function element(name: string, value: XmlValue): string {
  if (isList(value)) return value.map((each) => element(name, each)).join("");
  if (typeof value === "string") return `<${name}>${quoted(value)}</${name}>`;
  if (typeof value === "number") return `<${name}>${value}</${name}>`;
  const inner = Object.entries(value).map(([child, content]) => element(child, content));
  return `<${name}>${inner.join("")}</${name}>`;
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}

/** A CDATA section; its own end inside the text is cut in two, and characters that XML cannot hold are left out. */
function quoted(text: string): string {
  const clean = text.toWellFormed().replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "");
  return `${CDATA}${clean.replaceAll("]]>", "]]]]><![CDATA[>")}]]>`;
}
