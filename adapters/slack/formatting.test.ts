import fc from "fast-check";
import type { PhrasingContent, Root, RootContent } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { describe, expect, test } from "vitest";
import { flatten, type Part } from "../../src/contract/index.ts";
import { characterOf, emojiName, emojiOf } from "./emoji.ts";
import { encode } from "./encode.ts";
import { escapeText, fromMrkdwn, toMrkdwn, unescapeText } from "./mrkdwn.ts";
import { fromRichText, toRichText } from "./rich-text.ts";

const nobody = () => undefined;

describe("formatting", () => {
  const words = fc.constantFrom("one", "two words", "三", "😀", "a_b*c", "<b>", "&amp;", "x.y", "*", "`", "~1~");
  const inline: fc.Arbitrary<PhrasingContent> = fc.letrec<{ node: PhrasingContent; text: PhrasingContent }>((tie) => ({
    text: words.map((value): PhrasingContent => ({ type: "text", value })),
    node: fc.oneof(
      { maxDepth: 2 },
      tie("text"),
      fc.constantFrom("x", "a*b", "1 < 2").map((value): PhrasingContent => ({ type: "inlineCode", value })),
      tie("text").map((child): PhrasingContent => ({ type: "strong", children: [child] })),
      tie("text").map((child): PhrasingContent => ({ type: "emphasis", children: [child] })),
      tie("text").map((child): PhrasingContent => ({ type: "delete", children: [child] })),
      tie("text").map((child): PhrasingContent => ({
        type: "link",
        url: "https://shop.example/a?x=1&y=2",
        children: [child as never],
      })),
    ),
  })).node;
  const paragraph = fc
    .array(inline, { minLength: 1, maxLength: 4 })
    .map((children): RootContent => ({ type: "paragraph", children }));
  const list = fc
    .tuple(fc.boolean(), fc.array(paragraph, { minLength: 1, maxLength: 3 }))
    .map(([ordered, items]): RootContent => ({
      type: "list",
      ordered,
      children: items.map((child) => ({ type: "listItem", children: [child as never] })),
    }));
  const block = fc.oneof(
    paragraph,
    list,
    paragraph.map((child): RootContent => ({ type: "blockquote", children: [child as never] })),
    words.map((value): RootContent => ({ type: "code", value })),
  );
  const tree = fc.array(block, { minLength: 1, maxLength: 4 }).map((children): Root => ({ type: "root", children }));

  const textOf = (parts: readonly Part[]) => parts.map((part) => (part.type === "text" ? part.text : "")).join("");
  const bare = (text: string) => text.replaceAll(/\s+/g, " ").trim();

  test("words and styles survive the way through rich text", () => {
    fc.assert(
      fc.property(tree, (root) => {
        const back = fromRichText(toRichText(root), nobody);
        expect(bare(textOf(back))).toBe(bare(flatten(root).text));
        const [part] = back;
        if (part?.type === "text" && part.mdast) expect(styles(part.mdast)).toEqual(styles(root));
      }),
      { numRuns: 500 },
    );
  });

  test("words survive the way through mrkdwn, also those that look like formatting", () => {
    fc.assert(
      fc.property(tree, (root) => {
        expect(bare(textOf(fromMrkdwn(toMrkdwn(root), nobody)))).toBe(bare(flatten(root).text));
      }),
      { numRuns: 500 },
    );
  });

  /** Which styles each character has. */
  function styles(root: Root): string[] {
    const kept = new Set(["strong", "emphasis", "delete", "inlineCode", "link", "blockquote", "code"]);
    const { text, spans } = flatten(root);
    return [...text].flatMap((character, at) =>
      /\s/.test(character)
        ? []
        : [
            character +
              spans
                .filter(({ start, end, node }) => at >= start && at < end && kept.has(node.type))
                .map(({ node }) => node.type)
                .sort()
                .join(),
          ],
    );
  }

  test("three characters are escaped, once", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        expect(unescapeText(escapeText(text))).toBe(text);
      }),
    );
    expect(escapeText("a <b> & &amp;")).toBe("a &lt;b&gt; &amp; &amp;amp;");
  });

  test("writes Slack's markup", () => {
    const root = fromMarkdown(
      "# Hours\n\nOpen **today**, see [here](https://x.example?a=1&b=2) or `9 < 10`.\n\n> quote\n\n2 * 3, *a*b and [bad](javascript:alert)",
    );
    expect(toMrkdwn(root)).toBe(
      "*Hours*\n\nOpen *today*, see <https://x.example?a=1&amp;b=2|here> or `9 &lt; 10`.\n\n> quote\n\n2 * 3, _a_\u200bb and bad",
    );
  });

  test("writes lists inside lists as Slack wants them: flat, each with its indent", () => {
    const block = toRichText(fromMarkdown("1. one\n   - inner\n2. two\n\nhttps://shop.example/x."));
    expect(block.elements).toMatchObject([
      { type: "rich_text_list", style: "ordered", indent: 0 },
      { type: "rich_text_list", style: "bullet", indent: 1 },
      { type: "rich_text_list", style: "ordered", indent: 0, offset: 1 },
      {
        type: "rich_text_section",
        elements: [
          { type: "link", url: "https://shop.example/x" },
          { type: "text", text: "." },
        ],
      },
    ]);
    const [part] = fromRichText(block, nobody);
    expect(textOf(part ? [part] : [])).toBe("1. one\n   • inner\n2. two\n\nhttps://shop.example/x.");
  });

  test("a text of nothing but marks is read in no time", () => {
    const from = performance.now();
    for (const mark of ["*a ", "<", "`", "_*~", "```", ":a", "> ", "<a|"])
      fromMrkdwn(mark.repeat(39_000 / mark.length), nobody);
    expect(performance.now() - from).toBeLessThan(3_000);
  });

  test("a text alone cannot call everybody, nor anybody", () => {
    expect(encode([{ type: "text", text: "<!channel> <@U061F7AUR>" }])).toEqual({
      text: "&lt;!channel&gt; &lt;@U061F7AUR&gt;",
      mrkdwn: false,
    });
  });
});

