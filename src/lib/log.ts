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

function describe(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = "code" in error ? { code: error.code } : {};
  const fault = "fault" in error ? { fault: error.fault } : {};
  return { type: error.name, message: error.message, ...code, ...fault, stack: error.stack };
}
