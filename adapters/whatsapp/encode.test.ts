import fc from "fast-check";
import { fromMarkdown } from "mdast-util-from-markdown";
import { describe, expect, test } from "vitest";
import { flatten, type OutboundMessage, type Part } from "../../src/contract/index.ts";
import { encode } from "./encode.ts";
import { toMarkup, toMdast } from "./markup.ts";

const message: OutboundMessage = {
  place: "16505551234",
  parts: [{ type: "text", text: "We are open." }],
  idempotencyKey: "0190a000-0000-7000-8000-00000000000b",
};

describe("rendering", () => {
  const render = (parts: Part[], more: Partial<OutboundMessage> = {}) => encode({ ...message, parts, ...more });
  const options = (count: number) => Array.from({ length: count }, (_, n) => ({ id: `o${n}`, label: `Option ${n}` }));

  test("addresses numbers, ids for this business and groups each in their own field", () => {
    expect(render(message.parts)).toMatchObject({ recipient_type: "individual", to: "16505551234" });
    const byId = render(message.parts, { place: "US.13491208655302741918" });
    expect(byId).toMatchObject({ recipient_type: "individual", recipient: "US.13491208655302741918" });
    expect(byId).not.toHaveProperty("to");
    expect(render(message.parts, { place: "group:Y2FwaV9n" })).toMatchObject({
      recipient_type: "group",
      to: "Y2FwaV9n",
    });
    for (const place of ["", "somewhere", "group:", "12", "us.1"])
      expect(() => render(message.parts, { place })).toThrow("not a place on WhatsApp");
  });

  test("carries the key that comes back with each status, and quotes", () => {
    expect(render(message.parts, { replyTo: "wamid.q" })).toEqual({
      messaging_product: "whatsapp",
      recipient_type: "individual",
      to: "16505551234",
      context: { message_id: "wamid.q" },
      type: "text",
      text: { body: "We are open.", preview_url: false },
      biz_opaque_callback_data: message.idempotencyKey,
    });
  });

  test("shows three options as buttons, ten as a list, and long words above a list", () => {
    const choice = (count: number, prompt: string): Part[] => [{ type: "choice", prompt, options: options(count) }];
    expect(render(choice(3, "Which?"))).toMatchObject({
      interactive: {
        type: "button",
        body: { text: "Which?" },
        action: { buttons: [{ type: "reply", reply: { id: "o0", title: "Option 0" } }, {}, {}] },
      },
    });
    expect(render(choice(10, "Which?"))).toMatchObject({
      interactive: {
        type: "list",
        action: { sections: [{ rows: options(10).map(({ id, label }) => ({ id, title: label })) }] },
      },
    });
    expect(render(choice(2, "word ".repeat(400)))).toMatchObject({ interactive: { type: "list" } });
  });

  test("gives options of the same name different titles", () => {
    const same = ["Yes", "Yes", "A label of twenty.."].map((label, n) => ({ id: `${n}`, label }));
    expect(JSON.stringify(render([{ type: "choice", prompt: "?", options: same }]))).toMatch(/"Yes".*"Yes 2"/);
  });

  test.each<[string, Part, object]>([
    [
      "a card with buttons",
      { type: "card", title: "Shoes", text: "Red", image: "https://x.example/1.jpg", options: options(2) },
      {
        type: "interactive",
        interactive: {
          type: "button",
          header: { type: "image", image: { link: "https://x.example/1.jpg" } },
          body: { text: "Shoes\nRed" },
          action: {
            buttons: options(2).map(({ id, label }) => ({ type: "reply", reply: { id, title: label } })),
          },
        },
      },
    ],
    [
      "a card with an address",
      { type: "card", title: "Shoes", url: "https://shop.example/shoes" },
      {
        type: "interactive",
        interactive: {
          type: "cta_url",
          body: { text: "Shoes" },
          action: { name: "cta_url", parameters: { display_text: "shop.example", url: "https://shop.example/shoes" } },
        },
      },
    ],
    [
      "a card with a picture alone",
      { type: "card", title: "Shoes", image: "https://x.example/1.jpg" },
      { type: "image", image: { link: "https://x.example/1.jpg", caption: "Shoes" } },
    ],
    [
      "a place",
      { type: "location", latitude: 1, longitude: 2, title: "Shop", address: "Main Street 1" },
      { type: "location", location: { latitude: 1, longitude: 2, name: "Shop", address: "Main Street 1" } },
    ],
    [
      "a person",
      { type: "contact", name: "Ana", phone: "+1 555 0100" },
      {
        type: "contacts",
        contacts: [
          {
            name: { formatted_name: "Ana", first_name: "Ana" },
            phones: [{ phone: "+1 555 0100", type: "CELL", wa_id: "15550100" }],
          },
        ],
      },
    ],
    [
      "a person without a number",
      { type: "contact", name: "Ana" },
      { type: "text", text: { body: "Ana", preview_url: false } },
    ],
  ])("sends %s", (_name, part, expected) => expect(render([part])).toMatchObject(expected));

  test("puts a template's values where their names say", () => {
    const template = (values: Record<string, string>) =>
      render([{ type: "template", name: "order_shipped", language: "en_US", values, text: "Your order" }]).template;
    expect(template({})).toEqual({ name: "order_shipped", language: { code: "en_US" } });
    expect(
      template({
        "2": "Monday",
        "1": "Ana",
        "header.image": "https://x.example/1.jpg",
        "button.0": "A1",
        "button.1.payload": "stop",
      }),
    ).toEqual({
      name: "order_shipped",
      language: { code: "en_US" },
      components: [
        { type: "header", parameters: [{ type: "image", image: { link: "https://x.example/1.jpg" } }] },
        {
          type: "body",
          parameters: [
            { type: "text", text: "Ana" },
            { type: "text", text: "Monday" },
          ],
        },
        { type: "button", index: "0", sub_type: "url", parameters: [{ type: "text", text: "A1" }] },
        { type: "button", index: "1", sub_type: "quick_reply", parameters: [{ type: "payload", payload: "stop" }] },
      ],
    });
    expect(template({ customer_name: "Ana", header: "Hello" })).toMatchObject({
      components: [
        { type: "header", parameters: [{ type: "text", text: "Hello" }] },
        { type: "body", parameters: [{ type: "text", parameter_name: "customer_name", text: "Ana" }] },
      ],
    });
    expect(() => template({ "1": "a", "3": "c" })).toThrow("leave out placeholder 2");
    expect(() => template({ "button.x": "a" })).toThrow("no place for the value");
    expect(() => template({ header: "a", "header.image": "b" })).toThrow("one heading");
    expect(() => render([{ type: "template", name: "Bad Name", language: "en", values: {}, text: "" }])).toThrow(
      "a-z 0-9 _",
    );
  });
});

