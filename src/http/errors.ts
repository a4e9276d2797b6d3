import { STATUS_CODES } from "node:http";
import type { ErrorRequestHandler } from "express";
import { ZodError } from "zod";
import { ChannelError, HubError, Invalid, Overloaded, TooMany, type Log } from "../contract/index.ts";
import { databaseFault, type DatabaseFault } from "./database-fault.ts";

/** RFC 9457, with a stable `code` and the id under which the log knows the request. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail?: string;
  errors?: { path: string; message: string }[];
  requestId: string;
}

/** There is such a path, and it does not know the method. */
export class WrongMethod extends HubError {
  readonly code = "wrong_method";

  constructor(readonly allow: string) {
    super(`This address takes ${allow}.`);
  }
}

/** The body is of a kind that is not read here. */
export class WrongType extends HubError {
  readonly code = "wrong_type";
}

/** The one table: which status each error is answered with. */
const STATUS: Readonly<Record<string, number>> = {
  bad_payload: 400,
  bad_signature: 401,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  wrong_method: 405,
  conflict: 409,
  too_large: 413,
  wrong_type: 415,
  invalid: 422,
  too_many: 429,
  internal: 500,
  config_error: 500,
  channel_error: 502,
  overloaded: 503,
  unavailable: 503,
};

interface Meaning {
  code: string;
  detail?: string;
  errors?: { path: string; message: string }[];
  headers?: Record<string, string>;
}

const MOST_ERRORS = 50;
const DATABASE: Readonly<Record<DatabaseFault, Meaning>> = {
  down: {
    code: "unavailable",
    detail: "The database cannot be reached. Try again in a moment.",
    headers: { "Retry-After": "5" },
  },
  conflict: { code: "conflict", detail: "There is one already." },
  missing: { code: "not_found", detail: "There is no such thing." },
  "not-storable": { code: "invalid", detail: "A value is of a kind or size that cannot be stored." },
};

/** What to answer for an error. Nothing of an error that is not ours is told. */
export function problemOf(error: unknown, requestId: string): { problem: Problem; headers: Record<string, string> } {
  const { code, detail, errors, headers = {} } = meaningOf(error);
  const status = STATUS[code] ?? 500;
  const title = STATUS_CODES[status] ?? "Error";
  return {
    problem: {
      type: `urn:tributary:problem:${code}`,
      title,
      status,
      code,
      ...(detail && { detail }),
      ...(errors && { errors }),
      requestId,
    },
    headers,
  };
}

function meaningOf(error: unknown): Meaning {
  if (error instanceof ZodError) return { code: "invalid", detail: "The input is not valid.", errors: issuesOf(error) };
  if (error instanceof HubError) return { code: error.code, detail: error.message, ...moreOf(error) };
  const fault = databaseFault(error);
  return fault ? DATABASE[fault] : (requestFault(error) ?? { code: "internal" });
}

function moreOf(error: HubError): Partial<Meaning> {
  if (error instanceof Invalid) {
    const errors = Object.entries(error.fields).map(([path, message]) => ({ path, message }));
    return errors.length > 0 ? { errors } : {};
  }
  if (error instanceof WrongMethod) return { headers: { Allow: error.allow } };
  if (error.code === "unauthorized") return { headers: { "WWW-Authenticate": 'Bearer realm="tributary"' } };
  const retryAfterMs =
    error instanceof Overloaded || error instanceof TooMany || error instanceof ChannelError
      ? error.retryAfterMs
      : undefined;
  return retryAfterMs === undefined
    ? {}
    : { headers: { "Retry-After": String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) } };
}

/** Faults of the request that Express and its body reader report with a status of their own. */
function requestFault(error: unknown): Meaning | undefined {
  const status = error instanceof Error && "status" in error ? error.status : undefined;
  if (status === 413) return { code: "too_large", detail: "The body is larger than 1 MB." };
  if (status === 415)
    return { code: "wrong_type", detail: "The body must be plain, without a Content-Encoding, and in UTF-8." };
  return typeof status === "number" && status >= 400 && status < 500
    ? { code: "bad_payload", detail: "The request cannot be read." }
    : undefined;
}

/** What is wrong where, as the asker may read it. */
export function issuesOf(error: ZodError, prefix?: string): { path: string; message: string }[] {
  return error.issues.slice(0, MOST_ERRORS).map(({ path, message }) => ({
    path: [...(prefix === undefined ? [] : [prefix]), ...path.map(String)].join("."),
    message,
  }));
}

/** Answers what was thrown. The log learns of our own faults, and of none what somebody wrote. */
export function answerErrors({ log }: { log: Log }): ErrorRequestHandler {
  return (error: unknown, _req, res, _next) => {
    const requestId = String(res.locals.requestId);
    const { problem, headers } = problemOf(error, requestId);
    if (problem.status >= 500)
      log.error({ requestId, status: problem.status, code: problem.code, ...traceOf(error) }, "a request failed");
    if (res.headersSent) return void res.destroy();
    res.status(problem.status).set(headers).type("application/problem+json").send(JSON.stringify(problem));
  };
}

/** Where it happened, and the message only where it is ours: others' messages quote the data that they failed on. */
function traceOf(error: unknown): object {
  if (!(error instanceof Error)) return { error: typeof error };
  const at = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const code = "code" in error ? String(error.code) : undefined;
  return {
    error: error.name,
    errorCode: code,
    at: at.slice(0, 8),
    ...(error instanceof HubError && { reason: error.message }),
  };
}
