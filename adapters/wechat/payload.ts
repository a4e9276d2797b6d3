import { createHash } from "node:crypto";
import { z } from "zod";
import { BadPayload, type Json } from "../../src/contract/index.ts";
import type { XmlFields } from "./xml.ts";

/** The year 3000: later moments are nobody's. */
const LATEST_S = 32_503_680_000;
/** Longer ids would not fit into an index. */
const LONGEST_ID = 200;

const OpenId = z.string().regex(/^[\w-]{1,128}$/, "is no id of a WeChat account");
const Seconds = z
  .string()
  .regex(/^\d{1,11}$/, "is no time in seconds")
  .refine((text) => Number(text) <= LATEST_S, "is too far in the future");
const Text = z.string().optional();

/** The fields that we read of what WeChat pushes. All are strings. */
export const Push = z.object({
  ToUserName: OpenId,
  FromUserName: OpenId,
  CreateTime: Seconds,
  MsgType: z.string().min(1).max(64),
  MsgId: z
    .string()
    .regex(/^\d{1,32}$/, "is no number")
    .optional(),
  Content: Text,
  bizmsgmenuid: Text,
  PicUrl: Text,
  MediaId: Text,
  ThumbMediaId: Text,
  Format: Text,
  Recognition: Text,
  Location_X: Text,
  Location_Y: Text,
  Label: Text,
  Title: Text,
  Description: Text,
  Url: Text,
  Event: z.string().max(64).optional(),
  EventKey: Text,
  Ticket: Text,
  ScanCodeInfo: z.object({ ScanResult: Text }).optional(),
  MsgID: Text,
  Status: Text,
});
export type Push = z.infer<typeof Push>;

/** What the hub itself adds in passive mode: which of the kept answers went out with an answer to WeChat. */
export const Given = z.object({
  given: z.array(z.string().min(1).max(LONGEST_ID)).min(1).max(100),
  FromUserName: OpenId,
  CreateTime: Seconds,
});
export type Given = z.infer<typeof Given>;

/** @throws BadPayload naming the field */
export function readPush(payload: Json): Push {
  const { data, error } = Push.safeParse(payload);
  if (!data) throw new BadPayload(sentence(error.issues[0]));
  return data;
}

/** @throws BadPayload naming the field */
export function readGiven(payload: Json): Given {
  const { data, error } = Given.safeParse(payload);
  if (!data) throw new BadPayload(sentence(error.issues[0]));
  return data;
}

function sentence(issue: { path: PropertyKey[]; message: string } | undefined): string {
  return `The message cannot be read at "${issue?.path.join(".") ?? ""}": ${issue?.message ?? "it is none"}.`;
}

/**
 * A redelivery has the same: a message's MsgId; of an event who, when, what, and which (WeChat's own advice).
 * This runs before decoding, so it looks and does not check.
 */
export function keyOf(push: XmlFields): string {
  const { MsgId, FromUserName, CreateTime, Event, EventKey, MsgID } = push;
  if (isName(MsgId)) return short(MsgId);
  const names = [FromUserName, CreateTime, Event, EventKey, MsgID];
  return short(names.map((name) => (typeof name === "string" ? name : "")).join(":"));
}

/** What must stay in order: the person. */
export function laneOf({ FromUserName }: XmlFields): string {
  return isName(FromUserName) ? short(FromUserName) : "nobody";
}

function isName(value: Json | undefined): value is string {
  return typeof value === "string" && value.trim() !== "";
}

/** The id itself, or its digest where it is too long to be one. */
export function short(id: string): string {
  return id.length <= LONGEST_ID ? id : createHash("sha256").update(id).digest("hex");
}

export function momentOf(seconds: string): Date {
  return new Date(Number(seconds) * 1_000);
}
