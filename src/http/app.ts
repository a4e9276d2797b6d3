import express, { type Express, type RequestHandler } from "express";
import { ConfigError, NotFound, type Clock, type Log, type Route } from "../contract/index.ts";
import type { Metrics } from "../lib/metrics.ts";
import type { Staff } from "../staff/index.ts";
import { apiRouter } from "./api.ts";
import { consolePages } from "./console.ts";
import { linkPages } from "./claim-links.ts";
import { claimPages } from "./claim-pages.ts";
import { entryDoors, type Entrance } from "./entry.ts";
import { answerErrors, WrongMethod } from "./errors.ts";
import { createGate, type Gate } from "./gate.ts";
import { healthz, metricsPage, readyz, type ReadyChecks } from "./health.ts";
import { homePage } from "./home.ts";
import type { Replies } from "./idempotency.ts";
import type { Live } from "./live.ts";
import { openApi } from "./openapi.ts";
import { followRequests, secureHeaders } from "./security.ts";
import { createSessionCookies } from "./session-cookie.ts";
import { createSameOrigin } from "./session-origin.ts";
import { providerPages } from "./session-provider.ts";
import { snippet } from "./snippet.ts";
import { widgetPages, type WidgetParts } from "./widget.ts";

/** Which proxies' X-Forwarded-For is believed: none, so many hops, or these addresses and networks. */
export type TrustProxy = false | number | readonly string[];

export interface AppParts {
  /** Of every room; all below /api/v1. */
  routes: readonly Route[];
  entrance: Entrance;
  staff: Staff;
  replies: Replies;
  live: Live;
  ready: ReadyChecks;
  metrics: Metrics;
  publicUrl: URL;
  trustProxy: TrustProxy;
  /** Where the built console lies; without one, a page says that the hub runs. */
  consoleDir?: string;
  /** The website chat; without it there is none to embed. */
  widget?: WidgetParts;
  version: string;
  clock: Clock;
  log: Log;
}

/** Everything that the hub answers, on one page; platforms' calls alone have their own door in front of it. */
export function createApp(parts: AppParts): Express {
  const { routes, entrance, staff, replies, live, ready, metrics, publicUrl, version, clock, log } = parts;
  const cookies = createSessionCookies(publicUrl);
  const sameOrigin = createSameOrigin(publicUrl);
  const gate = createGate({ ...staff, cookies, sameOrigin, clock });
  const app = plainExpress(parts.trustProxy);

  app.use(followRequests({ log, metrics, clock }), secureHeaders());
  app.use("/claim", claimPages({ staff, cookies, sameOrigin, clock }));
  for (const kind of ["invitation", "reset"] as const)
    app.use(`/${kind}`, linkPages(kind, { staff, cookies, sameOrigin, clock }));
  app.use("/oidc", providerPages({ staff, cookies, clock, log }));
  if (parts.widget) app.use(widgetPages(parts.widget)); // before the console, which takes every page for its own
  const pages = parts.consoleDir === undefined ? undefined : consolePages(parts.consoleDir);
  if (pages) app.use(pages);
  else app.get("/", homePage());
  app.get("/healthz", healthz());
  app.get("/readyz", readyz({ checks: ready, clock }));
  app.get("/metrics", metricsPage({ metrics, gate }));
  app.use("/e", entryDoors({ entrance, clock, log }));
  app.get("/s.js", snippet());
  app.get("/api/openapi.json", describeApi(routes, version));
  app.get("/api/v1/live", openLive(live, gate));
  app.use("/api/v1", apiRouter({ routes, gate, cookies, sameOrigin, replies, log }));
  app.use(() => {
    throw new NotFound("There is nothing at this address.");
  });
  app.use(answerErrors({ log }));
  return app;
}

function plainExpress(trustProxy: TrustProxy): Express {
  const app = express();
  for (const setting of ["x-powered-by", "etag"]) app.disable(setting);
  for (const setting of ["case sensitive routing", "strict routing"]) app.enable(setting);
  app.set("query parser", "simple"); // a nested query is nobody's need and has been many a hole
  try {
    app.set("trust proxy", typeof trustProxy === "object" ? [...trustProxy] : trustProxy);
  } catch (cause) {
    throw new ConfigError("TRUST_PROXY must be a number of hops, or addresses and networks such as 10.0.0.0/8.", {
      cause,
    });
  }
  return app;
}

function describeApi(routes: readonly Route[], version: string): RequestHandler {
  const text = JSON.stringify(openApi(routes, version));
  return (_req, res) => {
    res.locals.route = "GET /api/openapi.json";
    res.type("application/json").send(text);
  };
}

function openLive(live: Live, gate: Gate): RequestHandler {
  return async (req, res) => {
    if (req.method === "HEAD") throw new WrongMethod("GET"); // it would stay open and say nothing
    live.serve(res, await gate(req));
  };
}