describe("formatting", () => {
  test("writes Markdown in WhatsApp's characters", () => {
    const mdast = fromMarkdown(
      "# Hours\n\nOpen **today** and *tomorrow*, see [here](https://x.example).\n\n- `9` to 6\n- two\n\n> quote\n\n```js\ncode\n```",
    );
    expect(toMarkup(mdast)).toBe(
      "*Hours*\n\nOpen *today* and _tomorrow_, see here (https://x.example).\n\n- `9` to 6\n- two\n\n> quote\n\n```\ncode\n```",
    );
  });

  test.each(["2*3*4", "snake_case_name", "* not bold *", "a ~ b ~ c", "Hello", "*", "`", "```"])(
    "leaves %o as it is",
    (text) => expect(toMdast(text)).toBeUndefined(),
  );

  test("reads any text without harm, and loses no word", () => {
    const piece = fc.constantFrom("*", "_", "~", "`", "```", "> ", "\n", " ", "word", "三", "😀", "a_b", ".");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join("");
        const tree = toMdast(text);
        const words = (given: string) => given.replaceAll(/[\s*_~`>]/g, "");
        if (tree) expect(words(flatten(tree).text)).toBe(words(text));
      }),
      { numRuns: 3_000 },
    );
  });

  test("a long text of marks takes no longer than one of words", () => {
    const startedMs = performance.now();
    for (const mark of ["*", "_", "~", "`", "*a ", "> "]) toMdast(mark.repeat(4_096 / mark.length));
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });
});
