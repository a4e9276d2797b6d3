import { createHash } from "node:crypto";
import type { Arrival, Json } from "../../src/contract/index.ts";
import { alone, isByAccount, momentOfItem, personIn, type Item, type Noted } from "./messaging-payload.ts";
import { idIn, memberOf, numberIn, objectIn, textIn } from "./values.ts";

const PLAIN_KEY = /^[\x21-\x7e]{1,240}$/;
const PLAIN_LANE = /^[\w:.-]{1,120}$/;

/** One arrival for one item. What one person does stays in order; the page's own affairs have a lane of their own. */
export function arrivalOf(item: Item, noted: Noted): Arrival {
  const key = `${item.account}:${identityOf(item)}`;
  const lane = personIn(item) ?? `account:${item.account}`;
  return {
    key: PLAIN_KEY.test(key) ? key : `hash:${hash(key)}`,
    lane: PLAIN_LANE.test(lane) ? lane : `hash:${hash(lane)}`,
    payload: alone(item, noted),
  };
}

/**
 * What a redelivery has in common with the first one: a message's id where there is one, else who did what and when.
 * What happened to one message (an edit, its deletion, a reaction) has a name of its own.
 */
function identityOf(item: Item): string {
  const what = item.list === "messaging" ? "" : `${item.list}:`;
  return `${what}${namedIdentity(item) ?? `hash:${hash(JSON.stringify([item.value, item.time ?? null]))}`}`;
}

function namedIdentity(item: Item): string | undefined {
  const { value } = item;
  const message = objectIn(value, "message");
  if (message) return messageIdentity(message);
  const edit = objectIn(value, "message_edit");
  if (edit) return named("edit", textIn(edit, "mid"), numberIn(edit, "num_edit"));
  const reaction = objectIn(value, "reaction");
  if (reaction) return named("reaction", textIn(reaction, "mid"), momentIn(item), textIn(reaction, "action"));
  const postback = objectIn(value, "postback");
  if (postback)
    return named("postback", textIn(postback, "mid")) ?? byPerson(item, "postback", textIn(postback, "payload"));
  const read = objectIn(value, "read");
  if (read) return byPerson(item, "read", textIn(read, "mid") ?? idIn(read, "watermark"));
  return undefined;
}

function messageIdentity(message: Json): string | undefined {
  const mid = textIn(message, "mid");
  if (mid === undefined) return undefined;
  if (memberOf(message, "is_deleted") === true) return `deleted:${mid}`;
  return `${memberOf(message, "is_echo") === true ? "echo" : "message"}:${mid}`;
}

function byPerson(item: Item, ...more: (string | number | undefined)[]): string | undefined {
  return named(isByAccount(item) ? "by-account" : "by", personIn(item), momentIn(item), ...more);
}

/** Only where every word is known: otherwise two different things could get one name. */
function named(...words: (string | number | undefined)[]): string | undefined {
  return words.includes(undefined) ? undefined : words.join(":");
}

function momentIn(item: Item): number | undefined {
  return momentOfItem(item).getTime() || undefined;
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 32);
}
