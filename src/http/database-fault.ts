import { sqlState } from "../store/index.ts";

/** What a database error means for the one who asked. */
export type DatabaseFault = "down" | "conflict" | "not-storable" | "missing";

/** The process cannot reach the database, or it is starting, stopping or full. */
const DOWN = new Set([
  ...["ECONNREFUSED", "ECONNRESET", "ENOENT", "EPIPE", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH"],
  ...["P1001", "P1002", "P1008", "P1017", "P2024"],
  ...["57P01", "57P02", "57P03", "25P03"],
]);
/** Connection, resources, system errors. */
const DOWN_CLASSES = ["08", "53", "58"];
const NOT_STORABLE = new Set(["P2000", "P2007", "P2020", "P2023", "P2033"]);
/** node-postgres has no codes for these. */
const DOWN_WORDS =
  /^(timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error)/;

/** Finds the database's own code along the chain of causes. */
export function databaseFault(error: unknown): DatabaseFault | undefined {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    const code = sqlState(inner) ?? driverCode(inner);
    const fault = code === undefined ? undefined : meaningOf(code);
    if (fault) return fault;
    if (DOWN_WORDS.test(inner.message) || inner.name === "PrismaClientInitializationError") return "down";
  }
  return undefined;
}

function meaningOf(code: string): DatabaseFault | undefined {
  const sqlClass = /^[0-9A-Z]{5}$/.test(code) && !code.startsWith("P") ? code.slice(0, 2) : "";
  if (DOWN.has(code) || DOWN_CLASSES.includes(sqlClass)) return "down";
  if (code === "23505" || code === "P2002") return "conflict";
  if (code === "P2025") return "missing";
  return sqlClass === "22" || NOT_STORABLE.has(code) ? "not-storable" : undefined;
}

/** Prisma's driver adapter keeps the database's code inside a plain object. */
function driverCode(error: Error): string | undefined {
  const cause: unknown = error.cause;
  if (cause === null || typeof cause !== "object" || !("originalCode" in cause)) return undefined;
  return typeof cause.originalCode === "string" ? cause.originalCode : undefined;
}
