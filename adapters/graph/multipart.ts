import { createHash } from "node:crypto";

export interface GraphForm {
  fields?: Readonly<Record<string, string>>;
  file?: { field: string; name: string; mimeType: string; bytes: Uint8Array };
}

/** A form as bytes: the guarded fetch knows no FormData. */
export function multipartOf({ fields = {}, file }: GraphForm): { headers: Record<string, string>; body: Uint8Array } {
  const chunks = Object.entries(fields).map(([name, value]) =>
    part(`name="${quoted(name)}"`, undefined, Buffer.from(value)),
  );
  if (file) {
    const names = `name="${quoted(file.field)}"; filename="${quoted(file.name)}"`;
    chunks.push(part(names, mimeTypeOf(file.mimeType), file.bytes));
  }
  const boundary = boundaryFor(chunks);
  const line = Buffer.from(`--${boundary}\r\n`);
  const body = Buffer.concat([...chunks.flatMap((chunk) => [line, chunk]), Buffer.from(`--${boundary}--\r\n`)]);
  return { headers: { "content-type": `multipart/form-data; boundary=${boundary}` }, body };
}

function part(names: string, type: string | undefined, bytes: Uint8Array): Buffer {
  const head = `Content-Disposition: form-data; ${names}\r\n${type === undefined ? "" : `Content-Type: ${type}\r\n`}\r\n`;
  return Buffer.concat([Buffer.from(head), bytes, Buffer.from("\r\n")]);
}

/** Made from the content, which can therefore not hold it. */
function boundaryFor(chunks: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const chunk of chunks) hash.update(chunk);
  return `form-${hash.digest("hex").slice(0, 40)}`;
}

function quoted(name: string): string {
  return name
    .replace(/[\r\n\0]/g, " ")
    .replaceAll("\\", "%5C")
    .replaceAll('"', "%22")
    .slice(0, 240);
}

function mimeTypeOf(given: string): string {
  return /^[\w.+-]+\/[\w.+-]+( *; *[\w-]+=[\w.+-]+)*$/.test(given) ? given : "application/octet-stream";
}
