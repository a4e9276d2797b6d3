import { readFile } from "node:fs/promises";
import { BadPayload, parseJson, type Json } from "../contract/index.ts";
import { CommandFault } from "./fault.ts";
import type { Io } from "./io.ts";

const WHY: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a directory",
  EACCES: "this user may not read it",
};

/** How a file is called in a sentence; "-" is what is piped in. */
export function nameOf(file: string): string {
  return file === "-" ? "The standard input" : file;
}

/** The whole of a file, or with "-" of the standard input. @throws CommandFault */
export async function readBytes(io: Io, file: string): Promise<Buffer> {
  return file === "-" ? gather(io.stdin) : readFile(file).catch((error) => refuse(file, error));
}

/** The same as text. @throws CommandFault */
export async function readText(io: Io, file: string): Promise<string> {
  return (await readBytes(io, file)).toString("utf8").replace(/^\uFEFF/, "");
}

/** @throws CommandFault when the file is missing or holds no JSON. */
export async function readJson(io: Io, file: string): Promise<Json> {
  return jsonIn(await readText(io, file), nameOf(file));
}

/** A JSON object in a file. @throws CommandFault */
export async function readObject(io: Io, file: string): Promise<Record<string, Json | undefined>> {
  const value = await readJson(io, file);
  if (value !== null && typeof value === "object" && !Array.isArray(value)) return value;
  throw new CommandFault(`${nameOf(file)} cannot be read: it must hold a JSON object.`);
}

export function jsonIn(text: string, name: string): Json {
  try {
    return parseJson(text);
  } catch (error) {
    throw error instanceof BadPayload ? unreadable(name, error) : error;
  }
}

/** "update.json cannot be read: the body is not valid JSON." */
export function unreadable(name: string, { message }: BadPayload): CommandFault {
  const reason = message.replace(/^(?:The|This|It|A|An)\b/, (word) => word.toLowerCase());
  return new CommandFault(`${name} cannot be read: ${reason}`);
}

async function gather(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

export function refuse(file: string, error: NodeJS.ErrnoException): never {
  throw new CommandFault(`${file} cannot be read: ${WHY[error.code ?? ""] ?? error.code ?? "unknown fault"}.`);
}
