import type { RequestHandler } from "express";
import type { Clock } from "../contract/index.ts";
import type { Metrics } from "../lib/metrics.ts";
import type { Gate } from "./gate.ts";
import { isLocal } from "./security.ts";

/** By name, each says whether this part of the hub can work. */
export type ReadyChecks = Readonly<Record<string, () => boolean | Promise<boolean>>>;

const CHECK_MS = 1_000;

/** The process runs and its event loop turns. */
export function healthz(): RequestHandler {
  return (_req, res) => {
    res.locals.route = "GET /healthz";
    res.json({ status: "alive" });
  };
}

/** The hub can do its work: send it traffic. Each check has a second. */
export function readyz({ checks, clock }: { checks: ReadyChecks; clock: Clock }): RequestHandler {
  async function inTime(check: () => boolean | Promise<boolean>): Promise<boolean> {
    const alarm = new AbortController();
    const late = clock.sleep(CHECK_MS, alarm.signal).then(() => false);
    const answer = Promise.resolve()
      .then(check)
      .catch(() => false);
    return Promise.race([answer, late]).finally(() => alarm.abort());
  }

  return async (_req, res) => {
    res.locals.route = "GET /readyz";
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await inTime(check)] as const),
    );
    const ready = results.every(([, ok]) => ok);
    res.status(ready ? 200 : 503).json({
      status: ready ? "ready" : "not ready",
      checks: Object.fromEntries(results.map(([name, ok]) => [name, ok ? "ok" : "failed"])),
    });
  };
}

/** For Prometheus: with a token of any role, or from this machine itself. */
export function metricsPage({ metrics, gate }: { metrics: Metrics; gate: Gate }): RequestHandler {
  return async (req, res) => {
    res.locals.route = "GET /metrics";
    if (!isLocal(req)) await gate(req);
    res.type(metrics.registry.contentType).send(await metrics.text());
  };
}
