import pino from "pino";
import type { Log } from "../contract/index.ts";

/** One JSON line a step: a constant sentence, ids as fields, never what somebody wrote. */
export function createLog(level: string): Log {
  const settings = {
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    // Errors may quote the values of a statement, which are people's words: their kind and place is enough.
    serializers: { err: describe },
  };
  const logger = pino(settings, pino.destination({ dest: 2, sync: false })); // standard output is for what people asked for
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
}

/** What the operator can do about a database's fault, by its code. Where it lies in our code does not matter then. */
const HINTS: Readonly<Record<string, string>> = {
  "53100": "The disk of the database is full. Free some space; what is refused meanwhile, the platforms deliver again.",
  "53200": "The machine of the database is out of memory.",
  "53300": "The database takes no more connections. Raise max_connections, or run fewer hubs on it.",
  "57P01": "The database was stopped or cut the connection. The hub tries again by itself.",
  "57P03": "The database is starting. The hub tries again by itself.",
  ECONNREFUSED: "Nothing listens at that address. The hub tries again by itself.",
  ENOENT: "The database's socket is not there. The hub tries again by itself.",
};

function describe(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const hint = "code" in error ? HINTS[String(error.code)] : undefined;
  if (hint && "code" in error) return { type: error.name, message: error.message, code: error.code, hint };
  const code = "code" in error ? { code: error.code } : {};
  const fault = "fault" in error ? { fault: error.fault } : {};
  return { type: error.name, message: error.message, ...code, ...fault, stack: error.stack };
}
