import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { readConfig } from "../../src/config.ts";
import { run } from "../../src/cli/run.ts";
import { systemClock } from "../../src/lib/clock.ts";

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Brings dist/ up to date, as `npm run cli` does. */
export async function buildDist(): Promise<void> {
  await promisify(execFile)(process.execPath, ["scripts/build.mjs"]);
}

/** Runs the built command as a process of its own. */
export async function runCli(
  args: readonly string[],
  { env = {}, stdin = "" }: { env?: Record<string, string>; stdin?: string } = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [path.resolve("dist/cli.js"), ...args], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
  });
  child.stdin.on("error", () => undefined); // a command that reads nothing closes it
  child.stdin.end(stdin);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code: code as number, stdout, stderr };
}

/** Runs a command inside this process, which is quicker. */
export async function runHere(args: readonly string[], stdin = "", env: Record<string, string> = {}): Promise<Ran> {
  let stdout = "";
  let stderr = "";
  const code = await run(args, {
    stdin: (async function* () {
      yield Buffer.from(stdin);
    })(),
    out: async (words) => void (stdout += words),
    err: (words) => (stderr += words),
    clock: systemClock,
    config: () => readConfig(env, { LOG_LEVEL: "silent" }),
    debug: false,
  });
  return { code, stdout, stderr };
}
