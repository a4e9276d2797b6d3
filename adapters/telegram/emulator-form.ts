import type { IncomingMessage } from "node:http";
import type { Fields } from "./emulator-methods.ts";

/** A method's fields from JSON, a form with files, or the query. */
export async function readFields(request: IncomingMessage): Promise<Fields> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  const type = request.headers["content-type"] ?? "";
  if (type.startsWith("application/json")) return body.length > 0 ? (JSON.parse(body.toString("utf8")) as Fields) : {};
  const boundary = /boundary=(?:"([^"]+)"|([^;]+))/.exec(type);
  if (boundary) return readForm(body, boundary[1] ?? boundary[2] ?? "");
  return Object.fromEntries(new URL(request.url ?? "/", "http://emulator").searchParams);
}

/** multipart/form-data, as far as telegraf writes it. */
function readForm(body: Buffer, boundary: string): Fields {
  const fields: Fields = {};
  for (const part of body.toString("latin1").split(`--${boundary}`)) {
    const at = part.indexOf("\r\n\r\n");
    const name = /name="([^"]+)"/.exec(part.slice(0, at))?.[1];
    if (at < 0 || name === undefined) continue;
    const bytes = Buffer.from(part.slice(at + 4, part.endsWith("\r\n") ? -2 : undefined), "latin1");
    const file = /filename="([^"]*)"/.exec(part.slice(0, at))?.[1];
    fields[name] =
      file === undefined
        ? readValue(bytes.toString("utf8"))
        : { name: file, mimeType: "application/octet-stream", bytes };
  }
  return fields;
}

/** Objects and numbers come as text in a form. */
function readValue(text: string): unknown {
  if (!/^([[{]|-?\d+$)/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
