import type { IncomingMessage, ServerResponse } from "node:http";
import { onTestFinished } from "vitest";
import { NotFound, type Clock, type Role, type Route } from "../../src/contract/index.ts";
import {
  createApp,
  createLive,
  createReplies,
  createServer,
  type AppParts,
  type Change,
} from "../../src/http/index.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { createMetrics } from "../../src/lib/metrics.ts";
import { createVault } from "../../src/lib/vault.ts";
import { createStaff, staffRoutes, type Staff } from "../../src/staff/index.ts";
import type { Database } from "../../src/store/index.ts";
import { freshDatabase } from "./database.ts";
import { silentLog } from "./log.ts";

export interface ApiOptions {
  routes?: readonly Route[];
  /** With the routes of the people of ours. */
  withStaff?: boolean;
  publicUrl?: string;
  /** In place of asking the database whose token it is. */
  authenticate?: Staff["tokens"]["authenticate"];
  clock?: Clock;
  parts?: Partial<AppParts>;
  db?: Database;
  door?: (req: IncomingMessage, res: ServerResponse) => Promise<void> | void;
}

const vault = createVault("the secret of the tests");

/** The HTTP rooms on a real database, listening on a port of loopback until the test is over. */
export async function startApi({ routes = [], clock = systemClock, parts = {}, ...rest }: ApiOptions = {}) {
  const { withStaff = false, publicUrl: address = "http://hub.example/" } = rest;
  const db = rest.db ?? (await freshDatabase());
  const publicUrl = new URL(address);
  const staff = createStaff({ db, clock, vault, publicUrl, fetch, hashCost: { logN: 4, r: 8, p: 1 } });
  const { audit, tokens, claims } = staff;
  const listeners = new Set<(change: Change) => void>();
  const source = {
    subscribe(listener: (change: Change) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const live = createLive({ source, ...staff, clock: systemClock, heartbeatMs: 300, recheckMs: 100 });
  const app = createApp({
    routes: [...routes, ...(withStaff ? staffRoutes(staff) : [])],
    entrance: {
      follow: async () => ({ page: "unknown" }),
      qr: () => Promise.reject(new NotFound("There is no such code.")),
    },
    staff: { ...staff, tokens: { ...tokens, ...(rest.authenticate && { authenticate: rest.authenticate }) } },
    replies: createReplies({ db, clock }),
    live,
    ready: {},
    metrics: createMetrics({ clock: systemClock }),
    publicUrl,
    trustProxy: false,
    version: "1.2.3",
    clock,
    log: silentLog,
    ...parts,
  });
  const server = createServer({
    door: rest.door ?? ((_req, res) => void res.writeHead(404).end()),
    app,
    clock: systemClock,
    log: silentLog,
    beforeClose: live.close,
  });
  const port = await server.listen(0, "127.0.0.1");
  const close = (graceMs = 100) => server.close(graceMs);
  onTestFinished(() => close());

  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    port,
    db,
    staff,
    audit,
    tokens,
    claims,
    close,
    listeners,
    change: (change: Change) => listeners.forEach((listener) => listener(change)),
    tokenFor: async (role: Role) => (await tokens.create({ name: `${role}'s token`, role }, "cli")).token,
    /** Asks below /api/v1 with a token; a body that is no text is sent as JSON. */
    ask(token: string, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
      const json: Record<string, string> = body === undefined ? {} : { "Content-Type": "application/json" };
      return fetch(`${url}/api/v1${path}`, {
        method,
        headers: { Authorization: `Bearer ${token}`, ...json, ...headers },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
    },
  };
}

export type Api = Awaited<ReturnType<typeof startApi>>;
