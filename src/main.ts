import { readConfig } from "./config.ts";
import { HubError } from "./contract/index.ts";
import { createHub } from "./hub.ts";
import { systemClock } from "./lib/clock.ts";
import { createLog } from "./lib/log.ts";

/** Starts the hub, tells where it is, and stops it in order when it is asked to. */
async function main(): Promise<void> {
  const startedMs = systemClock.monotonicMs();
  const config = readConfig();
  const log = createLog(config.logLevel);
  const hub = await createHub({ config, clock: systemClock, log });
  await hub.start().catch(async (error: unknown) => {
    await hub.close(); // a taken port must not leave the database running behind
    throw error;
  });

  const claim = await hub.claims.issue();
  console.log(
    `\n  Tributary is ready at ${hub.url.href} (${((systemClock.monotonicMs() - startedMs) / 1_000).toFixed(1)} s)`,
  );
  if (claim) console.log(`\n  Claim this hub as its owner, once, within 15 minutes:\n  ${claim.url}\n`);

  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return process.exit(1); // the second Ctrl-C means now
    stopping = true;
    log.info({ signal }, "stopping: what is under way is finished first");
    hub.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
}

/** A fault the operator can mend is one sentence; one of ours shows where it happened. */
function fail(error: unknown): never {
  console.error(error instanceof HubError ? `\n${error.message}\n` : error);
  process.exit(1);
}

main().catch(fail);
