import { isPrivateAddress } from "../lib/guarded-fetch.ts";
import { fail, ok, warn, type Finding } from "./finding.ts";
import { CLI } from "./teach.ts";
import type { StoreState, WorkState } from "../store/index.ts";

const GIB = 1_024 ** 3;
const LEAST_NODE = [20, 19] as const;
const LEAST_POSTGRES = 14;
const LATE_MS = 5 * 60_000;

/** What each thing that `doctor` measured means. Pure: the measuring is done elsewhere. */

export function judgeNode(version: string): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  const [leastMajor, leastMinor] = LEAST_NODE;
  const isNew = major > leastMajor || (major === leastMajor && minor >= leastMinor);
  const detail = `Node ${version.replace(/^v/, "")}.`;
  return isNew ? ok("node", detail) : fail("node", detail, `Install Node ${LEAST_NODE.join(".")} or later.`);
}

export function judgeDisk(directory: string, freeBytes: number): Finding {
  const detail = `${(freeBytes / GIB).toFixed(1)} GiB are free for ${directory}.`;
  const next = "Make room: a database without any stops taking messages.";
  if (freeBytes < 0.2 * GIB) return fail("disk", detail, next);
  return freeBytes < GIB ? warn("disk", detail, next) : ok("disk", detail);
}

export function judgeDatabase({ embedded, version, versionNumber }: StoreState): Finding {
  const detail = `PostgreSQL ${version}, ${embedded ? "embedded in the data directory" : "the one of DATABASE_URL"}.`;
  if (versionNumber >= LEAST_POSTGRES * 10_000) return ok("database", detail);
  return fail("database", detail, `The hub needs PostgreSQL ${LEAST_POSTGRES} or later.`);
}

export function judgeMigrations({ pending }: StoreState): Finding {
  if (pending.length === 0) return ok("migrations", "The tables are up to date.");
  const detail = `${pending.length} to be applied: ${pending.join(", ")}.`;
  return warn(
    "migrations",
    detail,
    "The next start of the hub applies them. Ask again afterwards: the rest needs the tables.",
  );
}

export function judgeSkew(skewMs: number): Finding {
  const seconds = (Math.abs(skewMs) / 1_000).toFixed(1);
  const detail = `The database's clock is ${seconds} s ${skewMs < 0 ? "behind" : "ahead of"} this machine's.`;
  const next = "Let both machines keep time by NTP: what is due, and what is stale, depends on it.";
  if (Math.abs(skewMs) >= 30_000) return fail("clock", detail, next);
  return Math.abs(skewMs) >= 2_000
    ? warn("clock", detail, next)
    : ok("clock", "This machine and the database agree on the time.");
}

/** @param unopened names of the channels whose settings the secret does not open. */
export function judgeSecret(channels: number, unopened: readonly string[]): Finding {
  if (unopened.length > 0)
    return fail(
      "secret",
      `The settings of ${unopened.join(", ")} were sealed with another secret.`,
      "Set TRIBUTARY_SECRET to the one they were sealed with, or put its secret.key back into the data directory; else give the settings anew.",
    );
  return ok(
    "secret",
    channels === 0 ? "There is nothing sealed yet." : `It opens the settings of ${counted(channels, "channel")}.`,
  );
}

export function judgeArrivals({ waiting, dead }: WorkState, hubs: number): Finding {
  if (dead > 0)
    return warn("arrivals", `${counted(dead, "arrival")} could not be read.`, `See why with: ${CLI} replay --dry-run`);
  if (waiting > 0 && hubs === 0)
    return warn("arrivals", `${counted(waiting, "arrival")} waiting to be recorded.`, "Start a hub.");
  return ok(
    "arrivals",
    waiting === 0 ? "None waits, none is dead." : `${counted(waiting, "arrival")} waiting, none dead.`,
  );
}

export function judgeDeliveries({ failed, maybeSent, lateMs }: WorkState): Finding {
  const faults = [
    ...(failed > 0 ? [`${counted(failed, "message")} could not be delivered`] : []),
    ...(maybeSent > 0 ? [`of ${counted(maybeSent, "message")} it is not known whether they arrived`] : []),
  ];
  if (faults.length > 0) return warn("deliveries", `${faults.join("; ")}.`, "Each conversation shows which, and why.");
  if (lateMs > LATE_MS)
    return warn(
      "deliveries",
      `A message has been due for ${Math.round(lateMs / 60_000)} minutes.`,
      "Is a hub running, and its channel open?",
    );
  return ok("deliveries", "None failed, none is late.");
}

/** Platforms with a webhook call the hub: they must get through to it, over https. */
export function judgePublicUrl(url: URL, webhookChannels: number): Finding {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const isNear = host === "localhost" || host.endsWith(".local") || (/^[\d.]+$|:/.test(host) && isPrivateAddress(host));
  if (webhookChannels === 0)
    return ok("address", `The hub calls itself ${url.href}; no channel needs to be called there.`);
  const next =
    "Set PUBLIC_URL to the https address at which the world reaches this hub, then register the webhooks again.";
  if (isNear)
    return warn(
      "address",
      `No platform reaches ${url.href}, and ${counted(webhookChannels, "channel")} must be called.`,
      next,
    );
  if (url.protocol === "http:") return warn("address", `${url.href} is not https, which most platforms ask for.`, next);
  return ok("address", `Platforms call ${url.href}`);
}

export function judgeHubs(hubs: number): Finding {
  return ok(
    "hub",
    hubs === 0
      ? "None is running on this database; `npm start` starts one."
      : `${counted(hubs, "hub")} running on this database.`,
  );
}

function counted(n: number, noun: string): string {
  return `${n.toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;
}
