import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ChannelError,
  fit,
  plainText,
  unfit,
  type Action,
  type Adapter,
  type Capabilities,
  type HubEvent,
  type OutboundMessage,
  type Part,
} from "../../src/contract/index.ts";
import type { AdapterExamples } from "./examples.ts";
import { open } from "./tools.ts";

const never = new AbortController().signal;

/** The capabilities tell the truth, both ways. */
export function checksCapabilities<Settings>(adapter: Adapter<Settings>, examples: AdapterExamples): void {
  const { capabilities } = adapter;
  const connection = open(adapter, examples.settings, examples.tools);

  describe("capabilities", () => {
    test("are data", () => expect(structuredClone(capabilities)).toEqual(capabilities));

    test("carry text, and describe what they carry", () => {
      expect(capabilities.parts).toContain("text");
      expect(capabilities.parts.includes("choice")).toBe(capabilities.choice !== undefined);
      expect(capabilities.parts.includes("file")).toBe(capabilities.file !== undefined);
    });

    test("say which optional members there are", () => {
      const { edit, delete: remove, react, typing, acknowledge, history, entry } = capabilities;
      expect(connection.act !== undefined).toBe(edit || remove || react || typing || acknowledge);
      expect(connection.visit !== undefined).toBe(history);
      expect(connection.fetchFile !== undefined).toBe(capabilities.file !== undefined);
      if (connection.entryLink) expect(entry.length).toBeGreaterThan(0);
    });

    test.each(beyond(capabilities))("refuse %s before it is sent, and fit makes it fit", (_what, part) => {
      expect(unfit(messageOf([part]), capabilities)).toMatch(/\w+ \w+/);
      for (const parts of fit([part], capabilities)) expect(unfit(messageOf(parts), capabilities)).toBeUndefined();
    });

    test.each(actionsBeyond(capabilities))("refuse to %s", async (_type, action) => {
      if (!connection.act) return;
      const error: unknown = await connection.act(action, never).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ChannelError);
      expect((error as ChannelError).fault).toBe("refused");
    });
  });

  const { roundTrip } = examples;
  if (typeof roundTrip !== "function") {
    test.skip(`round trip: ${roundTrip.skip}`, () => undefined);
    return;
  }
  test("what is rendered reads back with the same words", async () => {
    await fc.assert(
      fc.asyncProperty(anyParts, async (parts) => {
        for (const message of fit(parts, capabilities)) {
          const [event] = connection.decode(await roundTrip(message)) as [HubEvent];
          expect(event.type).toBe("message");
          if (event.type === "message") expect(words(event.parts)).toBe(words(message));
        }
      }),
      { numRuns: 200 },
    );
  });
}

/** The text without its spacing, which platforms may change. */
function words(parts: readonly Part[]): string {
  return plainText(parts).replaceAll(/\s+/g, " ").trim();
}

const anyText = fc
  .oneof(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 200 }),
    fc.constantFrom("你好。您要什么？", "Hello *there*. [x](y) `z` _", "a <b> & c"),
  )
  .filter((text) => text.trim() !== "" && text.isWellFormed() && !text.includes("\0"));
const anyParts: fc.Arbitrary<Part[]> = fc.array(
  fc.oneof(
    anyText.map((text): Part => ({ type: "text", text })),
    anyText.map((title): Part => ({ type: "card", title })),
    fc
      .tuple(anyText, fc.array(fc.constantFrom("Yes", "No", "也许"), { minLength: 1, maxLength: 3 }))
      .map(([prompt, labels]): Part => ({
        type: "choice",
        prompt,
        options: labels.map((label, index) => ({ id: `o${index}`, label })),
      })),
  ),
  { minLength: 1, maxLength: 3 },
);

function messageOf(parts: Part[]): OutboundMessage {
  return { place: "1", parts, idempotencyKey: "key" };
}

/** One part for each thing that the capabilities do not say. */
function beyond({ parts, text, choice, file }: Capabilities): [string, Part][] {
  const rows: [string, Part, boolean][] = [
    [
      "text beyond the limit",
      { type: "text", text: "word ".repeat(Math.ceil((text.max + 1) / 5)) },
      text.max < 1_000_000,
    ],
    ["a choice", choiceOf(2, 3), !choice],
    [
      "a choice of too many options",
      choiceOf((choice?.maxOptions ?? 0) + 1, 3),
      choice !== undefined && choice.maxOptions < 1_000,
    ],
    ["a choice with too long a label", choiceOf(2, (choice?.maxLabel ?? 0) + 1), choice !== undefined],
    ["a file", { type: "file", kind: "image", ref: "f", name: "a.png" }, !file],
    [
      "a file that is too big",
      { type: "file", kind: file?.kinds[0] ?? "image", ref: "f", size: (file?.maxBytes ?? 0) + 1 },
      file !== undefined,
    ],
    [
      "a sticker",
      { type: "file", kind: "sticker", ref: "f", alt: "👍" },
      file !== undefined && !file.kinds.includes("sticker"),
    ],
    ["a card", { type: "card", title: "Shoes", text: "Red", url: "https://shop.example/1" }, !parts.includes("card")],
    ["a location", { type: "location", latitude: 1, longitude: 2, title: "Shop" }, !parts.includes("location")],
    ["a contact", { type: "contact", name: "Ana", phone: "+1" }, !parts.includes("contact")],
  ];
  return rows.filter(([, , applies]) => applies).map(([what, part]) => [what, part]);
}

function choiceOf(options: number, labelLength: number): Part {
  return {
    type: "choice",
    prompt: "Which?",
    options: Array.from({ length: options }, (_, index) => ({ id: String(index), label: "x".repeat(labelLength) })),
  };
}

function actionsBeyond(capabilities: Capabilities): [string, Action][] {
  const at = { place: "1", messageId: "1" };
  const rows: [string, Action, boolean][] = [
    ["edit", { type: "edit", ...at, parts: [{ type: "text", text: "x" }] }, capabilities.edit],
    ["delete", { type: "delete", ...at }, capabilities.delete],
    ["react", { type: "react", ...at, emoji: "👍" }, capabilities.react],
    ["show typing", { type: "typing", place: "1" }, capabilities.typing],
    ["acknowledge", { type: "acknowledge", referrer: { data: {}, expiresAt: new Date(0) } }, capabilities.acknowledge],
  ];
  return rows.filter(([, , can]) => !can).map(([type, action]) => [type, action]);
}
