import type { PhrasingContent } from "mdast";
import { type ChoiceOption, type FileKind, type FilePart, type Part, type TextPart } from "../../src/contract/index.ts";
import { fromMrkdwn } from "./mrkdwn.ts";
import { mentionsSelf, namesIn, type Scene } from "./people.ts";
import type { Said, SlackFile } from "./payload.ts";
import { fromRichText, isFields, listOf, wordOf } from "./rich-text.ts";
import { mentioned, textPart, type Names } from "./words.ts";

/** Files whose bytes Slack does not have, or no longer. */
const ELSEWHERE = new Set(["external", "tombstone", "hidden_by_limit", "deleted"]);

/** What a message says; nothing where it says nothing that we carry. */
export function partsOf(message: Said, scene: Scene): Part[] {
  return [...fileParts(message), ...wordParts(message, scene)];
}

/** People's clients send rich text beside the text, and that is exact; what is in neither, the blocks of other apps tell. */
function wordParts({ text, blocks, mrkdwn, attachments, bot_id }: Said, scene: Scene): Part[] {
  const names = namesIn(scene);
  const given = listOf(blocks).filter(isFields);
  const told = given.flatMap((block) => blockParts(block, names));
  const isRich = given.some((block) => block.type === "rich_text");
  if (told.length > 0 && (isRich || !text)) return withoutAddress(told, text, scene);
  const words = fromMrkdwn(text ?? "", names, mrkdwn !== false);
  if (words.length > 0)
    return withoutAddress([...words, ...told.filter((part) => part.type === "choice")], text, scene);
  return bot_id ? attachmentParts(attachments, names) : [];
}

/** A block of another app's message. */
function blockParts(block: Record<string, unknown>, names: Names): Part[] {
  switch (block.type) {
    case "rich_text":
      return fromRichText(block, names);
    case "section":
    case "header":
      return [block.text, ...listOf(block.fields)].flatMap((text) => textObject(text, names));
    case "markdown":
      return textObject({ type: "plain_text", text: block.text }, names);
    case "context":
      return listOf(block.elements).flatMap((text) => textObject(text, names));
    case "actions": {
      const options = listOf(block.elements).filter(isFields).flatMap(optionsOf);
      return options.length > 0 ? [{ type: "choice", prompt: "", options }] : [];
    }
    default:
      return [];
  }
}

function textObject(value: unknown, names: Names): TextPart[] {
  if (!isFields(value) || typeof value.text !== "string") return [];
  if (value.type === "plain_text") return value.text.trim() === "" ? [] : [{ type: "text", text: value.text }];
  return value.type === "mrkdwn" ? fromMrkdwn(value.text, names) : [];
}

function optionsOf(element: Record<string, unknown>): ChoiceOption[] {
  const options = element.type === "static_select" ? listOf(element.options).filter(isFields) : [element];
  return options.flatMap(({ text, value, action_id }) => {
    const label = isFields(text) ? wordOf(text.text) : undefined;
    return label === undefined ? [] : [{ id: (wordOf(value) ?? wordOf(action_id) ?? label).slice(0, 64), label }];
  });
}

function attachmentParts(attachments: unknown, names: Names): Part[] {
  return listOf(attachments)
    .filter(isFields)
    .flatMap(({ text, fallback }) => fromMrkdwn(wordOf(text) ?? wordOf(fallback) ?? "", names))
    .slice(0, 10);
}

/** A mention of us at the beginning is an address and not a word; where nothing else was said it stays. */
function withoutAddress(parts: Part[], text: string | null | undefined, scene: Scene): Part[] {
  const [first, ...rest] = parts;
  if (first?.type !== "text" || !first.mdast || !mentionsSelf(text, scene)) return parts;
  const [paragraph, ...blocks] = first.mdast.children;
  const [head, ...words] = paragraph?.type === "paragraph" ? paragraph.children : [];
  if (head?.type !== "link" || mentioned(head.url) !== scene.self) return parts;
  const children = withoutBlank(words);
  const left = textPart([...(children.length > 0 ? [{ type: "paragraph" as const, children }] : []), ...blocks]);
  return left.length + rest.length > 0 ? [...left, ...rest] : parts;
}

function withoutBlank([next, ...tail]: PhrasingContent[]): PhrasingContent[] {
  if (next?.type !== "text") return next ? [next, ...tail] : [];
  const value = next.value.replace(/^[\s,:，：]+/, "");
  return value === "" ? tail : [{ ...next, value }, ...tail];
}

function fileParts({ files }: Said): Part[] {
  return (files ?? [])
    .map((file) => (isElsewhere(file) ? elsewhere(file) : filePart(file)))
    .filter((part) => part !== undefined);
}

function isElsewhere({ mode, is_external }: SlackFile): boolean {
  return is_external === true || ELSEWHERE.has(mode ?? "");
}

/** A file on another service is its name and address: our token has no business there. */
function elsewhere({ title, name, url_private, mode }: SlackFile): TextPart | undefined {
  const label = title || name;
  if (mode === "tombstone" || mode === "deleted" || (!label && !url_private)) return undefined;
  return { type: "text", text: [label && `📎 ${label}`, url_private].filter(Boolean).join("\n") };
}

function filePart(file: SlackFile): FilePart {
  const { id, name, title, mimetype, size, original_w, original_h, duration_ms, alt_txt } = file;
  const shown = name || title;
  return {
    type: "file",
    kind: kindOf(file),
    ref: id,
    ...(shown && { name: shown }),
    ...(mimetype && { mimeType: mimetype }),
    ...(size != null && { size }),
    ...(original_w != null && { width: original_w }),
    ...(original_h != null && { height: original_h }),
    ...(duration_ms != null && { durationMs: duration_ms }),
    ...(alt_txt && { alt: alt_txt }),
  };
}

/** A voice clip recorded in Slack is an MP4 that calls itself audio by its subtype. */
function kindOf({ mimetype, subtype }: SlackFile): FileKind {
  if (subtype === "slack_audio" || mimetype?.startsWith("audio/")) return "audio";
  if (mimetype?.startsWith("image/")) return "image";
  return mimetype?.startsWith("video/") ? "video" : "document";
}
