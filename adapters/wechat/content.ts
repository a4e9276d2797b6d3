import type { FileKind, FilePart, Part } from "../../src/contract/index.ts";
import { refOf } from "./file-ref.ts";
import type { Push } from "./payload.ts";

/** What a message says; nothing where it is of a kind that we do not carry. */
export function partsOf(push: Push): Part[] {
  switch (push.MsgType) {
    case "text":
      return push.Content ? [{ type: "text", text: push.Content }] : [];
    case "image":
      return fileOf(push, "image");
    case "voice":
      return fileOf(push, "audio");
    case "video":
    case "shortvideo":
      return fileOf(push, "video");
    case "location":
      return placeOf(push);
    case "link":
      return linkOf(push);
    default:
      return [];
  }
}

/** A voice message's recognised words stand as its `alt`: they can be searched and answered, and are nobody's own writing. */
function fileOf({ MediaId = "", PicUrl, Format, Recognition }: Push, kind: FileKind): FilePart[] {
  const ref = refOf({ mediaId: MediaId, url: PicUrl });
  if (ref === undefined) return [];
  const mimeType = kind === "image" ? "image/jpeg" : kind === "video" ? "video/mp4" : voiceType(Format);
  return [{ type: "file", kind, ref, mimeType, ...(Recognition && { alt: Recognition }) }];
}

function voiceType(format = "amr"): string {
  const name = format.toLowerCase();
  return `audio/${/^[a-z0-9]{1,16}$/.test(name) ? name : "amr"}`;
}

function placeOf({ Location_X, Location_Y, Label }: Push): Part[] {
  const latitude = degrees(Location_X, 90);
  const longitude = degrees(Location_Y, 180);
  if (latitude === undefined || longitude === undefined) return [];
  return [{ type: "location", latitude, longitude, ...(Label && { address: Label }) }];
}

function degrees(text: string | undefined, most: number): number | undefined {
  if (text === undefined || !/^-?\d{1,3}(\.\d{1,20})?$/.test(text)) return undefined;
  const value = Number(text);
  return Math.abs(value) <= most ? value : undefined;
}

function linkOf({ Title, Description, Url }: Push): Part[] {
  const title = Title || Url;
  if (!title) return [];
  return [{ type: "card", title, ...(Description && { text: Description }), ...(Url && { url: Url }) }];
}
