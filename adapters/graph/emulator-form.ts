export interface FormContent {
  fields: Record<string, string>;
  file?: { name: string; mimeType: string; bytes: Buffer };
}

/** multipart/form-data, as any client may write it. */
export function readForm(body: Buffer, contentType: string): FormContent {
  const found = /boundary=(?:"([^"]+)"|([^;]+))/.exec(contentType);
  const content: FormContent = { fields: {} };
  for (const part of body.toString("latin1").split(`--${found?.[1] ?? found?.[2] ?? ""}`)) {
    const at = part.indexOf("\r\n\r\n");
    const head = part.slice(0, Math.max(at, 0));
    const name = /name="([^"]+)"/.exec(head)?.[1];
    if (name === undefined) continue;
    const bytes = Buffer.from(part.slice(at + 4, part.endsWith("\r\n") ? -2 : undefined), "latin1");
    const file = /filename="([^"]*)"/.exec(head)?.[1];
    if (file === undefined) content.fields[name] = bytes.toString("utf8");
    else content.file = { name: utf8(file), mimeType: /content-type: *([^\r\n]+)/i.exec(head)?.[1] ?? "", bytes };
  }
  return content;
}

function utf8(latin1: string): string {
  return Buffer.from(latin1, "latin1").toString("utf8");
}
