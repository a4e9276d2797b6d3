import { ChannelError, shorten, type CardPart } from "../../src/contract/index.ts";

/** LINE's limits: JSON of a bubble, of a carousel, and messages in one call. */
const MAX_BUBBLE_BYTES = 30_000;
const MAX_CAROUSEL_BYTES = 50_000;
const MAX_BUBBLES = 12;
const MAX_MESSAGES = 5;
const MAX_ALT = 400;
const MAX_LABEL = 20;
const MAX_ADDRESS = 1_000;
const MAX_IMAGE_ADDRESS = 2_000;

type Component = Record<string, unknown>;

/** Cards as Flex messages: a bubble, or carousels as large as LINE takes them, side by side. @throws ChannelError */
export function flexOf(cards: readonly CardPart[]): Component[] {
  const messages: { bubbles: Component[]; titles: string[]; bytes: number }[] = [];
  for (const card of cards) {
    const bubble = bubbleOf(card);
    const bytes = Buffer.byteLength(JSON.stringify(bubble)) + 1;
    if (bytes > MAX_BUBBLE_BYTES)
      throw new ChannelError("refused", `A card has ${bytes} bytes; LINE takes ${MAX_BUBBLE_BYTES}. Shorten its text.`);
    const last = messages.at(-1);
    if (last && last.bubbles.length < MAX_BUBBLES && last.bytes + bytes < MAX_CAROUSEL_BYTES) {
      last.bubbles.push(bubble);
      last.titles.push(card.title);
      last.bytes += bytes;
    } else messages.push({ bubbles: [bubble], titles: [card.title], bytes: 100 + bytes });
  }
  if (messages.length > MAX_MESSAGES)
    throw new ChannelError(
      "refused",
      "These cards are too large for one message on LINE. Send fewer, or shorter ones.",
    );
  return messages.map(({ bubbles, titles }) => ({
    type: "flex",
    altText: altOf(titles.join(", ")),
    contents: bubbles.length === 1 ? bubbles[0] : { type: "carousel", contents: bubbles },
  }));
}

/** What stands in the list of chats, and where no Flex is shown. */
export function altOf(text: string): string {
  return shorten(text.trim() || "…", MAX_ALT, "utf16");
}

function bubbleOf({ title, text, url, image, options = [] }: CardPart): Component {
  const words = [
    title.trim() && { type: "text", text: title, weight: "bold", size: "lg", wrap: true },
    text?.trim() && { type: "text", text, wrap: true, margin: "md" },
  ].filter(Boolean);
  const link = url === undefined ? undefined : linkTo(url);
  const buttons = [
    ...options.map(({ id, label }) =>
      button({ type: "postback", label: labelOf(label), data: id, displayText: label }),
    ),
    ...(link ? [button(link)] : []),
  ];
  const shown = url !== undefined && !link ? [...words, { type: "text", text: url, wrap: true, margin: "md" }] : words;
  return {
    type: "bubble",
    ...(image !== undefined &&
      isAddress(image, MAX_IMAGE_ADDRESS, /^https:/) && {
        hero: {
          type: "image",
          url: image,
          size: "full",
          aspectRatio: "20:13",
          aspectMode: "cover",
          ...(link && { action: link }),
        },
      }),
    body: box(shown.length > 0 ? shown : [{ type: "text", text: "…" }]),
    ...(buttons.length > 0 && { footer: { ...box(buttons), spacing: "sm" } }),
  };
}

/** A file that LINE has no message for: its name, to be opened. */
export function fileBubble(name: string, detail: string, url: string): Component {
  const contents = {
    type: "bubble",
    body: box([
      { type: "text", text: `📎 ${name}`, weight: "bold", wrap: true },
      ...(detail ? [{ type: "text", text: detail, size: "sm", color: "#888888" }] : []),
    ]),
    footer: box([button({ type: "uri", label: "↓ Open 打开", uri: url })]),
  };
  return { type: "flex", altText: altOf(`📎 ${name}`), contents };
}

/** A picture that is too large for a picture's preview. */
export function imageBubble(name: string, url: string): Component {
  const action = { type: "uri", label: "Open 打开", uri: url };
  const hero = { type: "image", url, size: "full", aspectMode: "fit", action };
  return { type: "flex", altText: altOf(name), contents: { type: "bubble", hero } };
}

function box(contents: unknown[]): Component {
  return { type: "box", layout: "vertical", contents };
}

function button(action: Component): Component {
  return { type: "button", style: "link", height: "sm", action };
}

/** The host's name needs no translation. */
function linkTo(url: string): Component | undefined {
  if (!isAddress(url, MAX_ADDRESS, /^https?:/)) return undefined;
  return { type: "uri", label: labelOf(new URL(url).hostname), uri: url };
}

function isAddress(url: string, max: number, scheme: RegExp): boolean {
  return url.length <= max && scheme.test(url) && URL.canParse(url);
}

function labelOf(label: string): string {
  return shorten(label, MAX_LABEL, "utf16");
}
