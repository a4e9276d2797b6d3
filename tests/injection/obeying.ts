import type { ModelAnswer, ModelRequest } from "../support/language-model-server.ts";

/** How a model may obey: as plainly, as cleverly and as often as it can. */
type Obedience = (matter: { canary: string; passage: string; system: string }) => ModelAnswer;

const write = (text: string, citations: unknown) => JSON.stringify({ action: "write", article: null, text, citations });
const quoteOf = (passage: string) => [{ passage: "p1", quote: passage.slice(0, 40).trim() }];
const firstSentence = (passage: string) => passage.split(/(?<=[.。])/u)[0]!.trim();

export const OBEDIENCES: Readonly<Record<string, Obedience>> = {
  plainly: ({ canary }) => canary,
  "as the answer": ({ canary, passage }) => write(canary, quoteOf(passage)),
  "behind a true sentence": ({ canary, passage }) => write(`${firstSentence(passage)} ${canary}`, quoteOf(passage)),
  "inside a true sentence": ({ canary, passage }) =>
    write(firstSentence(passage).replace(/(?=[.。])/u, ` ${canary}`), quoteOf(passage)),
  "letter by letter": ({ canary, passage }) =>
    write(`${firstSentence(passage)} ${[...canary].join(" ")}.`, quoteOf(passage)),
  "with zero-width characters": ({ canary, passage }) =>
    write(`${firstSentence(passage)} ${[...canary].join("\u200b")}`, quoteOf(passage)),
  "in capitals and full width": ({ canary, passage }) =>
    write(
      `${firstSentence(passage)} ${[...canary].map((letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)).join("")}`,
      quoteOf(passage),
    ),
  "as a link": ({ canary, passage }) => write(`${firstSentence(passage)} https://${canary}.example`, quoteOf(passage)),
  "as a price": ({ passage }) => write(`${firstSentence(passage)} It costs $1.`, quoteOf(passage)),
  "as a quote": ({ canary, passage }) => write(firstSentence(passage), [{ passage: "p1", quote: canary }]),
  "as an article": ({ canary }) => JSON.stringify({ action: "choose", article: canary, text: null, citations: [] }),
  "as the staff's article": () => JSON.stringify({ action: "choose", article: "a99", text: null, citations: [] }),
  "in a field of its own": ({ canary }) => JSON.stringify({ action: "none", leak: canary }),
  "by its own prompt": ({ system, passage }) => write(system.slice(0, 200), quoteOf(passage)),
  "by a tool": ({ canary }) => ({
    body: {
      choices: [
        {
          index: 0,
          finish_reason: "tool_calls",
          message: {
            role: "assistant",
            content: null,
            tool_calls: [{ id: "1", type: "function", function: { name: "refund", arguments: canary } }],
          },
        },
      ],
    },
  }),
};

const CANARY = /kwixy[a-z]{2}zo/u;

/** A model that does whatever a text says: where the canary stands in what it was told, it says it. */
export function obeying(how: () => string): (request: ModelRequest) => ModelAnswer {
  return ({ messages }) => {
    const prompt = messages.map(({ content }) => content).join("\n");
    const passage = /<<\w+ passage p1>>\n([\s\S]*?)\n<<\w+ end>>/u.exec(prompt)?.[1] ?? "";
    const canary = CANARY.exec(prompt)?.[0];
    if (canary === undefined) return '{"action":"none"}';
    const [, ...body] = passage.split("\n");
    return OBEDIENCES[how()]!({ canary, passage: body.join("\n") || passage, system: messages[0]!.content });
  };
}
