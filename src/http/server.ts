import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { ConfigError, type Clock, type Log } from "../contract/index.ts";

export interface HubServer {
  /** @returns the port, which the machine chose where 0 was asked for. @throws ConfigError */
  listen(port: number, host: string): Promise<number>;
  /** Takes no more, waits for what is being answered, and after `graceMs` cuts the rest off. */
  close(graceMs: number): Promise<void>;
}

export interface ServerParts {
  /** Platforms' calls: everything below /webhooks/. */
  door: (req: IncomingMessage, res: ServerResponse) => Promise<void> | void;
  /** Everything else. */
  app: RequestListener;
  clock: Clock;
  log: Log;
  /** Ends what would stay open for ever (event streams). */
  beforeClose?: () => void;
}

const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 15_000, // to arrive; the answer may take as long as it likes
  connectionsCheckingInterval: 2_000,
  keepAliveTimeout: 65_000, // longer than the 60 s of common proxies, so that it is they who hang up
  maxHeaderSize: 16 * 1024,
};
const DRAIN_LOOK_MS = 50;

/** The hub's one listener: the webhook door in front, the Express app behind. */
export function createServer({ door, app, clock, log, beforeClose }: ServerParts): HubServer {
  let closing = false;
  const server = createHttpServer(LIMITS, (req, res) => {
    if (closing) res.setHeader("Connection", "close");
    if (req.url?.startsWith("/webhooks/")) void openDoor(req, res);
    else app(req, res);
  });

  async function openDoor(req: IncomingMessage, res: ServerResponse): Promise<void> {
    try {
      await door(req, res);
    } catch (error) {
      log.error({ error: error instanceof Error ? error.name : typeof error }, "the webhook door failed");
      if (res.headersSent) return void res.destroy();
      res.writeHead(503, { "Retry-After": "5" }).end(); // not stored, so the platform shall deliver it again
    }
  }

  return {
    async listen(port, host) {
      const taken = await listen(server, port, host);
      server.on("error", (error: NodeJS.ErrnoException) =>
        log.error({ errorCode: error.code }, "a connection could not be taken"),
      );
      return taken;
    },
    async close(graceMs) {
      closing = true;
      let over = false;
      const ended = new Promise<void>((resolve) => server.close(() => resolve())).then(() => (over = true));
      beforeClose?.();
      for (const end = clock.monotonicMs() + graceMs; !over && clock.monotonicMs() < end;) {
        server.closeIdleConnections(); // a connection becomes idle when its last answer has gone
        await Promise.race([ended, clock.sleep(DRAIN_LOOK_MS)]);
      }
      server.closeAllConnections();
      await ended;
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(explain(error, port, host));
    server.once("error", fail);
    server.listen(port, host, () => {
      server.off("error", fail);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function explain(error: NodeJS.ErrnoException, port: number, host: string): Error {
  const say = (text: string) => new ConfigError(text, { cause: error });
  switch (error.code) {
    case "EADDRINUSE":
      return say(`Port ${port} is taken by another program. Stop it, or set PORT to a free port.`);
    case "EACCES":
      return say(`This user may not listen on port ${port}. Set PORT to one above 1023.`);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return say(
        `This machine has no address ${host}. Set HOST to 127.0.0.1 (this machine only) or 0.0.0.0 (all networks).`,
      );
    default:
      return say(`The hub cannot listen on ${host}, port ${port} (${error.code ?? "unknown fault"}).`);
  }
}
