import express, { type Request, type RequestHandler, type Response, Router } from "express";
import type { ZodType } from "zod";
import {
  cleanJson,
  Forbidden,
  Invalid,
  NotFound,
  parseJson,
  type Asker,
  type Download,
  type Log,
  type Route,
  type RouteRequest,
  type Upload,
} from "../contract/index.ts";
import { issuesOf, WrongMethod, WrongType } from "./errors.ts";
import type { Gate } from "./gate.ts";
import type { SessionCookies } from "./session-cookie.ts";
import type { SameOrigin } from "./session-origin.ts";
import { fingerprintOf, idempotencyKey, type Replies, type Reply } from "./idempotency.ts";
import { expressPath, inMatchingOrder, methodsAt, refuseDoubles } from "./route-path.ts";

export interface ApiParts {
  routes: readonly Route[];
  gate: Gate;
  cookies: SessionCookies;
  sameOrigin: SameOrigin;
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
function serve(route: Route, parts: Omit<ApiParts, "routes">): RequestHandler {
  const { cookies, replies, log } = parts;
  return async (req, res) => {
    res.locals.route = `${route.method.toUpperCase()} /api/v1${route.path}`;
    const asker = await askerOf(route, req, parts);
    const from = { asker, caller: cookies.caller(req, res) };
    const bytes = route.upload ? await readFile(req, res, route.upload.maxBytes) : await readBody(req, res);
    const input = validInput(route, req, bytes);
    if (route.download) {
      const file = (await route.handle({ ...input, ...from, signal: untilGone(res) })) as Download;
      sendFile(res, file);
      return;
    }
    const work = () => perform(route, { ...input, ...from, signal: untilGone(res) }, log);
    const { replayed, ...reply } = await perhapsOnce(replies, route, { req, asker, bytes }, work);
    if (replayed) res.set("Idempotent-Replay", "true");
    res.status(reply.status).type("application/json").send(reply.body);
  };
}

/** Who asks a route that is open: it finds out for itself. */
const NOBODY: Asker = { staffId: null, name: "nobody", role: "viewer" };

/** @throws Unauthorized, Forbidden, TooMany */
async function askerOf(
  { open, roles }: Route,
  req: Request,
  { gate, sameOrigin }: Pick<ApiParts, "gate" | "sameOrigin">,
): Promise<Asker> {
  if (open) {
    sameOrigin.refuseForeign(req); // it may set a cookie, which is nothing for others' pages either
    return NOBODY;
  }
  const asker = await gate(req);
  if (roles.includes(asker.role)) return asker;
  throw new Forbidden(`This takes the role ${roles.join(" or ")}; yours is ${asker.role}.`);
}

const MAX_JSON_BYTES = 1024 * 1024;
const CHARSET = /;\s*charset\s*=\s*"?([^;"\s]+)/i;

/** The body's bytes. @throws body-parser's own errors for one that is too large or compressed. */
async function readRaw(req: Request, res: Response, limit: number): Promise<Buffer> {
  const read = express.raw({ type: () => true, limit, inflate: false });
  await new Promise<void>((resolve, reject) =>
    read(req, res, (error: unknown) => (error ? reject(error as Error) : resolve())),
  );
  const bytes: unknown = req.body;
  return Buffer.isBuffer(bytes) ? bytes : NO_BODY;
}

/** @throws WrongType */
async function readBody(req: Request, res: Response): Promise<Buffer> {
  const bytes = await readRaw(req, res, MAX_JSON_BYTES);
  if (bytes.length === 0) return NO_BODY;
  const charset = CHARSET.exec(req.headers["content-type"] ?? "")?.[1] ?? "utf-8";
  if (!req.is("application/json") || charset.toLowerCase() !== "utf-8") {
    throw new WrongType("Send JSON in UTF-8: Content-Type: application/json.");
  }
  return bytes;
}

/** @throws Invalid when there is no file */
async function readFile(req: Request, res: Response, maxBytes: number): Promise<Buffer> {
  const bytes = await readRaw(req, res, maxBytes);
  if (bytes.length > 0) return bytes;
  throw new Invalid("Send the file as the request's body.", { body: "It is empty." });
}

function uploadOf(req: Request, bytes: Buffer): Upload {
  return {
    bytes,
    name: fileName(req.get("x-file-name")),
    mimeType: req.get("content-type") ?? "application/octet-stream",
  };
}

/** What the sender calls it: no path, no control characters. */
function fileName(given: string | undefined): string {
  const name = decoded(given ?? "").replaceAll(/[\p{Cc}\p{Cf}/\\]/gu, "_");
  return name.slice(0, 200).trim() || "file";
}

function decoded(text: string): string {
  try {
    return cleanJson<string>(decodeURIComponent(text));
  } catch {
    return text;
  }
}

/** Whatever the file is, the browser neither guesses at it nor runs what is in it. */
function sendFile(res: Response, { bytes, name, mimeType, inline, isStyled }: Download): void {
  const disposition = `${inline ? "inline" : "attachment"}; filename*=UTF-8''${encodeURIComponent(name)}`;
  res.set({
    "Content-Disposition": disposition,
    "Content-Security-Policy": `default-src 'none';${isStyled ? " style-src 'unsafe-inline';" : ""} sandbox`,
    "Content-Type": mimeType,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=3600",
  });
  res.status(200).end(Buffer.from(bytes));
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
    body: route.upload
      ? uploadOf(req, bytes)
      : check("body", route.body, route.body && bytes.length > 0 ? parseJson(bytes) : undefined),
  };
  if (faults.length === 0) return input;
  throw new Invalid(
    "The request is not valid.",
    Object.fromEntries(faults.map(({ path, message }) => [path, message])),
  );
}

function perhapsOnce(
  replies: Replies,
  { method, secret, open }: Route,
  { req, asker, bytes }: { req: Request; asker: Asker; bytes: Buffer },
  work: () => Promise<Reply>,
): Promise<Reply & { replayed: boolean }> {
  const key = method === "post" && !open ? idempotencyKey(req.headers["idempotency-key"]) : undefined;
  if (key === undefined) return work().then((reply) => ({ ...reply, replayed: false }));
  const fingerprint = fingerprintOf(method, req.originalUrl, bytes);
  // A person who signs in again is the same: what they had sent is not sent twice.
  const who = asker.tokenId === undefined ? `staff:${asker.staffId}` : `token:${asker.tokenId}`;
  return replies.once({ asker: who, key, fingerprint, secret: secret === true }, work);
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
