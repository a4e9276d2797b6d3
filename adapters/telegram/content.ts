import type { FileKind, FilePart, Part } from "../../src/contract/index.ts";
import { toMdast } from "./entities.ts";
import type { Entity, File, Message } from "./update.ts";

/** What a message says; nothing where it is of a kind that we do not carry. */
export function partsOf(message: Message): Part[] {
  const { text, entities, caption, caption_entities } = message;
  if (text !== undefined) return words(text, entities);
  const content = [fileOf(message), placeOn(message), personIn(message), toldBy(message)].find(
    (part) => part !== undefined,
  );
  return content ? [content, ...words(caption ?? "", caption_entities)] : [];
}

function words(text: string, entities: readonly Entity[] = []): Part[] {
  if (text === "") return [];
  const mdast = toMdast(text, entities);
  return [{ type: "text", text, ...(mdast && { mdast }) }];
}

/** An animation comes with a `document` beside it for old clients, so it is asked for first. */
function fileOf(message: Message): FilePart | undefined {
  const largest = message.photo?.reduce(
    (best, size) => (area(size) > area(best) ? size : best),
    message.photo[0] as File,
  );
  const found: [FileKind, File | undefined, string?][] = [
    ["image", largest, "image/jpeg"],
    ["sticker", message.sticker],
    ["audio", message.voice, "audio/ogg"],
    ["audio", message.audio],
    ["video", message.animation],
    ["video", message.video],
    ["video", message.video_note, "video/mp4"],
    ["document", message.document],
  ];
  for (const [kind, file, mimeType] of found) if (file) return filePart(kind, file, mimeType);
  return undefined;
}

function filePart(kind: FileKind, file: File, usualType?: string): FilePart {
  const mimeType = file.mime_type ?? usualType;
  return {
    type: "file",
    kind,
    ref: file.file_id,
    ...(file.file_name !== undefined && { name: file.file_name }),
    ...(mimeType !== undefined && { mimeType }),
    ...(file.file_size !== undefined && { size: file.file_size }),
    ...(file.width !== undefined && { width: file.width }),
    ...(file.height !== undefined && { height: file.height }),
    ...(file.duration !== undefined && { durationMs: file.duration * 1_000 }),
    ...(file.emoji !== undefined && { alt: file.emoji }),
  };
}

function area({ width = 0, height = 0 }: File): number {
  return width * height;
}

/** A venue comes with a bare `location` beside it. */
function placeOn({ venue, location }: Message): Part | undefined {
  if (venue) return { type: "location", ...venue.location, title: venue.title, address: venue.address };
  return location && { type: "location", ...location };
}

function personIn({ contact }: Message): Part | undefined {
  if (!contact) return undefined;
  const name = [contact.first_name, contact.last_name].filter(Boolean).join(" ");
  return { type: "contact", name, ...(contact.phone_number !== undefined && { phone: contact.phone_number }) };
}

/** Dice, polls and games, in words. */
function toldBy({ dice, poll, game }: Message): Part | undefined {
  if (dice) return { type: "text", text: `${dice.emoji} ${dice.value}` };
  if (poll)
    return {
      type: "text",
      text: [`📊 ${poll.question}`, ...poll.options.map((option) => `- ${option.text}`)].join("\n"),
    };
  return game && { type: "text", text: `🎮 ${game.title}` };
}
