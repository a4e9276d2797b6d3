import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { expect, onTestFinished } from "vitest";
import { runCli, runHere, type Ran } from "./cli.ts";
import { freshConnection } from "./database.ts";
import { socketUrl } from "./hub-process.ts";

// Commands on a database of the test's own.

export const SECRET = "a secret of the test's own";
export const BOT = { token: "7000000001:AAE-not_a_real_token", mode: "webhook", secret: "0123456789abcdef" };
export const UPDATE = (JSON.parse(readFileSync("adapters/telegram/fixtures/text.json", "utf8")) as { payload: object })
  .payload;

export interface World {
  env: Record<string, string>;
  /** Runs a command inside this process. */
  cli(line: string[], stdin?: string): Promise<Ran>;
  /** Runs the built command as a process of its own. */
  built(line: string[], stdin?: string): Promise<Ran>;
  sql<Row>(text: string, values?: unknown[]): Promise<Row[]>;
}

export async function world(): Promise<World> {
  const connection = await freshConnection();
  const client = new pg.Client(connection);
  await client.connect();
  onTestFinished(() => client.end());
  const env = { DATABASE_URL: socketUrl(connection), TRIBUTARY_SECRET: SECRET };
  return {
    env,
    cli: (line, stdin) => runHere(line, stdin, env),
    built: (line, stdin = "") => runCli(line, { env, stdin }),
    sql: async <Row>(text: string, values?: unknown[]) => (await client.query(text, values)).rows as Row[],
  };
}

export function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), "tributary-cli-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

export async function addBot({ cli }: World): Promise<string> {
  const { code, stdout } = await cli(
    ["channel", "add", "telegram", "--name", "Support", "--settings", "-"],
    JSON.stringify(BOT),
  );
  expect(code).toBe(0);
  return stdout.trim();
}
