import type { Request, RequestHandler } from "express";
import type { Clock, Log } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import type { Metrics } from "../lib/metrics.ts";

/** For everything that has no say of its own: nothing is stored, framed, guessed at, loaded or told to the next page. */
export function secureHeaders(): RequestHandler {
  return (_req, res, next) => {
    res.set({
      "Cache-Control": "no-store",
      "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      "Referrer-Policy": "no-referrer",
      "X-Content-Type-Options": "nosniff",
      "X-Frame-Options": "DENY",
    });
    next();
  };
}

/** Names each request, and logs and counts it by its route: an address itself may hold a claim's code. */
export function followRequests({ log, metrics, clock }: { log: Log; metrics: Metrics; clock: Clock }): RequestHandler {
  return (req, res, next) => {
    const requestId = newId();
    const startMs = clock.monotonicMs();
    res.locals.requestId = requestId;
    res.set("X-Request-Id", requestId);
    res.once("close", () => {
      const route = typeof res.locals.route === "string" ? res.locals.route : "other";
      const ms = Math.round(clock.monotonicMs() - startMs);
      metrics.requested(route, res.statusCode, ms / 1_000);
      log.debug({ requestId, method: req.method, route, status: res.statusCode, ms }, "answered a request");
    });
    next();
  };
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
const FORWARDED = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];

/** The request was made on this machine, and no proxy says that it only passes it on. */
export function isLocal(req: Request): boolean {
  return LOOPBACK.test(req.socket.remoteAddress ?? "") && FORWARDED.every((name) => req.headers[name] === undefined);
}
