import type { PhrasingContent, Root, RootContent } from "mdast";
import { flatten, type TextPart } from "../../src/contract/index.ts";

// What both of Slack's ways to format text (mrkdwn and rich text) share.

/** Names of people, where we know them. */
export type Names = (id: string) => string | undefined;

/** Addresses that Slack opens; others stay words. */
const OPENS = /^(https?|mailto|tel):./i;
const PERSON = /^slack:\/\/user\?id=([UW][A-Z0-9]{1,31})$/;
const BARE_URL = /https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]}'»”’。，；：！？）】」』]/g;

/** A person named in a text. */
export function mention(id: string, label: string | undefined, names: Names): PhrasingContent {
  const name = names(id) ?? label ?? id;
  return {
    type: "link",
    url: `slack://user?id=${id}`,
    children: [{ type: "text", value: `@${name.replace(/^@/, "")}` }],
  };
}

/** The person that a link stands for, as `mention` writes it. */
export function mentioned(url: string): string | undefined {
  return PERSON.exec(url)?.[1];
}

export function link(url: string, words: PhrasingContent[]): PhrasingContent[] {
  return OPENS.test(url) ? [{ type: "link", url, children: words as never[] }] : words;
}

export function opens(url: string): boolean {
  return OPENS.test(url);
}

/** Text with its line breaks. */
export function lines(text: string): PhrasingContent[] {
  const nodes = text
    .split("\n")
    .flatMap((value, index): PhrasingContent[] =>
      index === 0 ? [{ type: "text", value }] : [{ type: "break" }, { type: "text", value }],
    );
  return nodes.filter((node) => node.type !== "text" || node.value !== "");
}

/** Inline nodes as paragraphs: two breaks part them. */
export function paragraphs(nodes: readonly PhrasingContent[]): RootContent[] {
  const found: PhrasingContent[][] = [[]];
  let breaks = 0;
  for (const node of nodes) {
    if (node.type === "break") {
      breaks++;
      continue;
    }
    const open = found.at(-1) as PhrasingContent[];
    if (breaks > 1 && open.length > 0) found.push([node]);
    else open.push(...(breaks > 0 && open.length > 0 ? [{ type: "break" } as const] : []), node);
    breaks = 0;
  }
  return found.filter((each) => each.length > 0).map((children) => ({ type: "paragraph", children }));
}

/** A text part with its tree, or without one where nothing is formatted; then `plain` stands as it was written. */
export function textPart(blocks: RootContent[], plain?: string): TextPart[] {
  const mdast: Root = { type: "root", children: blocks };
  const isUnformatted = blocks.every(isPlain);
  const text = isUnformatted && plain !== undefined ? plain : flatten(mdast).text;
  if (text.trim() === "") return [];
  return [{ type: "text", text, ...(!isUnformatted && { mdast }) }];
}

function isPlain(block: RootContent): boolean {
  return block.type === "paragraph" && block.children.every(({ type }) => type === "text" || type === "break");
}

/** A text cut at the addresses in it, which Slack makes into links only in its own texts. */
export function cutAtUrls(text: string): { text: string; url?: string }[] {
  const pieces: { text: string; url?: string }[] = [];
  let at = 0;
  for (const { 0: url, index } of text.matchAll(BARE_URL)) {
    pieces.push({ text: text.slice(at, index) }, { text: url, url });
    at = index + url.length;
  }
  return [...pieces, { text: text.slice(at) }].filter((piece) => piece.text !== "");
}
