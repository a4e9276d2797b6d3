import fc from "fast-check";
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { BadSignature } from "../../src/contract/index.ts";
import { ask, connect, session } from "../../tests/support/web.ts";
import { attachment, safeName, sniff } from "./upload.ts";

const PNG = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), Buffer.alloc(32)]);

const bytes = (text: string) => Buffer.from(text, "latin1");

test.each<[string, Buffer, string | undefined]>([
  ["PNG", PNG, "image/png"],
  ["JPEG", bytes("\xff\xd8\xff\xe0JFIF"), "image/jpeg"],
  ["GIF", bytes("GIF89a...."), "image/gif"],
  ["GIF that is a script too", bytes("GIF89a=1;alert(1)//"), "image/gif"],
  ["WebP", bytes("RIFF\x10\x00\x00\x00WEBPVP8 "), "image/webp"],
  ["PDF", bytes("%PDF-1.7\n"), "application/pdf"],
  ["text", Buffer.from("你好, \tworld\r\n"), "text/plain"],
  ["MP3 with a tag", bytes("ID3\x04"), "audio/mpeg"],
  ["MP3 without", bytes("\xff\xfb\x90\x64"), "audio/mpeg"],
  ["OGG", bytes("OggS\x00"), "audio/ogg"],
  ["M4A", bytes("\x00\x00\x00\x20ftypM4A "), "audio/mp4"],
  ["WAV", bytes("RIFF\x10\x00\x00\x00WAVEfmt "), "audio/wav"],
  ["MP4", bytes("\x00\x00\x00\x20ftypisom"), "video/mp4"],
  ["WebM", bytes("\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm"), "video/webm"],
  ["SVG", bytes('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), undefined],
  ["HTML", bytes("  <!DOCTYPE html><script>alert(1)</script>"), undefined],
  ["HTML behind words", bytes("hello\n".repeat(50) + "<script>alert(1)</script>"), undefined],
  ["XML", bytes('\xef\xbb\xbf<?xml version="1.0"?><x/>'), undefined],
  ["Matroska that is no WebM", bytes("\x1aE\xdf\xa3\x9fB\x82\x88matroska"), undefined],
  ["HEIC", bytes("\x00\x00\x00\x20ftypheic"), undefined],
  ["program", bytes("MZ\x90\x00\x03\x00"), undefined],
  ["ZIP", bytes("PK\x03\x04"), undefined],
  ["UTF-16", bytes("\xff\xfeh\x00i\x00"), undefined],
  ["nothing", bytes(""), undefined],
])("knows %s by its bytes", (_what, content, mimeType) => expect(sniff(content)?.mimeType).toBe(mimeType));

test.each([
  ["vase.png", "vase.png"],
  ["VASE.PNG", "VASE.PNG"],
  ["../../etc/passwd", "passwd.png"],
  ["C:\\temp\\x.png", "x.png"],
  ["photo.html", "photo.html.png"],
  ["a\r\nSet-Cookie: b=c.png", "aSet-Cookie_ b=c.png"],
  ["annex\u202egpj.exe", "annexgpj.exe.png"],
  ["..", "file.png"],
  ["%E5%8F%91%E7%A5%A8.png", "发票.png"],
  ["%", "%.png"],
  ["", "file.png"],
])("names %j %j", (given, expected) => expect(safeName(given, sniff(PNG)!)).toBe(expected));

test("no name is too long or breaks the header", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 5_000 }), (given) => {
      const name = safeName(given, sniff(PNG)!);
      expect([...name].length).toBeLessThanOrEqual(120);
      expect(name).toMatch(/\.png$/i);
      expect(name).not.toMatch(/[/\\\r\n\0]/);
      expect(attachment(name)).toMatch(/^attachment; filename="[\x20-\x7e]*"; filename\*=UTF-8''[\w.~%-]*$/);
    }),
  );
});

test("what is sent can be named in a message and fetched back, by its sender alone", async () => {
  const connection = connect();
  const { token } = await session(connection);
  const up = await ask(connection, "/files", PNG, { token, headers: { "x-file-name": "%E8%8A%B1.svg" } });
  expect(up).toMatchObject({ status: 201, json: { kind: "image", name: "花.svg.png", mimeType: "image/png" } });
  const { ref } = up.json;

  const said = await ask(connection, "/messages", { id: randomUUID(), files: [{ ref }] }, { token });
  expect(said.events).toMatchObject([{ type: "message", parts: [{ type: "file", ref: "file-1", size: PNG.length }] }]);
  const fetched = await connection.fetchFile!("file-1", new AbortController().signal);
  expect(Buffer.from(await fetched.arrayBuffer())).toEqual(PNG);

  const down = await ask(connection, `/files/${ref}`, {}, { method: "GET", token });
  expect(down).toMatchObject({
    status: 200,
    headers: { "x-content-type-options": "nosniff", "content-type": "image/png" },
  });
  expect(down.headers["content-disposition"]).toMatch(/^attachment; /);
  expect(down.bytes).toEqual(PNG);

  const { token: stranger } = await session(connection);
  expect((await ask(connection, `/files/${ref}`, {}, { method: "GET", token: stranger })).status).toBe(404);
  expect((await ask(connection, "/messages", { id: randomUUID(), files: [{ ref }] }, { token: stranger })).status).toBe(
    404,
  );
  await expect(ask(connection, `/files/${ref}`, {}, { method: "GET" })).rejects.toBeInstanceOf(BadSignature);
});

test("refuses what is too big or runs scripts", async () => {
  const connection = connect();
  const { token } = await session(connection);
  const big = Buffer.alloc(10 * 1024 * 1024 + 1, PNG);
  expect((await ask(connection, "/files", big, { token })).status).toBe(413);
  const svg = await ask(connection, "/files", bytes("<svg/>"), { token, headers: { "content-type": "image/png" } });
  expect(svg).toMatchObject({ status: 415, json: { detail: expect.stringMatching(/PNG/) as string } });
});
