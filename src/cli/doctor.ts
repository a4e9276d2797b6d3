import { stat, statfs } from "node:fs/promises";
import path from "node:path";
import type { Command } from "commander";
import type { Config } from "../config.ts";
import type { Hub } from "../hub.ts";
import { BadNews, explainFault } from "./fault.ts";
import { describeFindings, fail, ok, warn, type Finding } from "./finding.ts";
import { printJson, type Io } from "./io.ts";
import * as judge from "./judge.ts";
import { CLI, teach } from "./teach.ts";
import { visitHub } from "./visit.ts";

export function addDoctor(program: Command, io: Io): void {
  const command = program
    .command("doctor")
    .summary("check that everything is as it should be")
    .description(
      "Checks the database, migrations, disk, clock, secret, every channel (token, webhook, scopes, last message) and what is stuck.",
    )
    .option("--json", "as JSON: { ok, findings: [{ name, state, detail, next? }] }")
    .action(async ({ json }: { json?: true }) => {
      const findings = await examine(io);
      const isWell = findings.every(({ state }) => state !== "fail");
      if (json) await printJson(io, { ok: isWell, findings });
      else await io.out(describeFindings(findings));
      if (!isWell) throw new BadNews();
    });
  teach(command, {
    notes: [
      "It changes nothing, and works beside a running hub, without one, and when settings or database are what is wrong.",
    ],
    examples: [
      ["doctor", "a table of findings, and what to do about each"],
      ["doctor --json", "for a watchdog: .ok, .findings[].state"],
    ],
    exits: { 0: "nothing failed; warnings may be there", 1: "something failed" },
  });
}

/** Looks at one thing after the other; what a failed one keeps from being looked at is left out. */
async function examine(io: Io): Promise<Finding[]> {
  const findings = [judge.judgeNode(process.version)];
  const config = readSettings(io, findings);
  if (!config) return findings;
  if (config.databaseUrl === undefined)
    findings.push(await diskOf(config.dataDir).catch((error: unknown) => faultOf("disk", error)));
  await examineStore(io, config, findings).catch((error: unknown) => findings.push(faultOf("database", error)));
  return findings;
}

function readSettings(io: Io, findings: Finding[]): Config | undefined {
  try {
    const config = io.config();
    findings.push(ok("settings", "The environment can be read."));
    return config;
  } catch (error) {
    findings.push(
      fail("settings", explainFault(error), "Nothing else can be looked at before the settings are right."),
    );
    return undefined;
  }
}

async function diskOf(dataDir: string): Promise<Finding> {
  const directory = await nearest(dataDir);
  const { bavail, bsize } = await statfs(directory);
  return judge.judgeDisk(dataDir, bavail * bsize);
}

/** The directory itself, or what of its path exists already. */
async function nearest(directory: string): Promise<string> {
  const exists = await stat(directory).then(
    () => true,
    () => false,
  );
  return exists || path.dirname(directory) === directory ? directory : nearest(path.dirname(directory));
}

async function examineStore(io: Io, config: Config, findings: Finding[]): Promise<void> {
  const [{ MIGRATIONS }, { inspectStore }, { createLog }] = await Promise.all([
    import("../hub.ts"),
    import("../store/index.ts"),
    import("../lib/log.ts"),
  ]);
  const log = createLog(config.logLevel);
  const state = await inspectStore({ config, clock: io.clock, log, owner: false, migrations: MIGRATIONS });
  if (!state) {
    findings.push(warn("database", `There is none yet in ${config.dataDir}.`, "The first `npm start` makes it."));
    return;
  }
  try {
    findings.push(judge.judgeDatabase(state), judge.judgeMigrations(state), judge.judgeSkew(state.skewMs));
    if (state.pending.length === 0) findings.push(...(await visitHub(io, examineHub)));
  } finally {
    await state.release();
  }
}

async function examineHub(hub: Hub): Promise<Finding[]> {
  const [{ inspectWork, sealedChannels }, { countLiveHubs }] = await Promise.all([
    import("../store/index.ts"),
    import("../corridor/index.ts"),
  ]);
  const channels = await sealedChannels(hub.db);
  const unopened = channels.filter(({ id, settings }) => !opens(() => hub.vault.open(settings, id)));
  await hub.registry.refresh();
  const hubs = await countLiveHubs(hub.db);
  const work = await inspectWork(hub.db);
  const webhooks = hub.registry.list().filter(({ connection }) => connection.inbound.type === "webhook").length;
  const readable = channels.filter((channel) => !unopened.includes(channel));
  return [
    judge.judgeHubs(hubs),
    judge.judgeSecret(channels.length, unopened.map(({ name }) => name)), // prettier-ignore
    judge.judgePublicUrl(hub.url, webhooks),
    ...(await Promise.all(readable.map((channel) => examineChannel(hub, channel)))).flat(),
    judge.judgeArrivals(work, hubs),
    judge.judgeDeliveries(work),
  ];
}

async function examineChannel(
  hub: Hub,
  { id, name, enabled }: { id: string; name: string; enabled: boolean },
): Promise<Finding[]> {
  if (!enabled) return [ok(name, "The channel is switched off.")];
  try {
    const checks = await hub.desk.check(id);
    const again = `Mend it, then: ${CLI} channel check ${id}`;
    return checks.map(({ name: what, ok: isWell, detail }) =>
      isWell ? ok(`${name}: ${what}`, detail) : fail(`${name}: ${what}`, detail, again),
    );
  } catch (error) {
    return [faultOf(name, error)];
  }
}

function opens(open: () => unknown): boolean {
  try {
    open();
    return true;
  } catch {
    return false;
  }
}

function faultOf(name: string, error: unknown): Finding {
  return fail(name, explainFault(error));
}
