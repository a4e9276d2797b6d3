import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

// As much of WebSocket (RFC 6455) as Socket Mode needs from its server: text, ping and pong, close.

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const [TEXT, CLOSE, PING, PONG] = [0x1, 0x8, 0x9, 0xa];
const MAX_BYTES = 1 << 24;

export interface Socket {
  readonly isOpen: boolean;
  send(text: string): void;
  ping(): void;
  /** Says goodbye first. */
  close(): void;
  /** Without a word. */
  destroy(): void;
}

/** Takes over an HTTP connection that asks to be a WebSocket. */
export function upgrade(
  request: IncomingMessage,
  stream: Duplex,
  on: { message(text: string): void; closed(): void },
): Socket {
  const key = String(request.headers["sec-websocket-key"] ?? "");
  const accept = createHash("sha1")
    .update(key + GUID)
    .digest("base64");
  stream.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  let open = true;
  let waiting: Buffer = Buffer.alloc(0);
  let text = Buffer.alloc(0);

  const end = () => {
    if (!open) return;
    open = false;
    on.closed();
  };
  const write = (opcode: number, payload: Buffer) => void (stream.writable && stream.write(frame(opcode, payload)));

  function take({ opcode, final, payload }: Frame): void {
    if (opcode === PING) return write(PONG, payload);
    if (opcode === PONG) return;
    if (opcode === CLOSE) {
      write(CLOSE, payload);
      stream.end();
      return end();
    }
    text = Buffer.concat([text, payload]);
    if (!final) return;
    const whole = text.toString("utf8");
    text = Buffer.alloc(0);
    on.message(whole);
  }

  stream.on("data", (chunk: Buffer) => {
    waiting = readFrames(Buffer.concat([waiting, chunk]), take);
  });
  stream.on("error", end);
  stream.on("close", end);
  return {
    get isOpen() {
      return open;
    },
    send: (words) => write(TEXT, Buffer.from(words)),
    ping: () => write(PING, Buffer.from("Ping from applink")),
    close() {
      write(CLOSE, Buffer.from([0x03, 0xe8]));
      end();
      setTimeout(() => stream.destroy(), 50).unref();
    },
    destroy() {
      end();
      stream.destroy();
    },
  };
}

interface Frame {
  opcode: number;
  final: boolean;
  payload: Buffer;
  size: number;
}

/** Takes all whole frames; returns what is left. */
function readFrames(bytes: Buffer, take: (frame: Frame) => void): Buffer {
  let rest = bytes;
  for (let next = readFrame(rest); next; next = readFrame(rest)) {
    rest = rest.subarray(next.size);
    take(next);
  }
  return rest;
}

/** The first whole frame; clients mask theirs. */
function readFrame(bytes: Buffer): Frame | undefined {
  if (bytes.length < 6) return undefined;
  const [first = 0, second = 0] = bytes;
  let length = second & 0x7f;
  let at = 2;
  if (length === 126) {
    length = bytes.readUInt16BE(2);
    at = 4;
  } else if (length === 127) {
    if (bytes.length < 14) return undefined;
    length = Number(bytes.readBigUInt64BE(2));
    at = 10;
  }
  if (length > MAX_BYTES || !(second & 0x80)) throw new Error("A WebSocket client sent what no client sends.");
  if (bytes.length < at + 4 + length) return undefined;
  const mask = bytes.subarray(at, at + 4);
  const payload = Buffer.from(bytes.subarray(at + 4, at + 4 + length));
  for (let i = 0; i < payload.length; i++) payload[i] = (payload[i] ?? 0) ^ (mask[i % 4] ?? 0);
  return { opcode: first & 0x0f, final: (first & 0x80) !== 0, payload, size: at + 4 + length };
}

function frame(opcode: number, payload: Buffer): Buffer {
  const head =
    payload.length < 126
      ? Buffer.from([0x80 | opcode, payload.length])
      : payload.length < 65_536
        ? Buffer.from([0x80 | opcode, 126, payload.length >> 8, payload.length & 0xff])
        : Buffer.concat([Buffer.from([0x80 | opcode, 127]), bigLength(payload.length)]);
  return Buffer.concat([head, payload]);
}

function bigLength(length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(length));
  return bytes;
}
