import type { Kind } from "./emulator-world.ts";
import type { Socket } from "./emulator-ws.ts";

/** What the app made of a delivery. */
export interface Answered {
  ok: boolean;
  answer?: unknown;
  /** The app wants no further tries. */
  stop?: boolean;
  /** The line went away meanwhile: Slack delivers on another one at once. */
  isBroken?: boolean;
}

interface Line {
  socket: Socket;
  number: number;
  isLeaving: boolean;
  /** Told when the line is gone. */
  broken: (() => void)[];
}

/** Envelopes that the app has not acknowledged yet. */
function createWaiting(ackMs: () => number) {
  const waiting = new Map<string, (answer: unknown) => void>();
  return {
    /** What the app says to this envelope; nothing where the time is up, or the line is gone. */
    async answerTo(id: string, line: Line): Promise<unknown> {
      const answer = await new Promise<unknown>((resolve) => {
        const timer = setTimeout(() => resolve(undefined), ackMs());
        waiting.set(id, (given) => {
          clearTimeout(timer);
          resolve(given);
        });
        line.broken.push(() => resolve(undefined));
      });
      waiting.delete(id);
      return answer;
    },
    acknowledged(text: string): void {
      const { envelope_id, payload } = JSON.parse(text) as { envelope_id?: string; payload?: unknown };
      waiting.get(envelope_id ?? "")?.(payload ?? {});
    },
    giveUp: () => waiting.forEach((resolve) => resolve(undefined)),
  };
}

/** The app's lines to us: envelopes go to any one of them, and wait where there is none. */
export function createSockets(ackMs: () => number) {
  const waiting = createWaiting(ackMs);
  const lines = new Set<Line>();
  const received: number[] = [];
  /** How many other lines stood when each was opened. */
  const beside: number[] = [];
  const openers = new Set<() => void>();
  let envelopes = 0;
  let isClosed = false;

  async function freeLine(): Promise<Line | undefined> {
    for (;;) {
      const ready = [...lines].filter(({ isLeaving, socket }) => socket.isOpen && !isLeaving);
      const line = ready[envelopes % Math.max(ready.length, 1)];
      if (line || isClosed) return line;
      await new Promise<void>((resolve) => openers.add(resolve));
    }
  }

  async function deliver(kind: Kind, payload: object, attempt: number): Promise<Answered> {
    const line = await freeLine();
    if (!line) return { ok: false, stop: true };
    const envelope_id = `envelope-${++envelopes}`;
    const retry = { retry_attempt: attempt, retry_reason: attempt > 0 ? "timeout" : "" };
    received[line.number] = (received[line.number] ?? 0) + 1;
    const envelope = { type: kind, envelope_id, payload, accepts_response_payload: kind !== "events_api", ...retry };
    line.socket.send(JSON.stringify(envelope));
    const answer = await waiting.answerTo(envelope_id, line);
    return { ok: answer !== undefined, answer, isBroken: answer === undefined && !line.socket.isOpen };
  }

  function gone(line: Line): void {
    lines.delete(line);
    for (const tell of line.broken) tell();
  }

  return {
    deliver,
    get facts() {
      return {
        opened: received.length,
        open: [...lines].filter(({ socket }) => socket.isOpen).length,
        received,
        beside,
      };
    },
    add(socket: Socket) {
      const line: Line = { socket, number: received.length, isLeaving: false, broken: [] };
      received.push(0);
      beside.push([...lines].filter((other) => other.socket.isOpen).length);
      lines.add(line);
      wake(openers);
      return { message: (text: string) => waiting.acknowledged(text), closed: () => gone(line) };
    },
    ...troubles(lines),
    close() {
      isClosed = true;
      wake(openers);
      waiting.giveUp();
      lines.forEach(({ socket }) => socket.destroy());
    },
  };
}

function wake(openers: Set<() => void>): void {
  for (const resolve of openers) resolve();
  openers.clear();
}

function troubles(lines: ReadonlySet<Line>) {
  return {
    /** Asks the app to come back on a new line, and closes the old ones later. */
    refresh: (reason: string, closeAfterMs: number) => lines.forEach((line) => leave(line, reason, closeAfterMs)),
    /** A line of nonsense, and whatever else a test wants to send. */
    say: (text: string) => lines.forEach(({ socket }) => socket.send(text)),
    drop: () => lines.forEach(({ socket }) => socket.destroy()),
  };
}

function leave(line: Line, reason: string, closeAfterMs: number): void {
  line.isLeaving = true;
  line.socket.send(JSON.stringify({ type: "disconnect", reason, debug_info: { host: "applink-emulated" } }));
  setTimeout(() => line.socket.close(), closeAfterMs).unref();
}
