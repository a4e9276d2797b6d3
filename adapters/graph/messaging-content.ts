import type { FileKind, FilePart, Json, Part } from "../../src/contract/index.ts";
import { writeFileRef, type FileRef } from "./messaging-ref.ts";
import { idIn, memberOf, numberIn, objectIn, objectsIn, textIn, type JsonObject } from "./values.ts";

const MOST_ATTACHMENTS = 50;
const LONGEST_URL = 4_000;
/** Messenger's thumb in its three sizes. */
const THUMBS = new Set(["369239263222822", "369239343222814", "369239383222810"]);
const KINDS: Readonly<Record<string, FileKind>> = {
  image: "image",
  animated_image: "image",
  video: "video",
  audio: "audio",
  file: "document",
  sticker: "sticker",
  like_heart: "sticker",
  reel: "video",
  ig_reel: "video",
  ig_story: "image",
  ig_post: "image",
  media_share: "image",
  share: "image",
  story_mention: "image",
};

/** All that a message says: its words, then its attachments, then the story that it answers. */
export function partsOf(message: JsonObject, mid: string): Part[] {
  const text = textIn(message, "text");
  const words: Part[] = text !== undefined && text.trim() !== "" ? [{ type: "text", text }] : [];
  const attached = objectsIn(message, "attachments")
    .slice(0, MOST_ATTACHMENTS)
    .flatMap((attachment, index) => partOf(attachment, { mid, index }, text));
  const story = storyOf(objectIn(objectIn(message, "reply_to"), "story"), mid);
  return [...words, ...attached, ...story];
}

type Where = Pick<FileRef, "mid" | "index">;

function partOf(attachment: JsonObject, where: Where, text: string | undefined): Part[] {
  const type = textIn(attachment, "type") ?? "";
  const payload = objectIn(attachment, "payload");
  if (type === "location") return location(attachment, payload);
  if (type === "fallback") return link(attachment, payload, text);
  if (type === "template") return template(attachment, payload);
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  return kind ? file(kind, type, payload, where) : [];
}

function file(kind: FileKind, type: string, payload: JsonObject | undefined, where: Where): Part[] {
  const url = addressIn(payload, "url");
  if (url === undefined) return [];
  const sticker = idIn(payload, "sticker_id");
  const title = textIn(payload, "title");
  const name = kind === "document" ? nameIn(url) : type === "story_mention" ? "story-mention" : undefined;
  const part: FilePart = {
    type: "file",
    kind: sticker === undefined ? kind : "sticker",
    ref: writeFileRef({ ...where, url }),
    ...(name !== undefined && { name }),
    ...(sticker !== undefined && THUMBS.has(sticker) && { alt: "👍" }),
    ...(title !== undefined && { alt: title }),
  };
  return [part];
}

/** A file's name stands only in its address. */
function nameIn(url: string): string | undefined {
  const last = new URL(url).pathname.split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(last).slice(0, 200) || undefined;
  } catch {
    return last.slice(0, 200) || undefined;
  }
}

/** The picture stands without words of ours: what the person wrote remains their whole text. */
function storyOf(story: JsonObject | undefined, mid: string): Part[] {
  const url = addressIn(story, "url");
  return url === undefined ? [] : [{ type: "file", kind: "image", ref: writeFileRef({ mid, index: "story", url }) }];
}

function location(attachment: JsonObject, payload: JsonObject | undefined): Part[] {
  const coordinates = objectIn(payload, "coordinates");
  const latitude = numberIn(coordinates, "lat");
  const longitude = numberIn(coordinates, "long");
  if (latitude === undefined || longitude === undefined || Math.abs(latitude) > 90 || Math.abs(longitude) > 180)
    return [];
  const title = textIn(attachment, "title");
  return [{ type: "location", latitude, longitude, ...(title !== undefined && { title }) }];
}

/** A shared link. Where it stands in the words anyway, the words are enough. */
function link(attachment: JsonObject, payload: JsonObject | undefined, text: string | undefined): Part[] {
  const url = addressIn(attachment, "url") ?? addressIn(payload, "url");
  const title = textIn(attachment, "title") ?? textIn(payload, "title");
  if (url !== undefined && text?.includes(url)) return [];
  if (url === undefined) return title !== undefined && title !== text ? [{ type: "text", text: title }] : [];
  return [{ type: "card", title: title ?? new URL(url).host, url }];
}

/** Cards come in the echoes of what somebody else sent, and products from a shop. */
function template(attachment: JsonObject, payload: JsonObject | undefined): Part[] {
  const elements = [...objectsIn(payload, "elements"), ...objectsIn(objectIn(payload, "product"), "elements")];
  const cards = elements.slice(0, MOST_ATTACHMENTS).flatMap(card);
  if (cards.length > 0) return cards;
  const text = textIn(payload, "text") ?? textIn(attachment, "title");
  return text === undefined ? [] : [{ type: "text", text }];
}

function card(element: JsonObject): Part[] {
  const title = textIn(element, "title");
  if (title === undefined) return [];
  const text = textIn(element, "subtitle");
  const image = addressIn(element, "image_url");
  return [{ type: "card", title, ...(text !== undefined && { text }), ...(image !== undefined && { image }) }];
}

/** A web address that can be fetched at all; whether it may be, the guarded fetch decides. */
function addressIn(value: Json | undefined, key: string): string | undefined {
  const url = memberOf(value, key);
  if (typeof url !== "string" || url.length > LONGEST_URL || !/^https?:\/\//i.test(url)) return undefined;
  return URL.canParse(url) ? new URL(url).href : undefined;
}
