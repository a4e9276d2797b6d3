import type { PhrasingContent } from "mdast";

/** What `<@1>` and its like are called. */
export interface Names {
  user(id: string): string | undefined;
}

/** Deeper nesting is never meant. */
const MAX_DEPTH = 12;
/** An address ends before any mark; `markdown-write.ts` leaves what this finds as it is. */
export const ADDRESS = /https?:\/\/(?:[^\s<*`|\\~]|~(?!~))*[^\s<*`|\\~.,:;"')\]]/;
const URL_AT = new RegExp(ADDRESS, "y");
const ANGLE_AT =
  /<(?:@!?(\d{1,20})|@&(\d{1,20})|#(\d{1,20})|a?:(\w{1,64}):\d{1,20}|t:(-?\d{1,13})(?::[a-zA-Z])?|(https?:\/\/[^\s<>]+)|\/([\w -]{1,100}):\d{1,20})>/y;
const WORD = /[\p{L}\p{N}_]/u;
/** Longer marks first. Underline, spoilers and double bars keep their words alone. */
const MARKS = ["**", "__", "~~", "||", "*", "_"] as const;
type Mark = (typeof MARKS)[number];

/** One stretch of text, and which marks have no end in it: asked once, or hostile text would cost the square of its length. */
interface Scan {
  text: string;
  names: Names;
  depth: number;
  endless: Set<string>;
}

export function inline(text: string, names: Names): PhrasingContent[] {
  return merged(scan({ text, names, depth: 0, endless: new Set() }));
}

function scan(state: Scan): PhrasingContent[] {
  const found: PhrasingContent[] = [];
  const { text } = state;
  let plain = 0;
  let at = 0;
  while (at < text.length) {
    const token = isSpecial(text.charCodeAt(at)) ? tokenAt(state, at) : undefined;
    if (!token) {
      at++;
      continue;
    }
    if (at > plain) found.push({ type: "text", value: text.slice(plain, at) });
    found.push(...token.nodes);
    at = plain = token.end;
  }
  if (at > plain) found.push({ type: "text", value: text.slice(plain) });
  return found;
}

/** \ ` < [ h * _ ~ | and the line break. */
function isSpecial(code: number): boolean {
  switch (code) {
    case 0x5c:
    case 0x60:
    case 0x3c:
    case 0x5b:
    case 0x68:
    case 0x2a:
    case 0x5f:
    case 0x7e:
    case 0x7c:
    case 0x0a: // prettier-ignore
      return true;
    default:
      return false;
  }
}

interface Token {
  nodes: PhrasingContent[];
  end: number;
}

function tokenAt(state: Scan, at: number): Token | undefined {
  const { text } = state;
  switch (text[at]) {
    case "\\":
      return escapeAt(text, at);
    case "\n":
      return { nodes: [{ type: "break" }], end: at + 1 };
    case "`":
      return codeAt(state, at);
    case "<":
      return angleAt(state, at);
    case "[":
      return linkAt(state, at);
    case "h":
      return urlAt(text, at);
    default:
      return markedAt(state, at);
  }
}

function escapeAt(text: string, at: number): Token | undefined {
  const next = text[at + 1];
  if (next === undefined || (/[\w\s]/.test(next) && next !== "_")) return undefined;
  const value = String.fromCodePoint(text.codePointAt(at + 1) as number);
  return { nodes: [{ type: "text", value }], end: at + 1 + value.length };
}

function codeAt(state: Scan, at: number): Token | undefined {
  const ticks = state.text.startsWith("``", at) ? "``" : "`";
  const close = endOfMark(state, ticks, at + ticks.length);
  if (close === undefined) return undefined;
  const value = state.text.slice(at + ticks.length, close);
  return { nodes: [{ type: "inlineCode", value }], end: close + ticks.length };
}

function angleAt({ text, names }: Scan, at: number): Token | undefined {
  ANGLE_AT.lastIndex = at;
  const match = ANGLE_AT.exec(text);
  if (!match) return undefined;
  const [whole, user, role, channel, emoji, moment, url, command] = match;
  const end = at + whole.length;
  if (url) return { nodes: [{ type: "link", url, children: [{ type: "text", value: url }] }], end };
  const value =
    (user && `@${names.user(user) ?? user}`) ??
    (role && `@${role}`) ??
    (channel && `#${channel}`) ??
    (emoji && `:${emoji}:`) ??
    (command && `/${command}`) ??
    timeIn(moment);
  return { nodes: [{ type: "text", value: value ?? whole }], end };
}

function timeIn(seconds: string | undefined): string | undefined {
  const time = new Date(Number(seconds) * 1_000);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

function urlAt(text: string, at: number): Token | undefined {
  URL_AT.lastIndex = at;
  const url = URL_AT.exec(text)?.[0];
  return url === undefined
    ? undefined
    : { nodes: [{ type: "link", url, children: [{ type: "text", value: url }] }], end: at + url.length };
}

/** `[words](https://...)`; other addresses stay what they are. */
function linkAt(state: Scan, at: number): Token | undefined {
  const { text, depth } = state;
  if (depth >= MAX_DEPTH) return undefined;
  const close = endOfMark(state, "](", at + 1);
  if (close === undefined) return undefined;
  const address = /^<?(https?:\/\/[^\s<>()]+(?:\([^\s<>()]*\)[^\s<>()]*)*)>?\)/.exec(
    text.slice(close + 2, close + 2_050),
  );
  const words = text.slice(at + 1, close);
  if (!address || words.trim() === "" || words.includes("\n")) return undefined;
  const children = within(state, words).flatMap((node) => (node.type === "link" ? node.children : [node]));
  return {
    nodes: [{ type: "link", url: address[1] ?? "", children: merged(children) as never[] }],
    end: close + 2 + address[0].length,
  };
}

function markedAt(state: Scan, at: number): Token | undefined {
  if (state.depth >= MAX_DEPTH) return undefined;
  for (const mark of MARKS) {
    if (!state.text.startsWith(mark, at) || !opens(state.text, mark, at)) continue;
    const close = endOfMark(state, mark, at + mark.length);
    if (close === undefined) continue;
    const inside = within(state, state.text.slice(at + mark.length, close));
    return { nodes: styled(mark, merged(inside)), end: close + mark.length };
  }
  return undefined;
}

function styled(mark: Mark, children: PhrasingContent[]): PhrasingContent[] {
  switch (mark) {
    case "**":
      return [{ type: "strong", children }];
    case "*":
    case "_":
      return [{ type: "emphasis", children }];
    case "~~":
      return [{ type: "delete", children }];
    default:
      return children;
  }
}

function opens(text: string, mark: Mark, at: number): boolean {
  if (mark === "_") return !WORD.test(text[at - 1] ?? " ");
  return mark !== "*" || !/\s/.test(text[at + 1] ?? " ");
}

/** Where the mark ends that began before `from`; something must stand between. */
function endOfMark(state: Scan, mark: string, from: number): number | undefined {
  if (state.endless.has(mark)) return undefined;
  const { text } = state;
  const literal = mark === "`" || mark === "``";
  for (let at = from; at < text.length; at++) {
    if (!literal && text[at] === "\\") {
      at++;
      continue;
    }
    if (!text.startsWith(mark, at)) continue;
    const close = at > from ? closeIn(text, mark, at) : undefined;
    if (close !== undefined) return close;
    at += runOf(text, at) - 1;
  }
  state.endless.add(mark);
  return undefined;
}

/** How many of this character stand together here. */
function runOf(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && text[end] === text[at]) end++;
  return end - at;
}

/** Where the mark closes in the run of marks that begins here; the inner marks of a longer run come first. */
function closeIn(text: string, mark: string, at: number): number | undefined {
  const run = runOf(text, at);
  switch (mark) {
    case "*": // two belong to what is bold inside, three are both
      return run % 2 === 1 && !/\s/.test(text[at - 1] ?? " ") ? at + run - 1 : undefined;
    case "_":
      return run === 1 && !WORD.test(text[at + 1] ?? " ") ? at : undefined;
    case "`":
    case "``":
      return run === mark.length ? at : undefined;
    case "](":
      return at;
    default:
      return at + run - mark.length;
  }
}

function within(state: Scan, text: string): PhrasingContent[] {
  return scan({ text, names: state.names, depth: state.depth + 1, endless: new Set() });
}

/** Neighbouring words become one node. */
function merged(nodes: PhrasingContent[]): PhrasingContent[] {
  const found: PhrasingContent[] = [];
  for (const node of nodes) {
    const last = found.at(-1);
    if (node.type === "text" && last?.type === "text")
      found[found.length - 1] = { type: "text", value: last.value + node.value };
    else found.push(node);
  }
  return found;
}
