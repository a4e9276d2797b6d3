import type { ChoiceOption } from "../../src/contract/index.ts";
import { badParameter, graphError } from "../graph/emulator.ts";
import type { World } from "./emulator-world.ts";

type Body = Record<string, unknown>;

export const MEDIA: ReadonlySet<string> = new Set(["image", "audio", "video", "document", "sticker"]);

/** Refuses what WhatsApp would refuse before it looks for the person. */
export function checkContent(world: World, body: Body): void {
  const type = String(body.type ?? "text");
  const content = (body[type] ?? {}) as Body;
  if (body[type] === undefined) throw badParameter(`The parameter ${type} is required.`);
  if (type === "text") checkLength(String(content.body ?? ""), 4_096, "text.body");
  else if (MEDIA.has(type)) checkMedia(world, content);
  else if (type === "interactive") checkInteractive(content);
  else if (type === "template") checkTemplate(world, content);
  else if (!["location", "contacts", "reaction"].includes(type)) throw badParameter(`Unsupported type ${type}.`);
}

function checkLength(text: string, most: number, name: string): void {
  if (text.trim() === "") throw badParameter(`The parameter ${name} is required.`);
  if (text.length > most) throw badParameter(`Param ${name} must be at most ${most} characters long.`);
}

function checkMedia(world: World, { id, link }: Body): void {
  if (typeof link === "string" && link.startsWith("https://")) return;
  if (typeof id === "string" && world.files.has(id)) return;
  throw graphError(400, {
    message: "(#131053) Media upload error",
    code: 131053,
    details: "No media with this id or link.",
  });
}

export interface Interactive {
  type?: string;
  body?: { text?: string };
  action?: {
    button?: string;
    buttons?: { reply: { id: string; title: string } }[];
    sections?: { rows: { id: string; title: string }[] }[];
    parameters?: { display_text?: string; url?: string };
  };
}

function checkInteractive(content: Interactive): void {
  const { type, body, action = {} } = content;
  checkLength(body?.text ?? "", type === "list" ? 4_096 : 1_024, "interactive.body.text");
  if (type === "cta_url") return checkLength(action.parameters?.display_text ?? "", 20, "display_text");
  if (type === "list") checkLength(action.button ?? "", 20, "action.button");
  checkOptions(optionsOf(content), type === "list" ? { most: 10, title: 24 } : { most: 3, title: 20 });
}

function checkOptions(options: ChoiceOption[], limits: { most: number; title: number }): void {
  if (options.length < 1 || options.length > limits.most)
    throw badParameter(`${options.length} options; the limit is ${limits.most}.`);
  for (const { label } of options) checkLength(label, limits.title, "title");
  if (new Set(options.map(({ id }) => id)).size < options.length) throw badParameter("Duplicated reply id.");
  if (new Set(options.map(({ label }) => label)).size < options.length) throw badParameter("Duplicated title.");
}

export function optionsOf({ action = {} }: Interactive): ChoiceOption[] {
  const buttons = action.buttons?.map(({ reply }) => reply) ?? [];
  const rows = action.sections?.flatMap((section) => section.rows) ?? [];
  return [...buttons, ...rows].map(({ id, title }) => ({ id, label: title }));
}

export interface Template {
  name?: string;
  language?: { code?: string };
  components?: { type: string; parameters: { text?: string; payload?: string }[] }[];
}

function checkTemplate(world: World, { name = "", language, components = [] }: Template): void {
  const template = world.templates.get(`${name}/${language?.code ?? ""}`);
  if (!template)
    throw graphError(404, {
      message: "(#132001) Template name does not exist in the translation",
      code: 132001,
      details: name,
    });
  const given = components.find(({ type }) => type === "body")?.parameters.length ?? 0;
  if (given !== template.values)
    throw graphError(400, {
      message: "(#132000) Number of parameters does not match the expected number of params",
      code: 132000,
      details: `body: number of localizable_params (${given}) does not match the expected number of params (${template.values})`,
    });
}
