import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** What a language model was asked. */
export interface ModelRequest {
  headers: IncomingHttpHeaders;
  raw: string;
  model: string;
  messages: { role: string; content: string }[];
}

/** What it says: a text, a whole body, or a failure. */
export type ModelAnswer =
  string | { body: unknown; status?: number; headers?: Record<string, string> } | { hangMs: number };

export interface ModelServer {
  /** Ends in /v1, as OpenAI's does. */
  baseUrl: string;
  requests: ModelRequest[];
  /** What to say from now on. */
  answerWith(answer: (request: ModelRequest) => ModelAnswer): void;
  close(): Promise<void>;
}

/** A server on this machine that speaks OpenAI's chat completions. */
export async function startModelServer(): Promise<ModelServer> {
  const requests: ModelRequest[] = [];
  let answer: (request: ModelRequest) => ModelAnswer = () => '{"action":"none"}';
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    req.on("end", () => {
      const raw = Buffer.concat(chunks).toString("utf8");
      const reply = (status: number, body: unknown, headers: Record<string, string> = {}) =>
        res.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
      if (req.method !== "POST" || req.url !== "/v1/chat/completions")
        return void reply(404, { error: { message: "no such path" } });
      const { model, messages } = JSON.parse(raw) as Pick<ModelRequest, "model" | "messages">;
      const request = { headers: req.headers, raw, model, messages };
      requests.push(request);
      const said = answer(request);
      if (typeof said === "string") return void reply(200, completionOf(said, raw.length));
      if ("hangMs" in said) return void setTimeout(() => reply(200, completionOf("{}", 1)), said.hangMs).unref();
      reply(said.status ?? 200, said.body, said.headers);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    answerWith: (next) => (answer = next),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function completionOf(content: string, length: number) {
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model: "test",
    choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content } }],
    usage: { prompt_tokens: Math.ceil(length / 4), completion_tokens: Math.ceil(content.length / 4), total_tokens: 0 },
  };
}
