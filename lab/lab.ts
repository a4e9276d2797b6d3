import { createServer } from "node:net";
import path from "node:path";
import { parseArgs } from "node:util";
import { emptyDirectory } from "../demo/directory.ts";
import { readConfig } from "../src/config.ts";
import { ConfigError } from "../src/contract/index.ts";
import { systemClock as clock } from "../src/lib/clock.ts";
import { createLog } from "../src/lib/log.ts";
import { startLabServer } from "./server.ts";
import { setStage } from "./stage.ts";

const HELP = `npm run lab -- [options]

  --port N   where the lab's page is (default: 8090, or a free one)
  --help     this text

PORT, LOG_LEVEL and TRIBUTARY_DATA_DIR count as for the hub itself; the lab's data
lies in "lab" inside the data directory and is emptied at each start.`;

const LAB_PORT = 8_090;
const HUB_PORT = 8_080;

/** The hub with every platform played beside it, and a page on which one is the customer. */
async function main(): Promise<void> {
  const port = readPort();
  if (port === undefined) return console.log(HELP);
  const ended = untilSignal();
  const config = await readLabConfig();
  const log = createLog(config.logLevel);
  await emptyDirectory(config.dataDir, { clock, log }, "lab");
  const stage = await setStage({ config, clock, log });
  try {
    const server = await startLabServer(stage, port === "any" ? await portOr(LAB_PORT) : port);
    greet(server.url, stage.hub.url);
    await ended;
    console.log("\nStopping in order … 正在依次停止……");
    await server.close();
  } finally {
    await stage.stop();
  }
}

/** @throws ConfigError; `undefined` when help was asked for. */
function readPort(): number | "any" | undefined {
  try {
    const { values } = parseArgs({ options: { port: { type: "string" }, help: { type: "boolean" } } });
    if (values.help) return undefined;
    if (values.port === undefined) return "any";
    if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > 65_535)
      throw new Error(`--port is a number from 0 to 65535, not “${values.port}”.`);
    return Number(values.port);
  } catch (error) {
    throw new ConfigError(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  }
}

/** What of the environment is the lab's; a real database, above all, is not. */
async function readLabConfig(env: NodeJS.ProcessEnv = process.env) {
  return readConfig({
    PORT: env["PORT"] || String(await portOr(HUB_PORT)),
    LOG_LEVEL: env["LOG_LEVEL"] || "silent",
    TRIBUTARY_DATA_DIR: path.join(env["TRIBUTARY_DATA_DIR"] || "data", "lab"),
    ALLOW_PRIVATE_ADDRESSES: "true",
  });
}

/** This port where it is free, else 0: any. */
function portOr(wanted: number): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().once("error", () => resolve(0));
    probe.listen(wanted, "127.0.0.1", () => probe.close(() => resolve(wanted)));
  });
}

/** The first Ctrl-C stops in order, the second at once. */
function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const end = () => {
      if (asked) process.exit(1);
      asked = true;
      resolve();
    };
    process.on("SIGINT", end).on("SIGTERM", end);
  });
}

function greet(page: URL, hub: URL): void {
  console.log(`
Tributary · lab 实验台

  Open ${page.href}
  打开 ${page.href}

Be a customer on any platform there, and see what the hub makes of it. The hub itself is at ${hub.href}
在那里扮演任意平台上的客户，看系统如何一步步处理。系统地址：${hub.href}

Nothing leaves this machine. Ctrl-C stops. 一切都在本机运行，按 Ctrl-C 停止。`);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof ConfigError ? `\n${error.message}\n` : error);
    process.exit(1);
  },
);
