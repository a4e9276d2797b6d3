import express, { type Request, type RequestHandler, type Response, Router } from "express";
import type { ZodType } from "zod";
import {
  cleanJson,
  Forbidden,
  Invalid,
  NotFound,
  parseJson,
  type Log,
  type Route,
  type RouteRequest,
} from "../contract/index.ts";
import type { Principal } from "../staff/index.ts";
import { issuesOf, WrongMethod, WrongType } from "./errors.ts";
import type { Gate } from "./gate.ts";
import { fingerprintOf, idempotencyKey, type Replies, type Reply } from "./idempotency.ts";
import { expressPath, inMatchingOrder, methodsAt, refuseDoubles } from "./route-path.ts";

export interface ApiParts {
  routes: readonly Route[];
  gate: Gate;
  replies: Replies;
  log: Log;
}

type Input = Pick<RouteRequest<unknown, unknown, unknown>, "params" | "query" | "body">;

const NO_BODY = Buffer.alloc(0);

/** Every route of every room, in the one way that all are served. */
export function apiRouter({ routes, ...parts }: ApiParts): Router {
  refuseDoubles(routes);
  const router = Router({ caseSensitive: true, strict: true });
  for (const route of inMatchingOrder(routes)) router[route.method](expressPath(route.path), serve(route, parts));
  router.use(answerUnknown(routes));
  return router;
}

/** Who, may they, valid, once, do, show. */
function serve(route: Route, { gate, replies, log }: Omit<ApiParts, "routes">): RequestHandler {
  return async (req, res) => {
    res.locals.route = `${route.method.toUpperCase()} /api/v1${route.path}`;
    const asker = await gate(req);
    if (!route.roles.includes(asker.role)) {
      throw new Forbidden(`This takes the role ${route.roles.join(" or ")}; yours is ${asker.role}.`);
    }
    const bytes = await readBody(req, res);
    const input = validInput(route, req, bytes);
    const work = () => perform(route, { ...input, asker, signal: untilGone(res) }, log);
    const { replayed, ...reply } = await perhapsOnce(replies, route, { req, asker, bytes }, work);
    if (replayed) res.set("Idempotent-Replay", "true");
    res.status(reply.status).type("application/json").send(reply.body);
  };
}

const readRaw = express.raw({ type: () => true, limit: 1024 * 1024, inflate: false });
const CHARSET = /;\s*charset\s*=\s*"?([^;"\s]+)/i;

/** The body's bytes. @throws WrongType; body-parser's own errors for one that is too large or compressed. */
async function readBody(req: Request, res: Response): Promise<Buffer> {
  await new Promise<void>((resolve, reject) =>
    readRaw(req, res, (error: unknown) => (error ? reject(error as Error) : resolve())),
  );
  const bytes: unknown = req.body;
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) return NO_BODY;
  const charset = CHARSET.exec(req.headers["content-type"] ?? "")?.[1] ?? "utf-8";
  if (!req.is("application/json") || charset.toLowerCase() !== "utf-8") {
    throw new WrongType("Send JSON in UTF-8: Content-Type: application/json.");
  }
  return bytes;
}

/** All that is wrong, at once. @throws Invalid, BadPayload */
function validInput(route: Route, req: Request, bytes: Buffer): Input {
  const faults: { path: string; message: string }[] = [];
  const check = (part: keyof Input, schema: ZodType | undefined, value: unknown): unknown => {
    const parsed = schema?.safeParse(cleanJson(value));
    if (parsed?.error) faults.push(...issuesOf(parsed.error, part));
    return parsed?.data;
  };
  const input = {
    params: check("params", route.params, { ...req.params }),
    query: check("query", route.query, { ...req.query }),
    body: check("body", route.body, route.body && bytes.length > 0 ? parseJson(bytes) : undefined),
  };
  if (faults.length === 0) return input;
  throw new Invalid(
    "The request is not valid.",
    Object.fromEntries(faults.map(({ path, message }) => [path, message])),
  );
}

function perhapsOnce(
  replies: Replies,
  { method, secret }: Route,
  { req, asker, bytes }: { req: Request; asker: Principal; bytes: Buffer },
  work: () => Promise<Reply>,
): Promise<Reply & { replayed: boolean }> {
  const key = method === "post" ? idempotencyKey(req.headers["idempotency-key"]) : undefined;
  if (key === undefined) return work().then((reply) => ({ ...reply, replayed: false }));
  const fingerprint = fingerprintOf(method, req.originalUrl, bytes);
  return replies.once({ asker: `token:${asker.tokenId}`, key, fingerprint, secret: secret === true }, work);
}

async function perform(route: Route, request: RouteRequest<unknown, unknown, unknown>, log: Log): Promise<Reply> {
  const result = await route.handle(request);
  const shown = await route.response.safeParseAsync(result); // what the schema does not name is not shown
  if (!shown.success) {
    log.error(
      { method: route.method, path: route.path, faults: issuesOf(shown.error) },
      "a result does not fit its route's response schema",
    );
    throw new Error("A result does not fit its route's response schema.");
  }
  return { status: route.status ?? 200, body: toJson(shown.data) };
}

/** JSON has no big integers: they are numbers as long as every reader gets them right, then text. */
function toJson(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, inner: unknown) => {
    if (typeof inner !== "bigint") return inner;
    const number = Number(inner);
    return Number.isSafeInteger(number) ? number : inner.toString();
  });
}

/** Aborts when the asker has gone before the answer. */
function untilGone(res: Response): AbortSignal {
  const gone = new AbortController();
  res.once("close", () => {
    if (!res.writableFinished) gone.abort();
  });
  return gone.signal;
}

function answerUnknown(routes: readonly Route[]): RequestHandler {
  return (req, res) => {
    const allow = methodsAt(routes, req.path).join(", ");
    if (allow === "") throw new NotFound("There is nothing at this address. /api/openapi.json lists what there is.");
    if (req.method !== "OPTIONS") throw new WrongMethod(allow);
    res.set("Allow", allow).status(204).end();
  };
}
