import { z } from "zod";
import type { EmulatedDeed } from "../src/contract/index.ts";
import { follow } from "../demo/http.ts";
import type { LabPlatform } from "./stage.ts";

/** As people's names go. */
const Name = z.string().trim().min(1).max(60);
const Id = z.string().min(1).max(500);
const Text = z.string().min(1).max(20_000);
const where = { place: Name.optional() };

/** A deed as the page sends it: a photo's bytes as Base64. */
const Deed = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("say"),
    text: Text,
    replyTo: Id.optional(),
    mention: z.boolean().optional(),
    ...where,
  }),
  z.strictObject({
    type: z.literal("photo"),
    name: z.string().min(1).max(200),
    bytes: z.base64().min(1),
    text: Text.optional(),
    ...where,
  }),
  z.strictObject({ type: z.literal("press"), messageId: Id, option: Id, ...where }),
  z.strictObject({ type: z.literal("scan"), link: z.string().trim().min(1).max(2_000) }),
  z.strictObject({ type: z.literal("join"), place: Name, link: z.string().trim().min(1).max(2_000).optional() }),
  z.strictObject({ type: z.literal("leave"), place: Name }),
  z.strictObject({ type: z.literal("edit"), messageId: Id, text: Text, ...where }),
  z.strictObject({ type: z.literal("delete"), messageId: Id, ...where }),
  z.strictObject({ type: z.literal("react"), messageId: Id, emoji: z.string().min(1).max(40), ...where }),
  z.strictObject({ type: z.literal("block") }),
]);

export const Act = z.strictObject({ platform: z.string(), person: Name, deed: Deed });
export type Act = z.infer<typeof Act>;

export const Fault = z.strictObject({
  platform: z.string(),
  times: z.int().min(1).max(20),
  seconds: z.number().min(0.1).max(60),
});

/** Lets the customer do it on the emulated platform. @throws Error in words when this cannot be done there */
export async function perform(platform: LabPlatform, hubUrl: URL, { person, deed }: Act): Promise<void> {
  const { emulated, name } = platform;
  if (!emulated.deeds.includes(deed.type)) throw new Error(`Nobody can ${deed.type} on ${name}.`);
  await emulated.act(person, await deedOf(platform, hubUrl, deed));
}

async function deedOf(platform: LabPlatform, hubUrl: URL, deed: Act["deed"]): Promise<EmulatedDeed> {
  // What was left out is missing, and not there as `undefined`: so the contract has it.
  const given = Object.fromEntries(Object.entries(deed).filter(([, value]) => value !== undefined)) as Act["deed"];
  if (given.type === "photo") return { ...given, bytes: Buffer.from(given.bytes, "base64") } as EmulatedDeed;
  if (given.type === "scan") return { ...given, link: await linkBehind(platform, hubUrl, given.link) };
  return given as EmulatedDeed;
}

/** The hub's own short address is followed as a telephone does; all else is the platform's business. */
async function linkBehind({ typesCodes }: LabPlatform, hubUrl: URL, link: string): Promise<string> {
  const code = URL.canParse(link) && link.startsWith(new URL("e/", hubUrl).href) ? link.split("/").at(-1) : undefined;
  if (code === undefined) return link;
  const target = await follow(hubUrl, decodeURIComponent(code));
  return typesCodes ? code : target.href;
}
