import { createHash } from "node:crypto";
import type { Cache, Clock, Json } from "../../src/contract/index.ts";
import { isObject, memberOf, numberIn, objectIn, textIn, type JsonObject } from "./values.ts";

const DAY_MS = 86_400_000;
const KEPT_MS = 8 * DAY_MS;
const MOST_STEPS = 30;
/** For so long an echo may be of a send whose answer never came. */
const UNSURE_MS = 600_000;

/** One send: `mid` once Meta has named it, `what` where an echo must be known by its content until then. */
interface Step {
  at: number;
  mid?: string;
  what?: string;
}

/**
 * What the hub sent lately to each person, shared by all hubs. A watermark names no message, so these are the ones that it
 * may cover; and Instagram does not always say which app an echo comes from.
 */
export interface Trail {
  /** Called before a send. The result is told Meta's id, or nothing when Meta refused. */
  begin(place: string, message: JsonObject): Promise<(mid: string | undefined) => Promise<void>>;
  isOwn(place: string, message: JsonObject, sentAt: Date): Promise<boolean>;
  /** The messages up to this moment, or up to this message. */
  covered(place: string, until: Date | undefined, mid: string | undefined): Promise<string[]>;
}

/** @param announce whether a send is written down before it goes out, too: where echoes do not name their app */
export function createTrail(cache: Cache, clock: Clock, announce: boolean): Trail {
  const keyOf = (place: string) => `sent:${place}`;
  const steps = async (place: string) => readSteps(await cache.get(keyOf(place)));
  const write = (place: string, after: readonly Step[]) =>
    cache.set(keyOf(place), JSON.stringify(after.slice(-MOST_STEPS)), KEPT_MS);

  return {
    async begin(place, message) {
      // The time before the send: Meta's own is later, so a watermark that covers the message covers this as well.
      const step: Step = { at: clock.now().getTime(), what: contentOf(message) };
      if (announce) await write(place, [...(await steps(place)), step]);
      return async (mid) => {
        if (mid === undefined && !announce) return;
        const others = (await steps(place)).filter(
          (each) => each.at !== step.at || each.what !== step.what || each.mid,
        );
        await write(place, mid === undefined ? others : [...others, { at: step.at, mid }]);
      };
    },
    async isOwn(place, message, sentAt) {
      const mid = textIn(message, "mid");
      const what = contentOf(message);
      return (await steps(place)).some((step) =>
        step.mid === undefined
          ? step.what === what && Math.abs(sentAt.getTime() - step.at) <= UNSURE_MS
          : step.mid === mid,
      );
    },
    async covered(place, until, mid) {
      const named = (await steps(place)).filter((step) => step.mid !== undefined);
      const last = named.findIndex((step) => step.mid === mid);
      const covered = named.filter(
        (step, index) => index <= last || (until !== undefined && step.at <= until.getTime()),
      );
      return covered.map((step) => step.mid ?? "");
    },
  };
}

/** What a message says, the same in what was sent and in its echo. */
function contentOf(message: JsonObject): string {
  const attachments = memberOf(message, "attachments");
  const attachment = objectIn(message, "attachment") ?? (Array.isArray(attachments) ? attachments[0] : undefined);
  const says = textIn(message, "text")?.trim() ?? `attachment ${textIn(attachment, "type") ?? ""}`;
  return createHash("sha256").update(says).digest("base64url").slice(0, 22);
}

function readSteps(stored: string | undefined): Step[] {
  const values: unknown = stored === undefined ? [] : JSON.parse(stored);
  return Array.isArray(values) ? values.filter(isObject).flatMap(readStep) : [];
}

function readStep(value: Json): Step[] {
  const at = numberIn(value, "at");
  const mid = textIn(value, "mid");
  const what = textIn(value, "what");
  return at === undefined ? [] : [{ at, ...(mid && { mid }), ...(what && { what }) }];
}
