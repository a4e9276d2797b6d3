import { linkAddress, webAddress } from "../address.ts";
import { optionsOf, recordOf, textOf, type Message, type Part, type Pending } from "../message.ts";
import { el } from "./dom.ts";
import { drawFile, type FileParts } from "./files.ts";
import { link, linked, rich } from "./rich.ts";

export interface PartParts extends FileParts {
  press(choice: NonNullable<Pending["choice"]>): void;
}

/** One piece of a message. Every value in it is a stranger's. */
export function drawPart(part: Part, message: Message, pressed: string | undefined, parts: PartParts): Node[] {
  switch (part.type) {
    case "text":
      return part.mdast ? [el("div", { class: "rich", dir: "auto" }, ...rich(part.mdast))] : words(textOf(part.text));
    case "template":
      return words(textOf(part.text));
    case "choice":
      return [...words(textOf(part.prompt)), ...buttons(part, message, pressed, parts)];
    case "card":
      return [card(part, message, pressed, parts)];
    case "file":
      return [drawFile(part, parts)];
    case "location":
      return words([part.title, part.address, coordinates(part)].flatMap((each) => textOf(each) ?? []).join("\n"));
    case "contact": {
      const phone = textOf(part.phone);
      const href = phone && linkAddress(`tel:${phone.replace(/[^\d+]/g, "")}`);
      return [...words(textOf(part.name)), ...(phone ? [el("p", {}, href ? link(href, phone) : phone)] : [])];
    }
    default:
      return [];
  }
}

function words(text: string | undefined): Node[] {
  return text === undefined ? [] : [el("p", { dir: "auto" }, ...linked(text))];
}

function coordinates({ latitude, longitude }: Part): string {
  return [latitude, longitude].filter((each) => typeof each === "number").join(", ");
}

/** Pressed once: another press would be another answer. */
function buttons(part: Part, message: Message, pressed: string | undefined, { say, press }: PartParts): Node[] {
  const options = optionsOf(part);
  if (options.length === 0) return [];
  const isDone = pressed !== undefined;
  const made = options.map(({ id, label }) => {
    const isChosen = pressed === id;
    return el(
      "button",
      {
        ...{ type: "button", class: isChosen ? "option chosen" : "option", disabled: isDone, dir: "auto" },
        onclick: () => press({ id, label, messageId: message.id }),
      },
      label,
      isChosen && el("span", { class: "hidden" }, ` (${say("chosen")})`),
    );
  });
  return [
    el("div", { class: "options", role: "group", "aria-label": textOf(part.prompt) ?? textOf(part.title) }, ...made),
  ];
}

function card(part: Part, message: Message, pressed: string | undefined, parts: PartParts): Node {
  const title = textOf(part.title) ?? "";
  const picture = webAddress(part.image);
  const href = linkAddress(part.url);
  const image =
    picture?.startsWith("https:") &&
    el("img", { src: picture, alt: "", loading: "lazy", referrerpolicy: "no-referrer" });
  if (image) image.addEventListener("error", () => image.remove());
  return el(
    "div",
    { class: "card" },
    image,
    el("p", { class: "card-title", dir: "auto" }, ...(href ? [link(href, title)] : [title])),
    ...words(textOf(part.text)),
    ...buttons(part, message, pressed, parts),
  );
}

/** How many reacted with what. */
export function drawReactions(reactions: Message["reactions"]): HTMLElement | undefined {
  const list = Object.entries(recordOf(reactions)).slice(0, 12);
  if (list.length === 0) return undefined;
  const chips = list.map(([emoji, count]) => el("span", {}, Number(count) > 1 ? `${emoji} ${Number(count)}` : emoji));
  return el("div", { class: "reactions" }, ...chips);
}
