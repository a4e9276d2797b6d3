import { createHash, randomUUID } from "node:crypto";
import type { AdapterTools, Cache } from "../../src/contract/index.ts";
import { createKeptLog, type KeptLog, type Pending } from "./kept-log.ts";
import { compose, languageOf, patienceIn, type Kept, type Language } from "./passive-reply.ts";
import type { Reply } from "./reply.ts";
import { createWaitingRoom, type WaitingRoom } from "./waiting-room.ts";

/** WeChat gives up on a request after five seconds; an answer must have left before. */
const HOLD_MS = 4_500;
/** By then WeChat has given up for certain, and asks again. */
const GIVEN_UP_MS = 8_000;
/** WeChat asks three times in all. */
const LAST_ATTEMPT = 3;
const ATTEMPTS_MS = 60_000;
/** Somebody who comes back for an answer gets it soon, even when the new question takes longer. */
const COLLECT_MS = 2_000;
/** An answer of several messages is complete when nothing more came for so long. */
const QUIET_MS = 400;
/** Requests held open here at the same time; more are answered at once, and their answers kept. */
const MOST_OPEN = 2_000;

/** A request of WeChat's that may carry an answer back. */
export interface Question {
  person: string;
  /** The same for WeChat's repetitions. */
  key: string;
  /** Seconds, as WeChat dates it. */
  at: number;
  /** A person waits for words: a message or a press. Following and scanning ask for nothing. */
  asks: boolean;
  text: string;
}

/** What goes out with a request, and which kept answers that was; nothing means WeChat's "success". */
export interface Handed {
  reply?: Reply;
  ids: string[];
}

export interface Passive {
  /** Keeps an answer for the person, and wakes the request that waits for it. */
  keep(person: string, kept: Kept): Promise<void>;
  /** Waits for the answer as long as WeChat does. Never rejects on what a person sent. */
  hold(question: Question): Promise<Handed>;
}

const SILENCE: Handed = { ids: [] };

type PassiveTools = Pick<AdapterTools, "cache" | "clock" | "log">;

/** Answers inside WeChat's own requests, for accounts that may not send by themselves. */
export function createPassive(tools: PassiveTools): Passive {
  const log = createKeptLog(tools.cache);
  const room = createWaitingRoom(tools.clock);
  let open = 0;
  return {
    async keep(person, kept) {
      await log.append(person, kept);
      room.wake(person);
    },
    async hold(question) {
      if (open >= MOST_OPEN) {
        tools.log.warn({ open }, "too many of WeChat's requests wait for answers; the answers are kept for later");
        return SILENCE;
      }
      open++;
      try {
        return await answer({ ...tools, kept: log, room }, question);
      } finally {
        open--;
      }
    },
  };
}

interface Desk extends PassiveTools {
  kept: KeptLog;
  room: WaitingRoom;
}

async function answer(desk: Desk, question: Question): Promise<Handed> {
  const startMs = desk.clock.monotonicMs();
  const attempt = question.asks ? await attemptOf(desk.cache, question.key) : LAST_ATTEMPT;
  const before = attempt > 1 ? await desk.cache.get(handedKey(question)) : undefined;
  if (before !== undefined) return JSON.parse(before) as Handed; // the answer left, and did not arrive
  const outcome = await waitForAnswer(desk, question, startMs);
  if (typeof outcome === "object") return outcome;
  const twin = await desk.cache.get(handedKey(question)); // the same request, asked twice at the same time
  if (twin !== undefined) return JSON.parse(twin) as Handed;
  return outcome === "elsewhere" ? SILENCE : givenUp(desk, question, attempt, startMs);
}

