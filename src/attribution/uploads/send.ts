import { cleanText, type Clock, type Json, type Log } from "../../contract/index.ts";
import type { Vault } from "../../lib/vault.ts";
import type { Database } from "../../store/index.ts";
import { apiNamed } from "./apis.ts";
import { fieldsOf, judge } from "./judge.ts";
import { openSettings } from "./targets.ts";
import { findTargets } from "./target-store.ts";
import type { Call, Said, SendTools } from "./upload-api.ts";
import { claimUploads, findFacts, finishUpload, type TargetRow, type UploadRow } from "./upload-store.ts";
import type { UploadFacts } from "./upload-api.ts";

const LEASE_MS = 180_000;
const AT_ONCE = 20;
const POLL_MS = 5_000;
const CALL_MS = 30_000;
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 3 * 3_600_000;
/** About 21 hours: well inside the 48 hours in which the platforms know a repeated event by its id. */
const MOST_ATTEMPTS = 12;
const LONGEST_REASON = 300;
const LONGEST_ANSWER = 100_000;
/** Shorter ones stand in ordinary words. */
const LEAST_SECRET = 8;

export interface SendingParts {
  db: Database;
  vault: Vault;
  clock: Clock;
  log: Log;
  /** Guarded: the addresses are settings. */
  fetch: typeof fetch;
}

/** A loop's step: sends what is due; resolves with how long to wait. */
export function createSending(parts: SendingParts): (signal?: AbortSignal) => Promise<number> {
  const { db, vault, clock, log } = parts;
  const kept = new Map<string, { value: string; untilMs: number }>();

  async function attempt(upload: UploadRow, target: TargetRow, facts: UploadFacts, call: Call): Promise<void> {
    const settings = openSettings(vault, target);
    const verdict = await judge(db, { ...target, settings }, facts, clock.now());
    if ("withheld" in verdict) return finish(upload, "withheld", verdict.withheld);
    if ("wait" in verdict) return postpone(upload, { later: verdict.wait });
    const secrets = apiNamed(target.api).secrets.flatMap((name) => secretIn(settings, name));
    const said = await apiNamed(target.api).send(verdict, settings, { call, remember: rememberIn(kept, clock) });
    if (said === "taken") return finish(upload, "sent", null, fieldsOf(verdict.body));
    if ("refused" in said) return finish(upload, "refused", shorten(said.refused, secrets));
    return postpone(upload, { ...said, later: shorten(said.later, secrets) });
  }

  function finish(upload: UploadRow, state: string, reason: string | null, fields: string[] = []): Promise<void> {
    const sentAt = state === "sent" ? clock.now() : null;
    return finishUpload(db, upload.id, { state, reason, fields, sentAt, dueAt: null });
  }

  function postpone(
    upload: UploadRow,
    { later, retryAfterMs }: { later: string; retryAfterMs?: number },
  ): Promise<void> {
    if (upload.attempts >= MOST_ATTEMPTS)
      return finish(upload, "refused", `${later} Given up after ${MOST_ATTEMPTS} times.`);
    const pauseMs = Math.max(
      retryAfterMs ?? 0,
      Math.min(FIRST_PAUSE_MS * 4 ** (upload.attempts - 1), LONGEST_PAUSE_MS),
    );
    const dueAt = new Date(clock.now().getTime() + pauseMs);
    return finishUpload(db, upload.id, { state: "waiting", reason: later, fields: [], sentAt: null, dueAt });
  }

  return async function step(signal = new AbortController().signal) {
    const due = await claimUploads(db, clock.now(), LEASE_MS, AT_ONCE);
    if (due.length === 0) return POLL_MS;
    const targets = await findTargets(db, [...new Set(due.map(({ targetId }) => targetId))]);
    const facts = await findFacts(db, [...new Set(due.map(({ conversionId }) => conversionId))]);
    const call = createCall(parts.fetch, signal);
    for (const upload of due.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
      const target = targets.find(({ id }) => id === upload.targetId);
      const known = facts.get(upload.conversionId);
      if (!target || !known) continue; // erased meanwhile
      await attempt(upload, target, known, call).catch((error: unknown) => {
        log.error({ uploadId: upload.id, err: error }, "A conversion could not be sent back and will be tried again.");
        return postpone(upload, { later: "A fault of the hub kept this from being sent; the log says more." });
      });
    }
    return due.length === AT_ONCE ? 0 : POLL_MS;
  };
}

/** One call as the platforms want it; whatever goes wrong on the way may be tried again, since each event has its id. */
export function createCall(fetch: SendingParts["fetch"], ending: AbortSignal): Call {
  return async (url, { headers, body }) => {
    try {
      const signal = AbortSignal.any([ending, AbortSignal.timeout(CALL_MS)]);
      const init = { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body, signal };
      // The body holds what is for this platform alone: it is not carried on to another address.
      const response = await fetch(url, { ...init, redirect: "manual" });
      const text = (await response.text()).slice(0, LONGEST_ANSWER);
      const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
      const retryAfter = Number.isFinite(seconds) ? { retryAfterMs: Math.min(seconds * 1_000, LONGEST_PAUSE_MS) } : {};
      return { status: response.status, body: jsonOf(text), ...retryAfter };
    } catch {
      return { later: "The platform cannot be reached, or gave no answer." };
    }
  };
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}

function rememberIn(kept: Map<string, { value: string; untilMs: number }>, clock: Clock): SendTools["remember"] {
  return async (key, make): Promise<string | Said> => {
    const nowMs = clock.monotonicMs();
    const known = kept.get(key);
    if (known && known.untilMs > nowMs) return known.value;
    const made = await make();
    if (typeof made === "string" || !("value" in made)) return made;
    kept.set(key, { value: made.value, untilMs: nowMs + made.forMs });
    return made.value;
  };
}

function secretIn(settings: unknown, name: string): string[] {
  const value = (settings as Record<string, unknown>)[name];
  return typeof value === "string" && value.length >= LEAST_SECRET ? [value] : [];
}

/** A platform may say a token back to us. */
function shorten(reason: string, secrets: readonly string[]): string {
  const bare = secrets.reduce((text, secret) => text.replaceAll(secret, "…"), cleanText(reason));
  return bare.length > LONGEST_REASON ? `${bare.slice(0, LONGEST_REASON).toWellFormed()}…` : bare;
}
