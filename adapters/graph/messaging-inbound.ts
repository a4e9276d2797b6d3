import type { Arrival, Webhook } from "../../src/contract/index.ts";
import { arrivalOf } from "./messaging-arrivals.ts";
import type { MessagingFacts } from "./messaging-decode.ts";
import type { FileDoor } from "./messaging-files.ts";
import { isByAccount, itemsOf, momentOfItem, personIn, type Item, type Noted } from "./messaging-payload.ts";
import type { People } from "./messaging-people.ts";
import type { Trail } from "./messaging-trail.ts";
import { readRequest, type GraphProof } from "./signature.ts";
import { idIn, memberOf, momentOf, objectIn, textIn } from "./values.ts";

export interface MessagingInboundParts {
  proof: GraphProof;
  facts: MessagingFacts;
  people: People;
  trail: Trail;
  files: FileDoor;
  register: NonNullable<Webhook["register"]>;
}

/** Meta calls us: one arrival for each thing that happened, and beside it what only the hub knows. */
export function createMessagingWebhook(parts: MessagingInboundParts): Webhook {
  return {
    type: "webhook",
    async receive(request) {
      if (parts.files.isFor(request)) return { arrivals: [], reply: await parts.files.open(request) };
      const read = readRequest(request, parts.proof);
      if (read.type === "handshake") return { arrivals: [], reply: read.reply };
      const arrivals = await Promise.all(
        itemsOf(read.payload).map(async (item) => arrivalOf(item, await note(item, parts))),
      );
      return { arrivals: once(arrivals) };
    },
    register: parts.register,
  };
}

/** A delivery that holds one thing twice is taken once. */
function once(arrivals: readonly Arrival[]): Arrival[] {
  const byKey = new Map<string, Arrival>();
  for (const arrival of arrivals) if (!byKey.has(arrival.key)) byKey.set(arrival.key, arrival);
  return [...byKey.values()];
}

async function note(item: Item, { facts, people, trail }: MessagingInboundParts): Promise<Noted> {
  const person = personIn(item);
  const isOurs = item.list === "messaging" && item.object === facts.object && item.account === facts.account;
  if (!isOurs || person === undefined || person === facts.account) return {};
  if (isByAccount(item)) return (await isOwnEcho(item, person, facts, trail)) ? { own: true } : {};
  const known = await people.known(person);
  const covered = await coveredBy(item, person, trail);
  return {
    ...(known && Object.keys(known).length > 0 && { person: known }),
    ...(covered.length > 0 && { covered }),
  };
}

/** Where the echo names its app, that is enough. */
async function isOwnEcho(item: Item, person: string, { appId }: MessagingFacts, trail: Trail): Promise<boolean> {
  const message = objectIn(item.value, "message");
  if (!message || memberOf(message, "is_deleted") === true || idIn(message, "app_id") === appId) return false;
  return trail.isOwn(person, message, momentOfItem(item));
}

/** The messages of ours that a watermark means, where it names none. */
async function coveredBy(item: Item, person: string, trail: Trail): Promise<string[]> {
  const read = objectIn(item.value, "read");
  const delivery = objectIn(item.value, "delivery");
  if (read) return trail.covered(person, momentOf(memberOf(read, "watermark")), textIn(read, "mid"));
  if (!delivery || Array.isArray(memberOf(delivery, "mids"))) return [];
  return trail.covered(person, momentOf(memberOf(delivery, "watermark")), undefined);
}