/** `elsewhere`: the answer went with another request of theirs. */
async function waitForAnswer(desk: Desk, question: Question, startMs: number): Promise<Handed | "elsewhere" | "late"> {
  const { clock, kept, room } = desk;
  let [known, knownMs, wasAnswered] = [0, startMs, false];
  for (;;) {
    const pending = await kept.pending(question.person);
    const nowMs = clock.monotonicMs();
    if (pending.kept.length !== known) [known, knownMs] = [pending.kept.length, nowMs];
    const standing = standingOf(question, pending);
    if (standing === "overtaken" || (standing === "nothing" && wasAnswered)) return "elsewhere";
    wasAnswered ||= standing === "answered";

    const soonMs = wasAnswered ? knownMs + QUIET_MS : startMs + COLLECT_MS;
    const dueMs = Math.min(startMs + HOLD_MS, standing === "nothing" ? Infinity : soonMs);
    if (nowMs < dueMs) {
      const hasNews = async () => (await kept.tail(question.person)) !== pending.end;
      await room.wait(question.person, dueMs - nowMs, hasNews);
      continue;
    }
    if (standing === "nothing") return "late";
    const handed = await give(desk, question, pending, !wasAnswered);
    if (handed) return handed;
  }
}

/** Takes what is kept, as much as goes into one message; `undefined` when another request was first. */
async function give(
  { kept: log, cache }: Desk,
  question: Question,
  { from, kept }: Pending,
  stillLooking: boolean,
): Promise<Handed | undefined> {
  const answers = kept.map((each) => each.kept);
  const language = languageFor(question, answers);
  const { reply, count } = compose(answers, { language, stillLooking: stillLooking && question.asks });
  const batch = { from, upTo: kept[count - 1]!.slot + 1, by: randomUUID() };
  if (!(await log.claim(question.person, batch))) return undefined;
  const handed: Handed = { reply, ids: answers.slice(0, count).map(({ id }) => id) };
  await cache.set(handedKey(question), JSON.stringify(handed), ATTEMPTS_MS);
  return handed;
}

/** No answer came. But for the last attempt silence is best: WeChat asks again, and there is more time. */
async function givenUp({ clock }: Desk, question: Question, attempt: number, startMs: number): Promise<Handed> {
  if (!question.asks) return SILENCE;
  if (attempt >= LAST_ATTEMPT) return { reply: patienceIn(languageFor(question, [])), ids: [] };
  await clock.sleep(startMs + GIVEN_UP_MS - clock.monotonicMs());
  return SILENCE;
}

/** The how-manieth time WeChat asks this, over all hub processes. */
async function attemptOf(cache: Cache, key: string): Promise<number> {
  const mine = randomUUID();
  for (let attempt = 1; attempt < LAST_ATTEMPT; attempt++) {
    const first = await cache.once(`attempt ${digest(key)} ${attempt}`, ATTEMPTS_MS, async () => mine);
    if (first === mine) return attempt;
  }
  return LAST_ATTEMPT;
}

function handedKey({ key }: Question): string {
  return `handed ${digest(key)}`;
}

/**
 * How a question stands: `answered` when one of the kept answers is for it (or is a word of our own people, written
 * since); `overtaken` when a later question's request carries the answer to both; `kept` when only older answers wait.
 */
export function standingOf(question: Question, { kept }: Pending): "answered" | "overtaken" | "kept" | "nothing" {
  if (kept.length === 0) return "nothing";
  const asked = kept.map((each) => each.kept.for);
  const isForThis = ({ key, at }: Kept["for"]) => (key === undefined ? at >= question.at : key === question.key);
  if (asked.some(isForThis)) return "answered";
  return asked.some(({ key, at }) => key !== undefined && isLater({ key, at }, question)) ? "overtaken" : "kept";
}

function isLater(one: { key: string; at: number }, other: { key: string; at: number }): boolean {
  if (one.at !== other.at) return one.at > other.at;
  // Within a second, message ids tell: they grow.
  return one.key.length === other.key.length ? one.key > other.key : one.key.length > other.key.length;
}

/** The person's language as far as their words tell, else the answer's; WeChat's people mostly read Chinese. */
function languageFor({ text }: Question, kept: readonly Kept[]): Language {
  const answered = kept.map(({ reply }) => ("text" in reply ? reply.text : "")).join(" ");
  return languageOf(text) ?? languageOf(answered) ?? "zh";
}

function digest(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 32);
}
