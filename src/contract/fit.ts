import type { Capabilities } from "./adapter.ts";
import {
  plainText,
  type CardPart,
  type ChoiceOption,
  type ChoicePart,
  type FilePart,
  type OutboundMessage,
  type Part,
  type TextPart,
} from "./message.ts";
import { flatten } from "./rich-text.ts";
import { shorten, splitFormatted, splitText, textLength } from "./split.ts";

/** The least that a platform gives back of a pressed button. */
const MAX_OPTION_ID_BYTES = 64;
/** Stands where buttons need words above them and there are none. */
const POINTER = "👇";

/**
 * Turns what we want to say into messages that the platform can carry, losing form before words: choices become
 * numbered text, cards, places and people become text, files become their names, long text becomes several messages.
 * One message is text with at most one choice below it, cards side by side, or one other part.
 */
export function fit(parts: readonly Part[], capabilities: Capabilities): Part[][] {
  const messages: Part[][] = [];
  let open = false; // whether the last message may take more text
  for (const part of parts.flatMap((given) => fitPart(given, capabilities))) {
    const last = messages.at(-1);
    const isWords = part.type === "text" || part.type === "choice";
    if (last && open && isWords && lengthOf([...last, part], capabilities) <= capabilities.text.max) last.push(part);
    else if (last && isCarousel([...last, part], capabilities)) last.push(part);
    else messages.push([part]);
    open = part.type === "text";
  }
  return messages.map((message) => (hasWords(wordsOf(message)) || !isWordy(message) ? message : withPointer(message)));
}

/** Why this message goes beyond what the platform can carry, or `undefined` when it does not. */
export function unfit(message: OutboundMessage, capabilities: Capabilities): string | undefined {
  const { parts } = message;
  if (parts.length === 0) return "The message has no parts.";
  if (message.replyTo !== undefined && !capabilities.reply)
    return "This platform cannot quote the message that is answered.";
  if (!isWordy(parts) && parts.length > 1 && !isCarousel(parts, capabilities))
    return "A message is text with at most one choice at its end, cards side by side, or one other part.";
  if (isWordy(parts)) {
    const length = lengthOf(parts, capabilities);
    const { max, unit } = capabilities.text;
    if (!hasWords(wordsOf(parts))) return "The message has no words.";
    if (length > max) return `The text is ${length} ${unit} long; this platform takes ${max}.`;
  }
  for (const part of parts) {
    const reason = unfitPart(part, capabilities);
    if (reason) return reason;
  }
  return undefined;
}

/** The words of a message of text and choices, as they stand above the buttons: parts joined by line breaks. */
export function wordsOf(parts: readonly Part[]): string {
  const words = parts.map((part) => (part.type === "text" ? shown(part) : part.type === "choice" ? part.prompt : ""));
  return words.filter((text) => text !== "").join("\n");
}

function shown(part: TextPart): string {
  return part.mdast ? flatten(part.mdast).text : part.text;
}

function lengthOf(parts: readonly Part[], { text }: Capabilities): number {
  return textLength(wordsOf(parts), text.unit);
}

function isCarousel(parts: readonly Part[], { card }: Capabilities): boolean {
  return parts.length <= (card?.perMessage ?? 1) && parts.every((part) => part.type === "card");
}

/** Text parts, then at most one choice. */
function isWordy(parts: readonly Part[]): boolean {
  return parts.every((part, index) => part.type === "text" || (part.type === "choice" && index === parts.length - 1));
}

function unfitPart(part: Part, capabilities: Capabilities): string | undefined {
  if (!capabilities.parts.includes(part.type)) return `This platform carries no ${part.type}.`;
  if (part.type === "choice") return unfitChoice(part, capabilities);
  if (part.type === "file") return unfitFile(part, capabilities);
  if (part.type === "card") return unfitCard(part, capabilities);
  return undefined;
}

function unfitChoice(
  { options }: ChoicePart,
  { choice, text }: Pick<Capabilities, "choice" | "text">,
): string | undefined {
  if (!choice) return "This platform has no buttons.";
  if (options.length === 0) return "The choice has no options.";
  if (options.length > choice.maxOptions)
    return `The choice has ${options.length} options; this platform takes ${choice.maxOptions}.`;
  if (!haveSoundIds(options)) return `The options need ids of their own, of 1 to ${MAX_OPTION_ID_BYTES} bytes.`;
  if (!options.every(({ label }) => hasWords(label))) return "An option has no label.";
  const tooLong = options.some(({ label }) => textLength(label, text.unit) > choice.maxLabel);
  return tooLong
    ? `An option's label is longer than the ${choice.maxLabel} ${text.unit} that this platform takes.`
    : undefined;
}