describe("emoji", () => {
  test.each([
    ["thumbsup", "👍"],
    ["+1", "👍"],
    ["wave::skin-tone-3", "👋🏼"],
    ["heart", "❤️"],
    ["party-parrot", ":party-parrot:"],
    ["__proto__", ":__proto__:"],
  ])("%s is %s", (name, character) => expect(emojiOf(name)).toBe(character));

  test.each([
    ["👍", "+1"],
    ["👋🏼", "wave::skin-tone-3"],
    ["❤", "heart"],
    ["❤️", "heart"],
    [":party-parrot:", "party-parrot"],
    ["三", undefined],
  ])("%s has the name %s", (emoji, name) => expect(emojiName(emoji)).toBe(name));

  test("every name leads to a character and back to a name of the same", () => {
    for (const name of ["grinning", "flag-de", "us", "woman-running", "male-doctor", "keycap_ten", "hash"]) {
      const character = characterOf(name);
      if (character === undefined) continue;
      expect(characterOf(emojiName(character) ?? "")).toBe(character);
    }
  });
});

describe("rendering", () => {
  const options = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ id: `o${at}`, label: `Option ${at}` }));

  test("a few options are buttons, many a menu", () => {
    const few = encode([{ type: "choice", prompt: "Which?", options: options(2) }]);
    expect(few).toMatchObject({
      text: "Which?",
      blocks: [
        { type: "rich_text" },
        { type: "actions", elements: [{ type: "button", action_id: "choice:0", value: "o0" }, { value: "o1" }] },
      ],
    });
    const many = encode([{ type: "choice", prompt: "Which?", options: options(30) }]);
    expect(many.blocks?.[1]).toMatchObject({ elements: [{ type: "static_select", options: { length: 30 } }] });
  });

  test("cards stand below each other, each with its picture and buttons", () => {
    const card: Part = {
      type: "card",
      title: "Shoe",
      text: "Red",
      url: "https://shop.example/1",
      image: "https://shop.example/1.jpg",
      options: options(1),
    };
    expect(encode([card, card]).blocks?.map(({ type }) => type)).toEqual(
      "image rich_text actions divider image rich_text actions".split(" "),
    );
  });
});
