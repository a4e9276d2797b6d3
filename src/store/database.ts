import pg from "pg";
import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "./generated/client.ts";
import { createStatements, type Statements } from "./statements.ts";

/** Something that runs SQL. Statements are prepared once per connection, so keep their text constant. */
export interface Queryable {
  query<Row = Record<string, unknown>>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** The statements of one `transaction` call; it is over when that call settles. */
export type Transaction = Queryable;

/** The one door to PostgreSQL: SQL for the hot paths and the reports, Prisma for everything else, on one pool. */
export interface Database extends Queryable {
  /** Commits when `run` resolves, rolls back when it throws. Repeats `run` when PostgreSQL broke a deadlock. */
  transaction<T>(run: (tx: Transaction) => Promise<T>): Promise<T>;
  readonly prisma: PrismaClient;
  /** Statements sent so far, BEGIN and COMMIT included. */
  readonly roundTrips: number;
  /** A connection of its own, for LISTEN and session locks. */
  connect(): Promise<pg.Client>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  connection: pg.ClientConfig;
  poolSize: number;
  /** The database ends a transaction whose process fell silent for so long: that is what fences a paused hub. */
  idleInTransactionMs: number;
  onError: (error: Error) => void;
}

const DEADLOCK = new Set(["40P01", "40001"]);
const ATTEMPTS = 5;

export function openDatabase(options: DatabaseOptions): Database {
  const connection = {
    ...options.connection,
    application_name: "tributary",
    idle_in_transaction_session_timeout: options.idleInTransactionMs,
  };
  const pool = new pg.Pool({ ...connection, max: options.poolSize, connectionTimeoutMillis: 10_000 });
  pool.on("error", options.onError);
  // A connection in the middle of a transaction is not the pool's to watch; unheard, its loss would end the process.
  pool.on("connect", (client) => client.on("error", options.onError));
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  const statements = createStatements();

  return {
    query: (sql, values) => statements.run(pool, sql, values),
    async transaction(work) {
      for (let left = ATTEMPTS; ; left--) {
        try {
          return await attempt(pool, statements, work);
        } catch (error) {
          if (left === 1 || !DEADLOCK.has(sqlState(error) ?? "")) throw error;
        }
      }
    },
    prisma,
    get roundTrips() {
      return statements.sent;
    },
    async connect() {
      const client = new pg.Client(connection);
      client.on("error", options.onError);
      await client.connect();
      return client;
    },
    async close() {
      await prisma.$disconnect();
      if (!pool.ended) await pool.end();
    },
  };
}

/** One try of a transaction, on a connection that goes back to the pool unless even the rollback failed. */
async function attempt<T>(pool: pg.Pool, statements: Statements, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await statements.run(client, "BEGIN");
    const result = await work({ query: (sql, values) => statements.run(client, sql, values) });
    await statements.run(client, "COMMIT");
    return result;
  } catch (error) {
    await statements.run(client, "ROLLBACK").catch((lost: Error) => (broken = lost));
    throw error;
  } finally {
    client.release(broken);
  }
}

/** PostgreSQL's five-character code of what went wrong. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
