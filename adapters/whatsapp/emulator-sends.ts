import type { ChoiceOption, EmulatedMessage } from "../../src/contract/index.ts";
import { badParameter, graphError, type GraphRefusal } from "../graph/emulator.ts";
import { checkContent, MEDIA, optionsOf, type Interactive, type Template } from "./emulator-checks.ts";
import { findPerson, nextId, tellStatus, type RawPerson, type SentMessage, type World } from "./emulator-world.ts";

type Body = Record<string, unknown>;

const USER_ID = /^[A-Z]{2}\.[A-Za-z0-9.]+$/;

export interface SendKnobs {
  /** What WhatsApp would refuse at once is taken, and told as a failed status later. It does both. */
  lateRefusals: boolean;
  /** Statuses come before the answer to the send. */
  statusFirst: boolean;
}

/** Takes a message or refuses it, as WhatsApp does; statuses follow. */
export async function takeMessage(world: World, knobs: SendKnobs, body: Body): Promise<object> {
  if (body.messaging_product !== "whatsapp") throw badParameter("messaging_product must be whatsapp");
  if (body.status === "read") return markRead(world, body);
  checkContent(world, body);
  const { address, to, group, isLost } = addresseeOf(world, body);
  const refusal = group !== undefined || isLost ? undefined : refusalFor(world, to, body);
  if (refusal && !knobs.lateRefusals) throw refusal;

  const sent: SentMessage = { id: nextId(world), to, body, at: world.now(), ...(group !== undefined && { group }) };
  world.sent.push(sent);
  if (refusal) tellStatus(world, sent, "failed", [(refusal.body as { error: Body }).error]);
  else if (!isLost) deliver(world, sent);
  if (knobs.statusFirst) await world.caller.settle();
  return {
    messaging_product: "whatsapp",
    contacts: [{ input: address, ...(to && { wa_id: to.phone, user_id: to.userId }) }],
    messages: [{ id: sent.id }],
  };
}

function addresseeOf(world: World, body: Body) {
  const address = String(body.to ?? body.recipient ?? "");
  if (address === "") throw badParameter("The parameter to is required.");
  if (body.recipient_type === "group") return { address, to: undefined, group: address, isLost: false };
  // An id in `to` is taken for a number: success, and nobody gets it.
  const isLost = typeof body.to === "string" && USER_ID.test(body.to);
  return { address, to: isLost ? undefined : findPerson(world, address), group: undefined, isLost };
}

function markRead(world: World, body: Body): object {
  if (typeof body.message_id !== "string") throw badParameter("message_id is required");
  world.read.push(body.message_id);
  if (body.typing_indicator !== undefined) world.typing.push(body.message_id);
  return { success: true };
}

/** Shows it, and tells how far it has come. Someone who blocked the business never gets it, and WhatsApp keeps silent. */
function deliver(world: World, sent: SentMessage): void {
  const members = sent.group === undefined ? [] : [...(world.groups.get(sent.group) ?? [])];
  const people = sent.to ? [sent.to] : members.flatMap((userId) => findPerson(world, userId) ?? []);
  tellStatus(world, sent, "sent");
  for (const person of people.filter(({ blocked }) => !blocked)) {
    if (sent.body.type === "reaction") showReaction(person, sent.body);
    else person.screen.push(shownOf(world, sent));
  }
  if (sent.to && !sent.to.blocked) tellStatus(world, sent, "delivered");
}

function refusalFor(world: World, to: RawPerson | undefined, body: Body): GraphRefusal | undefined {
  if (!to)
    return graphError(400, {
      message: "(#131026) Message undeliverable",
      code: 131026,
      details: "Message Undeliverable.",
    });
  if (body.type === "template" || to.windowUntilMs > world.now().getTime()) return undefined;
  const details =
    "Message failed to send because more than 24 hours have passed since the customer last replied to this number.";
  return graphError(400, { message: "(#131047) Re-engagement message", code: 131047, details });
}

function shownOf(world: World, { id, body, group, at }: SentMessage): EmulatedMessage {
  const type = String(body.type ?? "text");
  const content = body[type] as Body & Interactive & Template;
  const base = {
    id,
    from: "hub" as const,
    options: [] as ChoiceOption[],
    at,
    ...(group !== undefined && { place: group }),
  };
  if (type === "text") return { ...base, text: String(content.body) };
  if (type === "interactive") return { ...base, text: content.body?.text ?? "", options: optionsOf(content) };
  if (type === "template") return { ...base, ...templateShown(world, content) };
  if (!MEDIA.has(type)) return { ...base, text: JSON.stringify(content) };
  const file = world.files.get(String(content.id))?.name ?? String(content.link ?? content.id);
  return { ...base, text: String(content.caption ?? ""), file };
}

function templateShown(world: World, { name = "", language, components = [] }: Template) {
  const { body } = world.templates.get(`${name}/${language?.code ?? ""}`)!;
  const values = components.find(({ type }) => type === "body")?.parameters ?? [];
  const text = body.replace(/\{\{(\d+)\}\}/g, (_, number: string) => values[Number(number) - 1]?.text ?? "");
  const replies = components
    .filter(({ type }) => type === "button")
    .flatMap(({ parameters }) => parameters[0]?.payload ?? []);
  return { text, options: replies.map((id) => ({ id, label: id })) };
}

function showReaction(person: RawPerson, body: Body): void {
  const { message_id, emoji } = body.reaction as { message_id: string; emoji: string };
  const message = person.screen.find(({ id }) => id === message_id);
  if (message) message.reactions = emoji === "" ? [] : [emoji];
}
