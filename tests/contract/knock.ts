import { Agent, request as httpRequest } from "node:http";
import type { WebhookRequest } from "../../src/contract/index.ts";

/** Knocks at a webhook's door as the platform does, header for header; resolves with the status. */
export interface Knocker {
  knock(url: URL, request: WebhookRequest): Promise<number>;
  close(): void;
}

export function createKnocker(): Knocker {
  const agent = new Agent({ keepAlive: true });
  return {
    knock: (url, { method, path, query, headers, body }) =>
      new Promise((resolve, reject) => {
        const search = query.size > 0 ? `?${query}` : "";
        const address = `${url.pathname}${path === "/" ? "" : path}${search}`;
        const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
        const options = { agent, host: url.hostname, port: url.port, method, path: address };
        const call = httpRequest({ ...options, headers: { ...given, "content-length": body.length } }, (response) => {
          response.resume().on("end", () => resolve(response.statusCode ?? 0));
        });
        call.on("error", reject).end(body);
      }),
    close: () => agent.destroy(),
  };
}
