import { parseDocument } from "htmlparser2";
import { LIMITS, rowLine, squeezed, Unreadable, type Block, type Extract } from "./block.ts";
import { unzip } from "./zip.ts";

interface Node {
  type: string;
  data?: string;
  name?: string;
  attribs?: Record<string, string>;
  children?: Node[];
}

const DOCUMENT = "word/document.xml";
const STYLES = "word/styles.xml";
const LINKS = "word/_rels/document.xml.rels";
/** In half points: below two points nobody reads. */
const TINY = 4;
const OFFICE_HEADING = /^(?:heading|überschrift|titre|标题)\s*([1-6])$/iu;

interface Styles {
  /** By the style's id. */
  levels: ReadonlyMap<string, number>;
  hiding: ReadonlyMap<string, string>;
}

/** The visible text of a Word document, and what it hides: vanished, white and tiny runs. @throws Unreadable */
export function readDocx(bytes: Uint8Array): Extract {
  const files = unzip(bytes, (name) => name === DOCUMENT || name === STYLES || name === LINKS);
  const source = files.get(DOCUMENT);
  if (!source) throw new Unreadable("This is no Word document: it has no word/document.xml inside.");
  const styles = stylesIn(parse(files.get(STYLES)));
  const links = linksIn(parse(files.get(LINKS)));
  const extract: Extract = { title: null, blocks: [], hidden: [] };
  const [body] = below(parse(source), "w:body");
  for (const child of body?.children ?? []) addBlock(extract, child, styles, links, 0);
  extract.title = extract.blocks.find(({ level }) => level > 0)?.text ?? null;
  return extract;
}

function parse(source: Buffer | undefined): Node {
  return parseDocument(source?.toString("utf8") ?? "", { xmlMode: true, decodeEntities: true }) as unknown as Node;
}

function addBlock(
  extract: Extract,
  node: Node,
  styles: Styles,
  links: ReadonlyMap<string, string>,
  depth: number,
): void {
  if (depth > LIMITS.depth) return;
  if (node.name === "w:p") {
    const block = paragraph(extract, node, styles, links);
    if (block) extract.blocks.push(block);
  } else if (node.name === "w:tbl") addTable(extract, node, styles, links);
  else for (const child of node.children ?? []) addBlock(extract, child, styles, links, depth + 1);
}

function addTable(extract: Extract, table: Node, styles: Styles, links: ReadonlyMap<string, string>): void {
  const rows = below(table, "w:tr").map((row) =>
    below(row, "w:tc").map((cell) =>
      below(cell, "w:p")
        .map((each) => paragraph(extract, each, styles, links)?.text ?? "")
        .join(" "),
    ),
  );
  const [heads = [], ...rest] = rows;
  if (rest.length === 0 || heads.length < 2) for (const row of rows) push(extract.blocks, row.join(" "));
  else for (const row of rest) push(extract.blocks, rowLine(heads, row));
}

function push(blocks: Block[], words: string): void {
  const text = squeezed(words);
  if (text !== "") blocks.push({ level: 0, text });
}

function paragraph(
  extract: Extract,
  node: Node,
  styles: Styles,
  links: ReadonlyMap<string, string>,
): Block | undefined {
  const [properties] = inside(node, "w:pPr");
  const style = attribute(properties && inside(properties, "w:pStyle")[0]);
  const outline = attribute(properties && inside(properties, "w:outlineLvl")[0]);
  const level =
    outline !== undefined && Number(outline) < 6 ? Number(outline) + 1 : (styles.levels.get(style ?? "") ?? 0);
  const words = runsOf(node).map((run) => runText(extract, run, styles, style));
  const addresses = inside(node, "w:hyperlink").flatMap((link) => links.get(link.attribs?.["r:id"] ?? "") ?? []);
  const text = squeezed(words.join(""));
  if (text === "") return undefined;
  const unsaid = addresses.filter((address) => !text.includes(address)).map((address) => ` (${address})`);
  return { level, text: text + unsaid.join("") };
}

/** The runs of a paragraph, those of links and insertions too; what a revision deleted is no text (w:delText). */
function runsOf(node: Node): Node[] {
  return below(node, "w:r");
}

function runText(extract: Extract, run: Node, styles: Styles, paragraphStyle = ""): string {
  const text = (run.children ?? []).map(pieceOf).join("");
  if (text.trim() === "") return text;
  const how = hidesBy(inside(run, "w:rPr")[0], styles) ?? styles.hiding.get(paragraphStyle);
  if (how === undefined) return text;
  extract.hidden.push({ text: squeezed(text), how });
  return " ";
}

function pieceOf({ name, children }: Node): string {
  if (name === "w:tab" || name === "w:br") return " ";
  return name === "w:t" ? (children ?? []).map(({ data }) => data ?? "").join("") : "";
}

function hidesBy(properties: Node | undefined, { hiding }: Styles): string | undefined {
  if (!properties) return undefined;
  const value = (name: string) => inside(properties, name)[0];
  const vanish = value("w:vanish") ?? value("w:webHidden");
  if (vanish && !/^(?:0|false|off)$/u.test(attribute(vanish) ?? "")) return "hidden text of Word";
  const colour = attribute(value("w:color"))?.toLowerCase();
  const hasGround = value("w:shd") !== undefined || value("w:highlight") !== undefined;
  if (colour === "ffffff" && !hasGround) return "white text";
  const size = attribute(value("w:sz"));
  if (size !== undefined && Number(size) < TINY) return "a tiny font";
  return hiding.get(attribute(value("w:rStyle")) ?? "");
}

function stylesIn(root: Node): Styles {
  const levels = new Map<string, number>();
  const hiding = new Map<string, string>();
  for (const style of below(root, "w:style")) {
    const id = style.attribs?.["w:styleId"] ?? "";
    const name = attribute(inside(style, "w:name")[0]) ?? "";
    const level = OFFICE_HEADING.exec(name)?.[1] ?? (/^title$/iu.test(name) ? "1" : undefined);
    if (level !== undefined) levels.set(id, Number(level));
    const how = hidesBy(inside(style, "w:rPr")[0], { levels, hiding: new Map() });
    if (how !== undefined) hiding.set(id, how);
  }
  return { levels, hiding };
}

function linksIn(root: Node): Map<string, string> {
  const links = below(root, "Relationship").map(
    ({ attribs = {} }) => [attribs["Id"] ?? "", attribs["Target"] ?? ""] as const,
  );
  return new Map(links.filter(([, target]) => /^https?:\/\/\S{1,300}$/u.test(target)));
}

function attribute(node: Node | undefined): string | undefined {
  return node?.attribs?.["w:val"];
}

/** Children of a name, and grandchildren through nothing. */
function inside(node: Node, name: string): Node[] {
  return (node.children ?? []).filter((child) => child.name === name);
}

/** Everything of a name below, in order, not looking inside what was found. */
function below(root: Node, name: string): Node[] {
  const nodes: Node[] = [];
  const stack = [...(root.children ?? [])].reverse();
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.name === name) nodes.push(node);
    else for (let at = (node.children?.length ?? 0) - 1; at >= 0; at--) stack.push(node.children![at]!);
  }
  return nodes;
}
