import { parseDocument } from "htmlparser2";
import { hidesBy, hidingRules, type HidingRules } from "./hiding.ts";
import { LIMITS, rowLine, squeezed, type Block, type Extract } from "./block.ts";

/** What the parser gives, as far as it is read here. */
interface Node {
  type: string;
  data?: string;
  name?: string;
  attribs?: Record<string, string>;
  children?: Node[];
}

/** Never text for readers, or not what the page is about. */
const SKIPPED = new Set(
  `script style template noscript head svg math iframe object embed canvas select option button input textarea nav footer
   audio video map`.split(/\s+/u),
);
const BLOCKS = new Set(
  `address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure form h1 h2 h3 h4 h5 h6
   header hr html li main ol p pre section summary table tbody td tfoot th thead tr ul`.split(/\s+/u),
);
const ANCHORED = /^(?:h[1-6]|section|article)$/u;
const HEADING = /^h([1-6])$/u;
/** A page whose <main> has less than this keeps its text elsewhere. */
const REAL_MAIN = 200;

/** The visible text of a page, block by block, and what it hides. */
export function readHtml(html: string): Extract {
  const root = parseDocument(html, { decodeEntities: true }) as unknown as Node;
  const rules = hidingRules(textsOf(root, "style").join("\n"));
  const title = squeezed(textsOf(root, "title")[0] ?? "") || null;
  const [main] = found(root, "main");
  const inMain = main && walk(main, rules);
  const isMain = inMain && inMain.blocks.reduce((sum, { text }) => sum + text.length, 0) >= REAL_MAIN;
  const whole = walk(root, rules); // also for what the rest hides
  const { blocks } = isMain ? inMain : whole;
  return { title: title ?? blocks.find(({ level }) => level === 1)?.text ?? null, blocks, hidden: whole.hidden };
}

/** Reads in order; a block's text ends where the next block begins. */
function walk(root: Node, rules: HidingRules): Omit<Extract, "title"> {
  const blocks: Block[] = [];
  const hidden: Extract["hidden"] = [];
  let text = "";
  let anchor: string | undefined;

  function flush(level = 0): void {
    const words = squeezed(text);
    text = "";
    if (words === "") return;
    blocks.push({ level, text: words, ...(anchor !== undefined && { anchor }) });
  }

  function visit(node: Node, depth: number): void {
    if (depth > LIMITS.depth) return;
    if (node.type === "text") text += node.data ?? "";
    if (node.type === "root") for (const child of node.children ?? []) visit(child, depth + 1);
    const { name } = node;
    if (name === undefined || SKIPPED.has(name)) return;
    const how = hidesBy(node.attribs ?? {}, name, rules);
    if (how !== undefined) {
      const words = squeezed(allText(node));
      if (words !== "") hidden.push({ text: words, how });
      return;
    }
    open(node, name, depth);
  }

  function open(node: Node, name: string, depth: number): void {
    const level = Number(HEADING.exec(name)?.[1] ?? 0);
    const isBlock = BLOCKS.has(name);
    if (isBlock || name === "br") flush();
    noteAnchor(node, name);
    if (name === "table" && addTable(node, depth)) return;
    for (const child of node.children ?? []) visit(child, depth + 1);
    if (name === "a") text += unsaidAddress(text, node.attribs?.["href"]);
    if (isBlock) flush(level);
  }

  function noteAnchor({ attribs }: Node, name: string): void {
    if (attribs?.["id"] && ANCHORED.test(name)) anchor = attribs["id"];
  }

  /** A table with a head: each row says its columns. Without one it is read like any text. */
  function addTable(table: Node, depth: number): boolean {
    const rows = found(table, "tr").map((row) =>
      (row.children ?? []).filter(({ name }) => name === "td" || name === "th"),
    );
    const [head] = rows;
    if (!head || head.length < 2 || !head.every(({ name }) => name === "th")) return false;
    const heads = head.map((cell) => visibleText(cell, rules, hidden, depth));
    for (const row of rows.slice(1)) {
      text = rowLine(
        heads,
        row.map((cell) => visibleText(cell, rules, hidden, depth)),
      );
      flush();
    }
    return true;
  }

  visit(root, 0);
  flush();
  return { blocks, hidden };
}

/** A link keeps its address where its words do not say it. */
function unsaidAddress(text: string, href = ""): string {
  return /^https?:\/\/\S{1,300}$/u.test(href) && !text.includes(href) ? ` (${href})` : "";
}

function visibleText(cell: Node, rules: HidingRules, hidden: Extract["hidden"], depth: number): string {
  if (depth > LIMITS.depth) return "";
  const inner = walk({ type: "root", children: [cell] }, rules);
  hidden.push(...inner.hidden);
  return inner.blocks.map(({ text }) => text).join(" ");
}

/** All elements of a name, in order; without recursion, since pages may nest as deep as they like. */
function found(root: Node, name: string): Node[] {
  const elements: Node[] = [];
  const stack: Node[] = [root];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.name === name) elements.push(node);
    for (let at = (node.children?.length ?? 0) - 1; at >= 0; at--) stack.push(node.children![at]!);
  }
  return elements;
}

function textsOf(root: Node, name: string): string[] {
  return found(root, name).map(allText);
}

function allText(root: Node): string {
  let text = "";
  const stack: Node[] = [root];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.type === "text") text += `${node.data ?? ""} `;
    for (let at = (node.children?.length ?? 0) - 1; at >= 0; at--) stack.push(node.children![at]!);
  }
  return text;
}
