import type { List, ListItem, Nodes, Root, Table, TableRow } from "mdast";

/** A stretch of the text and the node that formats it; places are UTF-16 units, as in JavaScript. */
export interface Span {
  start: number;
  end: number;
  node: Nodes;
}

export interface FlatText {
  text: string;
  /** Outer spans stand before the inner ones. */
  spans: Span[];
}

interface Pen extends FlatText {
  indent: string;
}

/** A formatted text as plain text, with the places where each formatting node begins and ends. */
export function flatten(root: Root): FlatText {
  const pen: Pen = { text: "", spans: [], indent: "" };
  writeBlocks(pen, root.children, "\n\n");
  return { text: pen.text, spans: pen.spans };
}

function writeBlocks(pen: Pen, nodes: readonly Nodes[], between: string): void {
  nodes.forEach((node, index) => {
    if (index > 0) pen.text += between;
    write(pen, node);
  });
}

function write(pen: Pen, node: Nodes): void {
  const span: Span = { start: pen.text.length, end: 0, node };
  pen.spans.push(span);
  writeInside(pen, node);
  span.end = pen.text.length;
}

function writeInside(pen: Pen, node: Nodes): void {
  switch (node.type) {
    case "list":
      return writeList(pen, node);
    case "table":
      return writeTable(pen, node);
    case "root":
    case "blockquote":
    case "footnoteDefinition":
      return writeBlocks(pen, node.children, "\n\n");
    case "listItem":
      return writeBlocks(pen, node.children, `\n${pen.indent}`);
    default:
      if ("children" in node) for (const child of node.children) write(pen, child);
      else pen.text += wordsIn(node, pen.indent);
  }
}

/** A node without children, in words. */
function wordsIn(node: Nodes, indent: string): string {
  if ("value" in node) return node.value;
  if ("alt" in node) return node.alt ?? "";
  if (node.type === "break") return `\n${indent}`;
  if (node.type === "thematicBreak") return "———";
  return node.type === "footnoteReference" ? `[${node.label ?? node.identifier}]` : "";
}

function writeList(pen: Pen, list: List): void {
  const outer = pen.indent;
  list.children.forEach((item: ListItem, index) => {
    if (index > 0) pen.text += `\n${outer}`;
    const mark = list.ordered ? `${(list.start ?? 1) + index}. ` : "• ";
    pen.text += mark;
    pen.indent = outer + " ".repeat(mark.length);
    write(pen, item);
    pen.indent = outer;
  });
}

function writeTable(pen: Pen, table: Table): void {
  table.children.forEach((row: TableRow, index) => {
    if (index > 0) pen.text += "\n";
    writeBlocks(pen, row.children, " | ");
  });
}
