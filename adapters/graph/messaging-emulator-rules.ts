import { graphError, type GraphRefusal } from "./emulator.ts";
import type { Fields, PersonState, World } from "./messaging-emulator-world.ts";

const DAY_MS = 86_400_000;
const TYPES = new Set(["image", "audio", "video", "file", "template"]);

/** Why Meta would not take this send, or `undefined`. */
export function refusalOf(
  world: World,
  body: Fields,
  person: PersonState | undefined,
  hasFile: boolean,
): GraphRefusal | undefined {
  if (!person) return no("(#100) No matching user found", 2018001);
  if (person.isBlocking)
    return graphError(400, {
      message: "(#551) This person isn't available right now.",
      code: 551,
      error_subcode: 1545041,
    });
  const message = body.message as Fields | undefined;
  if (!message) return refusedAction(world, body);
  return refusedOccasion(world, body, person) ?? refusedContent(world, message, hasFile);
}

function no(message: string, error_subcode?: number): GraphRefusal {
  return graphError(400, { message, code: 100, ...(error_subcode !== undefined && { error_subcode }) });
}

function refusedAction({ platform }: World, body: Fields): GraphRefusal | undefined {
  const action = String(body.sender_action);
  if (!["typing_on", "typing_off", "mark_seen", "react", "unreact"].includes(action))
    return no("(#100) Param sender_action is invalid");
  const payload = body.payload as Fields | undefined;
  if (action.endsWith("react") && typeof payload?.message_id !== "string") return no("(#100) A message_id is required");
  if (action === "react" && platform.reactions === "love" && payload?.reaction !== "love")
    return no("(#100) The reaction is not supported");
  return undefined;
}

/** Whether anybody may be written to now, and by whom. */
function refusedOccasion(world: World, body: Fields, { heardAt }: PersonState): GraphRefusal | undefined {
  const sinceMs = heardAt ? world.now().getTime() - heardAt.getTime() : Infinity;
  if (body.messaging_type === "UTILITY")
    return world.platform.object === "page" ? undefined : no("(#100) UTILITY is not supported");
  if (!["RESPONSE", "UPDATE", "MESSAGE_TAG"].includes(String(body.messaging_type)))
    return no("(#100) Param messaging_type is required");
  if (body.messaging_type === "MESSAGE_TAG" && body.tag !== "HUMAN_AGENT") return no("(#100) Param tag is invalid");
  const allowedMs = body.messaging_type === "MESSAGE_TAG" ? 7 * DAY_MS : DAY_MS;
  if (sinceMs <= allowedMs) return undefined;
  return graphError(400, {
    message: "(#10) This message is sent outside of allowed window.",
    code: 10,
    error_subcode: world.platform.windowSubcode,
  });
}

function refusedContent(world: World, message: Fields, hasFile: boolean): GraphRefusal | undefined {
  const { text, attachment, quick_replies, template } = message as {
    text?: string;
    attachment?: { type: string; payload: Fields };
    quick_replies?: Fields[];
    template?: Fields;
  };
  if (text === undefined && !attachment && !template) return no("(#100) Must send message text or attachment");
  if (text !== undefined && (text.trim() === "" || world.platform.isTooLong(text)))
    return no("(#100) Length of param message[text] is wrong");
  const quick = quick_replies ?? [];
  if (quick.length > 13 || quick.some((reply) => !short(reply.title, 20) || !short(reply.payload, 1_000)))
    return no("(#100) Param quick_replies is invalid");
  return attachment && refusedAttachment(attachment, hasFile, world);
}

function refusedAttachment(
  { type, payload }: { type: string; payload: Fields },
  hasFile: boolean,
  { platform }: World,
): GraphRefusal | undefined {
  if (!TYPES.has(type)) return no("(#100) Param message[attachment][type] is invalid");
  if (type === "template") return refusedTemplate(payload);
  if (hasFile && !platform.uploads) return no("(#100) Upload attachment failure.", 2018047);
  return hasFile || typeof payload.url === "string" ? undefined : no("(#100) Param payload must have a url", 2018008);
}

function refusedTemplate(payload: Fields): GraphRefusal | undefined {
  if (payload.template_type === "generic") {
    const elements = (payload.elements as Fields[] | undefined) ?? [];
    const isGood = elements.length >= 1 && elements.length <= 10 && elements.every(isElement);
    return isGood ? undefined : no("(#100) Invalid generic template elements", 2018065);
  }
  const buttons = (payload.buttons as Fields[] | undefined) ?? [];
  const isGood =
    payload.template_type === "button" && short(payload.text, 640) && areButtons(buttons) && buttons.length > 0;
  return isGood ? undefined : no("(#100) Invalid button template");
}

function isElement(element: Fields): boolean {
  const more = [element.subtitle, element.image_url, element.default_action, element.buttons].some(
    (each) => each !== undefined,
  );
  const subtitle = element.subtitle === undefined || short(element.subtitle, 80);
  return more && subtitle && short(element.title, 80) && areButtons((element.buttons as Fields[] | undefined) ?? []);
}

function areButtons(buttons: Fields[]): boolean {
  return buttons.length <= 3 && buttons.every((button) => short(button.title, 20) && short(button.payload, 1_000));
}

function short(value: unknown, max: number): boolean {
  return typeof value === "string" && value.trim() !== "" && value.length <= max;
}
