import { inflateRawSync } from "node:zlib";
import { LIMITS, Unreadable } from "./block.ts";

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;
const MOST_ENTRIES = 5_000;

/**
 * The wanted files of a ZIP archive, by name. What an entry says about its size is not believed: unpacking stops where
 * all together would be more than `LIMITS.unpackedBytes`. @throws Unreadable
 */
export function unzip(bytes: Uint8Array, wanted: (name: string) => boolean): Map<string, Buffer> {
  const archive = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const files = new Map<string, Buffer>();
  let left: number = LIMITS.unpackedBytes;
  try {
    for (const entry of entriesOf(archive)) {
      if (!wanted(entry.name)) continue;
      const content = unpack(archive, entry, left);
      left -= content.length;
      files.set(entry.name, content);
    }
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Unreadable("The file is damaged: it is no whole ZIP archive. Save the document again.", { cause: error });
  }
  return files;
}

interface Entry {
  name: string;
  method: number;
  packedSize: number;
  at: number;
}

function entriesOf(archive: Buffer): Entry[] {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0 || archive.readUInt32LE(end) !== END) throw new RangeError("no end record");
  const count = archive.readUInt16LE(end + 10);
  if (count > MOST_ENTRIES) throw new Unreadable(`The archive has ${count} files inside; that is no document.`);
  const entries: Entry[] = [];
  for (let at = archive.readUInt32LE(end + 16), n = 0; n < count; n++) {
    if (archive.readUInt32LE(at) !== CENTRAL) throw new RangeError("no central record");
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    if (archive.readUInt16LE(at + 8) & 1)
      throw new Unreadable("The document is encrypted. Save it without a password.");
    entries.push({
      name: archive.toString("utf8", at + 46, at + 46 + nameLength),
      method: archive.readUInt16LE(at + 10),
      packedSize: archive.readUInt32LE(at + 20),
      at: archive.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + extra + comment;
  }
  return entries;
}

function unpack(archive: Buffer, { method, packedSize, at }: Entry, left: number): Buffer {
  if (archive.readUInt32LE(at) !== LOCAL) throw new RangeError("no local record");
  const start = at + 30 + archive.readUInt16LE(at + 26) + archive.readUInt16LE(at + 28);
  const packed = archive.subarray(start, start + packedSize);
  if (method === STORED && packed.length <= left) return packed;
  if (method !== DEFLATED || left <= 0) throw tooMuch();
  try {
    return inflateRawSync(packed, { maxOutputLength: left });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooMuch();
    throw error;
  }
}

function tooMuch(): Unreadable {
  return new Unreadable(
    `The document unpacks to more than ${LIMITS.unpackedBytes / 1024 ** 2} MB. Save it without pictures, or in parts.`,
  );
}
