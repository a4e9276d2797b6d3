import { plainText, shorten, wordsOf, type CardPart, type ChoiceOption, type Part } from "../../src/contract/index.ts";
import { toMarkup } from "./markup.ts";

const MAX_TITLE = 20;
const MAX_ROW = 24;
const MAX_BUTTONS = 3;
/** On the button that opens a list; a sign, since we do not know the person's language. */
const OPEN_LIST = "☰";

/** The words of texts and a choice in WhatsApp's characters, or without formatting where its marks make them too long. */
export function wordsIn(parts: readonly Part[], max: number): string {
  const marked = parts
    .map((part) => {
      if (part.type === "choice") return part.prompt;
      return part.type === "text" ? (part.mdast ? toMarkup(part.mdast) : part.text) : "";
    })
    .filter((text) => text !== "")
    .join("\n");
  return marked.length <= max && marked.trim() !== "" ? marked : wordsOf(parts);
}

/** Up to three buttons. */
export function buttons(body: string, options: readonly ChoiceOption[], more: object = {}): object {
  const titles = distinct(options, MAX_TITLE);
  const shown = options.map(({ id }, index) => ({ type: "reply", reply: { id, title: titles[index] } }));
  return { type: "button", ...more, body: { text: body }, action: { buttons: shown } };
}

/** Up to ten rows, behind one button. */
export function list(body: string, options: readonly ChoiceOption[]): object {
  const titles = distinct(options, MAX_ROW);
  const rows = options.map(({ id }, index) => ({ id, title: titles[index] }));
  return { type: "list", body: { text: body }, action: { button: OPEN_LIST, sections: [{ rows }] } };
}

/** A card as WhatsApp has it; `undefined` where it has nothing to press, or too many words for that. */
export function cardBody(card: CardPart, maxBody: number): object | undefined {
  const { options = [], image, url } = card;
  const header = image === undefined ? {} : { header: { type: "image", image: { link: image } } };
  const webUrl = url !== undefined && /^https?:\/\//i.test(url) && URL.canParse(url) ? url : undefined;
  if (options.length > 0 && options.length <= MAX_BUTTONS) {
    const body = plainText([{ ...card, options: [] }]);
    return body.length <= maxBody ? buttons(body, options, header) : undefined;
  }
  const body = plainText([{ type: "card", title: card.title, ...(card.text && { text: card.text }) }]);
  if (options.length > 0 || webUrl === undefined || body.length > maxBody) return undefined;
  const parameters = { display_text: shorten(new URL(webUrl).host, MAX_TITLE, "utf16"), url: webUrl };
  return { type: "cta_url", ...header, body: { text: body }, action: { name: "cta_url", parameters } };
}

/** WhatsApp refuses two options of the same name. */
function distinct(options: readonly ChoiceOption[], max: number): string[] {
  const taken = new Set<string>();
  return options.map(({ label }) => {
    let title = shorten(label, max, "utf16");
    for (let number = 2; taken.has(title); number++) {
      const mark = ` ${number}`;
      title = shorten(label, max - mark.length, "utf16") + mark;
    }
    taken.add(title);
    return title;
  });
}
