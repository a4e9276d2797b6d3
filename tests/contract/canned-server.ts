import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface HttpAnswer {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
}

/** `reset`: takes the request, then drops the line. `truncated`: half of the body. `closed`: nobody listens. */
export type Answer =
  HttpAnswer | "reset" | "truncated" | "closed" | ((path: string) => HttpAnswer | "reset" | "truncated");

export interface CannedServer {
  url: string;
  /** Paths that were asked for. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** A loopback HTTP server that gives one prepared answer to every request. */
export async function answerWith(answer: Answer): Promise<CannedServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      asked.push(request.url ?? "");
      give(typeof answer === "function" ? answer(request.url ?? "") : answer, request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  if (answer === "closed") await close();
  return { url, asked, close: answer === "closed" ? async () => undefined : close };
}

function give(answer: HttpAnswer | string, request: IncomingMessage, response: ServerResponse): void {
  if (typeof answer === "string") {
    if (answer === "truncated")
      response.writeHead(200, { "content-type": "application/json", "content-length": "100" }).write('{"ok":tr');
    setTimeout(() => request.socket.destroy(), 5);
    return;
  }
  const { status = 200, headers = {}, body = "" } = answer;
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
}
