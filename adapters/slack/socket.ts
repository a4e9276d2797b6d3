import { ChannelError, type AdapterTools, type Arrival, type Json, type Stream } from "../../src/contract/index.ts";
import { arrivalOf, bodyOf } from "./arrival.ts";
import { openLine, type Envelope, type Line } from "./line.ts";
import type { Lookups } from "./lookups.ts";
import { warnOfNotices } from "./notices.ts";
import type { FinishStep } from "./steps.ts";

const SECOND_MS = 1_000;
const MAX_WAIT_MS = 30 * SECOND_MS;
/** Somebody has to do something about it first. */
const REFUSED_WAIT_MS = 120 * SECOND_MS;
/** Slack closes a line this long after it said so. */
const DRAIN_MS = 8 * SECOND_MS;

/** A line that lives shorter than this was no good. */
const SHORT_MS = 5 * SECOND_MS;

export interface SocketParts {
  appToken: string;
  apiRoot: string;
  tools: AdapterTools;
  lookups: Lookups;
  finishStep: FinishStep;
}
type Emit = (arrival: Arrival) => Promise<void>;

/** Socket Mode: we open the line, so no public address is needed. */
export function createSocket(parts: SocketParts): Stream {
  return { type: "stream", listen: (emit, signal) => listen(parts, emit, signal) };
}

/** Keeps a line open until aborted. When Slack wants to close it, the new one stands before the old one goes. */
async function listen(parts: SocketParts, emit: Emit, signal: AbortSignal): Promise<void> {
  const { tools } = parts;
  const desk = createDesk(parts, emit);
  const ended = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  const retiring = new Set<Promise<void>>();
  let line: Line | undefined;
  let failures = 0;

  const retire = (old: Line) => {
    const gone = desk.drain(old).then(() => old.close());
    retiring.add(gone);
    void gone.finally(() => retiring.delete(gone));
  };

  while (!signal.aborted) {
    try {
      const next = await openLine({ ...parts, clock: tools.clock, onEnvelope: desk.take }, signal);
      if (line) retire(line);
      line = next;
      const openedMs = tools.clock.monotonicMs();
      const reason = await Promise.race([next.asked, next.closed.then(() => "closed"), ended.then(() => "aborted")]);
      if (reason === "closed") line = undefined;
      if (reason === "closed" && tools.clock.monotonicMs() - openedMs < SHORT_MS)
        throw new ChannelError("unreachable", CLOSED_AT_ONCE);
      failures = 0;
      if (reason === "link_disabled") throw new ChannelError("unauthorized", LINK_DISABLED);
      if (reason === "too_many_websockets") throw new ChannelError("refused", TOO_MANY);
    } catch (error) {
      if (signal.aborted) break;
      await tools.clock.sleep(report(tools, error, ++failures), signal);
    }
  }
  if (line) retire(line);
  await Promise.all(retiring);
}

const CLOSED_AT_ONCE = "Slack closed the socket soon after it was opened.";
const LINK_DISABLED = "Socket Mode is switched off for this app: switch it on in api.slack.com/apps, Socket Mode.";
const TOO_MANY =
  "Slack has ten sockets of this app open already: stop other programs that use the same app, or give this channel an app of its own.";

/** Takes envelopes: stores each, in order within its lane, and only then acknowledges it. */
function createDesk({ tools, lookups, finishStep }: SocketParts, emit: Emit) {
  const lanes = new Map<string, Promise<void>>();
  const open = new Map<Line, Set<Promise<void>>>();

  async function store(envelope: Envelope, line: Line): Promise<void> {
    const body = readable(envelope);
    const arrival = arrivalOf(body, tools.clock.now());
    const looked = lookups(body);
    const before = lanes.get(arrival.lane);
    const stored = (async () => {
      await before?.catch(() => undefined);
      await looked;
      await emit(arrival);
    })();
    lanes.set(arrival.lane, stored);
    await stored.finally(() => lanes.get(arrival.lane) === stored && lanes.delete(arrival.lane));
    // A line that is gone by now cannot carry the word: Slack delivers again, and the key is known.
    await line.acknowledge(envelope.id, body.type === "block_suggestion" ? { options: [] } : {}).catch(() => undefined);
    finishStep(body);
  }

  function take(envelope: Envelope, line: Line): void {
    const { retryAttempt: retry, retryReason } = envelope;
    const reason = retryReason?.replaceAll(/[^\w-]/g, "?").slice(0, 40);
    if (retry > 0)
      tools.log.warn(
        { channelId: tools.channelId, retry, reason },
        "Slack delivers an event again, since it had no answer from us in time.",
      );
    const work = store(envelope, line).catch((error: unknown) => {
      const name = error instanceof Error ? error.name : "unknown";
      tools.log.error(
        { channelId: tools.channelId, error: name },
        "An event from Slack could not be stored; Slack will deliver it again.",
      );
    });
    const works = open.get(line) ?? new Set();
    open.set(line, works.add(work));
    void work.finally(() => works.delete(work) && works.size === 0 && open.delete(line));
  }

  /** What came on this line is stored and acknowledged, or the time is up. */
  async function drain(line: Line): Promise<void> {
    const done = new AbortController();
    await Promise.race([Promise.all(open.get(line) ?? []), tools.clock.sleep(DRAIN_MS, done.signal)]);
    done.abort();
  }

  /** Nothing is refused: what is no object is kept as it is, and decodes to its reason. */
  function readable({ type, payload }: Envelope): ReturnType<typeof bodyOf> {
    const whole = typeof payload === "object" && payload !== null && !Array.isArray(payload);
    const body = bodyOf(whole ? payload : ({ type, unreadable: payload } satisfies Json));
    warnOfNotices(body, tools);
    return body;
  }

  return { take, drain };
}

/** Says in the log what went wrong, and returns how long to wait. */
function report({ log, channelId }: AdapterTools, error: unknown, failures: number): number {
  const waitMs = Math.min(2 ** (failures - 1) * SECOND_MS, MAX_WAIT_MS);
  if (!(error instanceof ChannelError)) {
    log.error(
      { channelId, failures, waitMs, error: error instanceof Error ? error.name : "unknown" },
      "Slack's socket failed; it will be opened again.",
    );
    return waitMs;
  }
  if (error.fault === "retry-after") return Math.max(error.retryAfterMs ?? 0, waitMs);
  const isFinal = error.fault === "unauthorized" || error.fault === "refused";
  const nextMs = isFinal ? REFUSED_WAIT_MS : waitMs;
  log.warn({ channelId, failures, waitMs: nextMs, fault: error.fault }, error.message);
  return nextMs;
}