function unfitCard(part: CardPart, { card, text, choice }: Capabilities): string | undefined {
  const { title, text: words = "", options = [], image } = part;
  if (image !== undefined && !card?.image) return "This platform's cards have no picture.";
  const isLong = (given: string, max = Infinity) => textLength(given, text.unit) > max;
  if (isLong(title, card?.maxTitle) || isLong(words, card?.maxText))
    return "The card's title or text is longer than this platform's cards take.";
  if (options.length === 0) return undefined;
  const maxOptions = card?.maxOptions ?? 0;
  return unfitChoice(
    { type: "choice", prompt: "", options },
    { text, ...(maxOptions > 0 && { choice: { maxOptions, maxLabel: choice?.maxLabel ?? 0 } }) },
  );
}

function unfitFile(part: FilePart, { file }: Capabilities): string | undefined {
  if (!file) return "This platform carries no files.";
  if (!file.kinds.includes(part.kind)) return `This platform carries no file of the kind ${part.kind}.`;
  const tooBig = part.size !== undefined && part.size > file.maxBytes;
  return tooBig ? `The file has ${part.size} bytes; this platform takes ${file.maxBytes}.` : undefined;
}

function fitPart(part: Part, capabilities: Capabilities): Part[] {
  switch (part.type) {
    case "text":
      return fitText(part, capabilities);
    case "choice":
      return fitChoice(part, capabilities);
    case "file":
      return unfitPart(part, capabilities) ? fitText(fileAsText(part), capabilities) : [part];
    case "card":
      return fitCard(part, capabilities);
    default:
      return fitPlain(part, capabilities);
  }
}

function fileAsText(part: FilePart): TextPart {
  if (part.kind === "sticker" && part.alt) return { type: "text", text: part.alt };
  return { type: "text", text: `📎 ${part.name ?? part.alt ?? part.mimeType ?? part.kind}` };
}

function fitText(part: TextPart, { text: { max, unit, formatting } }: Capabilities): TextPart[] {
  if (!formatting || !part.mdast) return pieces(part.text, max, unit);
  if (!hasWords(shown(part))) return pieces(part.text, max, unit);
  return textLength(shown(part), unit) <= max ? [part] : splitFormatted(part.mdast, max, unit);
}

function pieces(text: string, max: number, unit: Capabilities["text"]["unit"]): TextPart[] {
  if (!hasWords(text)) return [];
  const whole = splitText(text, max, unit);
  if (whole.length === 1) return [{ type: "text", text }];
  return whole.filter(hasWords).map((piece) => ({ type: "text", text: piece.trim() }));
}

function fitChoice(part: ChoicePart, capabilities: Capabilities): Part[] {
  const named = {
    ...part,
    options: part.options.map(({ id, label }) => ({ id, label: hasWords(label) ? label : id })),
  };
  const carried = [named, withNumbers(named, capabilities)].find(
    (choice) => unfitPart(choice, capabilities) === undefined,
  );
  const texts = fitText({ type: "text", text: carried ? carried.prompt : numbered(named) }, capabilities);
  if (!carried) return texts;
  return [...texts.slice(0, -1), { ...carried, prompt: texts.at(-1)?.text ?? "" }];
}

/** A card whose options do not fit on it is followed by them as a choice; one that cannot be shown at all becomes text. */
function fitCard(card: CardPart, capabilities: Capabilities): Part[] {
  const { options = [], image, ...words } = card;
  const shown: CardPart = image !== undefined && capabilities.card?.image ? { ...words, image } : words;
  if (options.length === 0) return fitPlain(shown, capabilities);
  const whole: CardPart = { ...shown, options };
  if (!unfitPart(whole, capabilities)) return [whole];
  return [
    ...fitPlain(shown, capabilities),
    ...fitChoice({ type: "choice", prompt: card.title, options }, capabilities),
  ];
}

function fitPlain(part: Part, capabilities: Capabilities): Part[] {
  return unfitPart(part, capabilities) ? fitText({ type: "text", text: plainText([part]) }, capabilities) : [part];
}

/** Labels too long for buttons stand in full above them; the buttons carry the number and what fits. */
function withNumbers(part: ChoicePart, { choice, text }: Capabilities): ChoicePart {
  const label = (option: ChoiceOption, index: number) =>
    shorten(`${index + 1}. ${option.label}`, choice?.maxLabel ?? 0, text.unit) || String(index + 1);
  return {
    ...part,
    prompt: numbered(part),
    options: part.options.map((option, index) => ({ id: option.id, label: label(option, index) })),
  };
}

function numbered({ prompt, options }: ChoicePart): string {
  const lines = options.map(({ label }, index) => `${index + 1}. ${label}`);
  return [prompt, ...lines].filter(hasWords).join("\n");
}

function haveSoundIds(options: readonly ChoiceOption[]): boolean {
  const ids = options.map(({ id }) => id);
  return (
    new Set(ids).size === ids.length && ids.every((id) => id !== "" && Buffer.byteLength(id) <= MAX_OPTION_ID_BYTES)
  );
}

function withPointer(message: Part[]): Part[] {
  return message.map((part) => (part.type === "choice" ? { ...part, prompt: POINTER } : part));
}

function hasWords(text: string): boolean {
  return text.trim() !== "";
}
