import {
  parseJson,
  type FileKind,
  type FilePart,
  type Json,
  type Part,
  type TextPart,
} from "../../src/contract/index.ts";
import { idIn, isObject, memberOf, numberIn, objectIn, objectsIn, textIn, type JsonObject } from "../graph/index.ts";
import { toMdast } from "./markup.ts";

const FILES: Readonly<Record<string, FileKind>> = {
  image: "image",
  audio: "audio",
  voice: "audio",
  video: "video",
  document: "document",
  sticker: "sticker",
};

/** What a message says; nothing where it is of a kind that we do not carry. */
export function partsOf(message: JsonObject): Part[] {
  const type = textIn(message, "type") ?? "";
  const content = objectIn(message, type);
  const kind = Object.hasOwn(FILES, type) ? FILES[type] : undefined;
  const product = productIn(message);
  if (kind) return fileParts(kind, content);
  switch (type) {
    case "text":
      return [...product, ...words(textIn(content, "body"))];
    case "location":
      return locationIn(content);
    case "contacts":
      return objectsIn(message, "contacts").flatMap(contactsIn);
    case "order":
      return words(orderIn(content));
    case "interactive":
      return words(flowIn(objectIn(content, "nfm_reply")));
    default:
      return [];
  }
}

function words(text: string | undefined): TextPart[] {
  if (text === undefined || text.trim() === "") return [];
  const mdast = toMdast(text);
  return [{ type: "text", text, ...(mdast && { mdast }) }];
}

/** The file stays at WhatsApp; its address is asked for when somebody wants it, since it lives for five minutes. */
function fileParts(kind: FileKind, content: JsonObject | undefined): Part[] {
  const id = idIn(content, "id");
  if (id === undefined) return [];
  const mimeType = textIn(content, "mime_type");
  const name = textIn(content, "filename");
  const size = numberIn(content, "file_size");
  const file: FilePart = {
    type: "file",
    kind,
    ref: id,
    ...(name !== undefined && { name: name.slice(0, 240) }),
    ...(mimeType !== undefined && { mimeType: mimeType.slice(0, 120) }),
    ...(size !== undefined && size >= 0 && { size }),
  };
  return [file, ...words(textIn(content, "caption"))];
}

function locationIn(content: JsonObject | undefined): Part[] {
  const latitude = degreesIn(content, "latitude", 90);
  const longitude = degreesIn(content, "longitude", 180);
  if (latitude === undefined || longitude === undefined) return [];
  const title = textIn(content, "name");
  const address = textIn(content, "address");
  return [
    {
      type: "location",
      latitude,
      longitude,
      ...(title !== undefined && { title }),
      ...(address !== undefined && { address }),
    },
  ];
}

function degreesIn(content: JsonObject | undefined, key: string, most: number): number | undefined {
  const degrees = numberIn(content, key) ?? Number(textIn(content, key) ?? NaN);
  return Math.abs(degrees) <= most ? degrees : undefined;
}

/** A person with several numbers is a contact for each. */
function contactsIn(contact: JsonObject): Part[] {
  const given = objectIn(contact, "name");
  const phones = objectsIn(contact, "phones").flatMap((phone) => textIn(phone, "phone") ?? []);
  const parts = [textIn(given, "first_name"), textIn(given, "last_name")].filter(Boolean).join(" ");
  const name = textIn(given, "formatted_name") ?? (parts || phones[0]);
  if (name === undefined) return [];
  if (phones.length === 0) return [{ type: "contact", name }];
  return phones.slice(0, 20).map((phone): Part => ({ type: "contact", name, phone }));
}

/** A cart, in words that a person can read. */
function orderIn(order: JsonObject | undefined): string | undefined {
  const items = objectsIn(order, "product_items");
  if (items.length === 0) return undefined;
  const lines = items.slice(0, 100).map((item) => {
    const price = [amountIn(item, "item_price"), textIn(item, "currency")].filter(Boolean).join(" ");
    const product = idIn(item, "product_retailer_id") ?? "?";
    return `- ${amountIn(item, "quantity") ?? "1"} × ${product}${price === "" ? "" : ` (${price})`}`;
  });
  return ["🛒", textIn(order, "text"), ...lines].filter(Boolean).join("\n");
}

function amountIn(item: JsonObject, key: string): string | undefined {
  return textIn(item, key) ?? numberIn(item, key)?.toString();
}

/** A filled form of WhatsApp's: what was answered, line by line. */
function flowIn(reply: JsonObject | undefined): string | undefined {
  if (!reply) return undefined;
  const answers = Object.entries(readAnswers(textIn(reply, "response_json")))
    .filter(([name]) => name !== "flow_token")
    .slice(0, 100)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`);
  return [textIn(reply, "body") ?? textIn(reply, "name"), ...answers].filter(Boolean).join("\n");
}

function readAnswers(text: string | undefined): Record<string, Json | undefined> {
  try {
    const answers = parseJson(text ?? "{}");
    return isObject(answers) ? answers : {};
  } catch {
    return {};
  }
}

/** The product of the shop that a message asks about. */
function productIn(message: JsonObject): Part[] {
  const product = objectIn(objectIn(message, "context"), "referred_product");
  const id = idIn(product, "product_retailer_id");
  if (id === undefined) return [];
  return [{ type: "card", title: `🛍 ${id}` }];
}

/** The option that was pressed: of a button, of a list, or of a template's quick reply. */
export function pressedIn(message: JsonObject): string | undefined {
  const interactive = objectIn(message, "interactive");
  const reply = objectIn(interactive, "button_reply") ?? objectIn(interactive, "list_reply");
  if (memberOf(message, "type") === "interactive") return idIn(reply, "id");
  if (memberOf(message, "type") !== "button") return undefined;
  const button = objectIn(message, "button");
  return textIn(button, "payload") ?? textIn(button, "text");
}
