import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import path from "node:path";
import { createInterface } from "node:readline";

/** A hub as a process of its own, so that it can be killed. */
export interface HubProcess {
  url: string;
  /** The one-time link, on a database without an owner. */
  claimUrl: string | undefined;
  pid: number;
  /** What it printed on standard error. */
  errors: string[];
  readyMs: number;
  kill(signal: NodeJS.Signals): void;
  /** Resolves with the exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>;
}

const START_MS = 60_000;

/** Starts `dist/main.js` and resolves when it says that it is ready; rejects with its words when it ends before. */
export async function startHubProcess(env: Record<string, string>, cwd = process.cwd()): Promise<HubProcess> {
  const startedAt = performance.now();
  const flags = process.env["HUB_NODE_FLAGS"]?.split(" ") ?? []; // a profiler's, say
  const child = spawn(process.execPath, [...flags, "--enable-source-maps", path.resolve("dist/main.js")], {
    cwd,
    env: { PATH: process.env["PATH"] ?? "", LOG_LEVEL: "error", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const errors: string[] = [];
  createInterface(child.stderr!).on("line", (line) => errors.push(line));
  const ended = once(child, "exit").then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  const { url, claimUrl } = await ready(child, ended, errors);
  return {
    url,
    claimUrl,
    errors,
    ended,
    pid: child.pid!,
    readyMs: performance.now() - startedAt,
    kill: (signal) => void child.kill(signal),
  };
}

function ready(
  child: ChildProcess,
  ended: Promise<unknown>,
  errors: string[],
): Promise<{ url: string; claimUrl: string | undefined }> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${why}\n${errors.join("\n")}`));
    const timer = setTimeout(() => fail("The hub was not ready in time."), START_MS);
    let url: string | undefined;
    let claimUrl: string | undefined;
    createInterface(child.stdout!).on("line", (line) => {
      url ??= /ready at (\S+)/.exec(line)?.[1];
      claimUrl ??= /(http\S+\/claim\/\S+)/.exec(line)?.[1];
      if (!url) return;
      clearTimeout(timer);
      // The link is printed right after; a hub that has an owner prints none.
      setTimeout(() => resolve({ url: url!, claimUrl }), 50);
    });
    void ended.then((code) => fail(`The hub ended with ${String(code)}.`));
  });
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** How a process is told of a database behind a Unix socket. */
export function socketUrl({ host, user, database }: { host?: string; user?: string; database?: string }): string {
  return `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host!)}`;
}
