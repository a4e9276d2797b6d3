import fc from "fast-check";
import type { PhrasingContent, Root, RootContent } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { describe, expect, test } from "vitest";
import { flatten } from "../../src/contract/index.ts";
import { readMarkdown } from "./markdown-read.ts";
import { escape, writeMarkdown } from "./markdown-write.ts";

const names = { user: (id: string) => (id === "1" ? "Ana *A*" : undefined) };
const words = (text: string) => text.replaceAll(/\s+/g, " ").trim();
const read = (content: string) => {
  const tree = readMarkdown(content, names);
  return tree ? flatten(tree).text : content;
};

const piece = fc.constantFrom(..."*_~`|[]\\()><#-+.@:\n 1a三".split(""), "**", "__", "~~", "||", "```", "> ", ">>> ", "# ", "- ", "1. ", "-# ", "https://x.y/a_b", "https://q.r/~a*", "<@1>", "<t:1:R>"); // prettier-ignore

describe("plain words", () => {
  test("stay what they are, whatever they look like", () => {
    const anything = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.array(piece, { maxLength: 16 }).map((all) => all.join("")),
    );
    fc.assert(
      fc.property(anything, (text) => void expect(words(read(escape(text)))).toBe(words(text))),
      { numRuns: 3_000 },
    );
  });

  test("addresses are left for Discord to link", () => {
    expect(escape("see https://shop.example/a_b_c, *now*")).toBe("see https://shop.example/a_b_c, \\*now\\*");
  });
});

describe("formatting", () => {
  const some = fc.constantFrom("one", "two words", "三", "😀", "a_b*c", "<b>", "&amp;", "x.y", "https://s.example/a_b");
  const inline: fc.Arbitrary<PhrasingContent> = fc.letrec<{ node: PhrasingContent; text: PhrasingContent }>((tie) => ({
    text: some.map((value): PhrasingContent => ({ type: "text", value })),
    node: fc.oneof(
      { maxDepth: 3 },
      tie("text"),
      some.map((value): PhrasingContent => ({ type: "inlineCode", value })),
      tie("node").map((child): PhrasingContent => ({ type: "strong", children: [child] })),
      tie("node").map((child): PhrasingContent => ({ type: "emphasis", children: [child] })),
      tie("node").map((child): PhrasingContent => ({ type: "delete", children: [child] })),
      tie("text").map((child): PhrasingContent => ({
        type: "link",
        url: "https://shop.example/a",
        children: [child as never],
      })),
    ),
  })).node;
  const paragraph = fc.array(inline, { minLength: 1, maxLength: 4 }).map((nodes): RootContent => ({
    type: "paragraph",
    children: nodes.flatMap((node, index): PhrasingContent[] =>
      index === 0 ? [node] : [{ type: "text", value: " - " }, node],
    ),
  }));
  const block = fc.oneof(
    paragraph,
    paragraph.map((child): RootContent => ({ type: "blockquote", children: [child as never] })),
    some.map((value): RootContent => ({ type: "code", lang: "js", value })),
  );
  const tree = fc.array(block, { minLength: 1, maxLength: 4 }).map((children): Root => ({ type: "root", children }));

  test("no word is lost on the way to Discord and back, and what is bold stays bold", () => {
    fc.assert(
      fc.property(tree, (root) => {
        const back = readMarkdown(writeMarkdown(root), names);
        const given = flatten(root);
        expect(words(back ? flatten(back).text : writeMarkdown(root))).toBe(words(given.text));
        if (back) expect(boldIn(back)).toBe(boldIn(root));
      }),
      { numRuns: 1_500 },
    );
  });

  /** The bold words, as one text. */
  function boldIn(root: Root): string {
    const { text, spans } = flatten(root);
    const bold = [...text].length === text.length ? text : text.replaceAll(/[\ud800-\udfff]/g, "?");
    const isBold = (at: number) =>
      spans.some(({ node, start, end }) => node.type === "strong" && at >= start && at < end);
    return words([...bold].map((letter, at) => (isBold(at) ? letter : " ")).join("")).replaceAll(" ", "");
  }

  test.each([
    ["***both***", "both", ["strong", "emphasis"]],
    ["**a *b***", "a b", ["strong", "emphasis"]],
    ["snake_case_name", "snake_case_name", []],
    ["_em_ __under__ ||spoiler||", "em under spoiler", ["emphasis"]],
    ["``a ` b``", "a ` b", ["inlineCode"]],
    ["[x](https://a.b/(c))", "x", ["link"]],
    ["[x](javascript:alert)", "[x](javascript:alert)", []],
    ["<https://a.b>", "https://a.b", ["link"]],
    ["<@1> <@2>", "@Ana *A* @2", []],
    ["a ** b ** c", "a  b  c", ["strong"]],
    ["2 * 3 * 4", "2 * 3 * 4", []],
    ["\\*no\\*", "*no*", []],
    ["**open", "**open", []],
    ["```js\nlet a;\n```", "let a;", ["code"]],
    ["```unclosed", "```unclosed", []],
    ["> a\n> b\nc", "a\nb\n\nc", ["blockquote"]],
    [">>> a\nb", "a\nb", ["blockquote"]],
    ["#no heading", "#no heading", []],
  ])("reads %o", (content, text, styles) => {
    const root = readMarkdown(content, names);
    const flat = root ? flatten(root) : { text: content, spans: [] };
    const kinds = flat.spans.map(({ node }) => node.type).filter((type) => !/^(root|paragraph|text|break)$/.test(type));
    expect(flat.text).toBe(text);
    expect(kinds).toEqual(styles);
  });

  test("writes Markdown's tree in Discord's marks", () => {
    const root = fromMarkdown(
      "# Hours\n\nOpen **today**, see [here](https://x.example/a\\)b).\n\n- `9` to 6\n- *late* on 1. May\n  1. maybe\n\n> quote\n\n```js\ncode\n```\n\n#### Deep\n\n[bad](javascript:alert) [https://a.b](https://evil.example)",
    );
    expect(writeMarkdown(root)).toBe(
      "# Hours\n\nOpen **today**, see [here](https://x.example/a%29b).\n\n- `9` to 6\n- _late_ on 1. May\n  1. maybe\n\n> quote\n\n```js\ncode\n```\n\n**Deep**\n\nbad https://a.b",
    );
  });

  test("hostile text costs little", () => {
    for (const unit of ["*", "**_~~", "[a](", "`", "*a ", "> ", "(**a", "_a_b", "||~~", "\\", "<@", "https://"]) {
      const from = performance.now();
      read(unit.repeat(Math.ceil(4_000 / unit.length)));
      expect(performance.now() - from, unit).toBeLessThan(250);
    }
  });
});
