import { connect, type Socket } from "node:net";

export interface Load {
  port: number;
  /** Of every request; a function where the proof stands in the query. */
  path: string | ((body: string) => string);
  /** Of every request; a function where they hold a signature of the body. */
  headers: Readonly<Record<string, string>> | ((body: string) => Readonly<Record<string, string>>);
  /** The body of request number i. */
  body(i: number): string;
  connections: number;
  requests: number;
  /** Requests a second to offer; as fast as the answers come when missing. */
  perSecond?: number;
}

export interface LoadResult {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  refused: number;
}

const ENTRY = /^HTTP\/1\.1 (\d+)[^]*?content-length: (\d+)\r\n[^]*?\r\n\r\n/i;

/** Offers load over keep-alive connections, with as little work of its own as it can: it shares the machine. */
export function offerLoad(load: Load): Promise<LoadResult> {
  const times: number[] = [];
  const idle: Connection[] = [];
  let next = 0;
  let done = 0;
  let refused = 0;
  const startedAt = performance.now();

  return new Promise((resolve, reject) => {
    let dueAt: number[] = []; // when a waiting request should have gone out: its latency counts from there
    const finish = () => {
      clearInterval(pacer);
      connections.forEach(({ socket }) => socket.destroy());
      const seconds = (performance.now() - startedAt) / 1_000;
      resolve({
        perSecond: load.requests / seconds,
        p50Ms: quantile(times, 0.5),
        p99Ms: quantile(times, 0.99),
        refused,
      });
    };
    const onAnswer = (connection: Connection, status: number) => {
      times.push(performance.now() - connection.sentAt);
      if (status !== 200) refused++;
      if (++done === load.requests) return finish();
      if (!load.perSecond) return void (next < load.requests && connection.send(next++, performance.now()));
      const due = dueAt.shift();
      if (due === undefined) idle.push(connection);
      else connection.send(next++, due);
    };
    const connections = Array.from({ length: load.connections }, () => openConnection(load, onAnswer, reject));
    const tick = () => {
      const target = Math.min(load.requests, ((performance.now() - startedAt) / 1_000) * load.perSecond!);
      while (next + dueAt.length < target) {
        const connection = idle.shift(); // the longest idle one: a server hangs up on those that never speak
        if (connection) connection.send(next++, performance.now());
        else dueAt = [...dueAt, performance.now()];
      }
    };
    const pacer = load.perSecond ? setInterval(tick, 1) : undefined;
    if (load.perSecond) idle.push(...connections);
    else for (const connection of connections) connection.send(next++, performance.now());
  });
}

interface Connection {
  socket: Socket;
  sentAt: number;
  send(i: number, sentAt: number): void;
}

function openConnection(
  load: Load,
  onAnswer: (connection: Connection, status: number) => void,
  onError: (error: Error) => void,
): Connection {
  const headOf = (body: string) => {
    const path = typeof load.path === "function" ? load.path(body) : load.path;
    const headers = typeof load.headers === "function" ? load.headers(body) : load.headers;
    const lines = [`POST ${path} HTTP/1.1`, "host: localhost", "content-type: application/json"];
    return [...lines, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)].join("\r\n");
  };
  const fixed = typeof load.path === "string" && typeof load.headers === "object" ? headOf("") : undefined;
  const socket = connect(load.port, "127.0.0.1").setNoDelay(true).on("error", onError);
  socket.on("end", () => onError(new Error("The server hung up.")));
  let received = "";
  socket.setEncoding("latin1").on("data", (chunk: string) => {
    received += chunk;
    const found = ENTRY.exec(received);
    if (!found || received.length < found[0].length + Number(found[2])) return;
    received = received.slice(found[0].length + Number(found[2]));
    onAnswer(connection, Number(found[1]));
  });
  const connection: Connection = {
    socket,
    sentAt: 0,
    send(i, sentAt) {
      const body = load.body(i);
      connection.sentAt = sentAt;
      socket.write(`${fixed ?? headOf(body)}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    },
  };
  return connection;
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}
