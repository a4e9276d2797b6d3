import { randomBytes } from "node:crypto";
import type { LanguageModelCallView, LanguageModelSettings } from "../../contract/api-language-model.ts";
import type { Clock, Log } from "../../contract/index.ts";
import { faultIn } from "./checks.ts";
import { promptFor, retryFor, type Matter } from "./prompt.ts";
import { readReply, type Wish } from "./reply.ts";
import { LanguageModelFault, type Access, type Prompt, type Service } from "./service.ts";

/** What is kept of each call, and whether there is money for it. */
export interface Ledger {
  /** `undefined` where the budget is spent. */
  reserve(purpose: LanguageModelCallView["purpose"], tokens: Tokens): Promise<string | undefined>;
  settle(
    id: string,
    usage: Tokens | undefined,
    ms: number,
    verdict: LanguageModelCallView["verdict"],
    reason: string | null,
  ): Promise<void>;
}

export interface Tokens {
  inputTokens: number;
  outputTokens: number;
}

export interface AskParts {
  service: Service;
  access: Access;
  settings: LanguageModelSettings;
  ledger: Ledger;
  clock: Clock;
  log: Log;
}

/** What may be said: one of the approved answers given, or a text that every check let through. */
export type Verdict =
  | { kind: "choose"; ref: string }
  | { kind: "write"; text: string; citations: { passage: string; quote: string }[] }
  | { kind: "nothing" };

const NOTHING: Verdict = { kind: "nothing" };
const OUTPUT_TOKENS = 600;
/** One more, told what was wrong. */
const ATTEMPTS = 2;

/**
 * Asks the model, checks what it says, asks once more where a check fails. Never throws: without a usable answer the
 * embedded answerer goes on. @param hosts where links of an answer may lead.
 */
export async function askModel(
  matter: Matter,
  hosts: ReadonlySet<string>,
  parts: AskParts,
  signal: AbortSignal,
): Promise<Verdict> {
  const mark = randomBytes(9).toString("hex");
  let prompt = promptFor(matter, mark, parts.settings);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const judge = (text: string) => judged(text, matter, hosts);
    const done = await call("answer", prompt, parts, { signal, outputTokens: OUTPUT_TOKENS, judge });
    if (!done) return NOTHING;
    if ("verdict" in done.judgement) return done.judgement.verdict;
    prompt = { ...prompt, retry: { said: done.said, fault: retryFor(done.judgement.fault) } };
  }
  return NOTHING;
}

type Judgement<T> = { verdict: T } | { fault: string };

/** What the model said, if it may be said. */
function judged(said: string, matter: Matter, hosts: ReadonlySet<string>): Judgement<Verdict> {
  const reply = readReply(said);
  if ("fault" in reply) return reply;
  return judgedWish(reply.wish, matter, hosts);
}

function judgedWish(
  wish: Wish,
  { choices, grounds, language, mayWrite }: Matter,
  hosts: ReadonlySet<string>,
): Judgement<Verdict> {
  if (wish.action === "none") return { verdict: NOTHING };
  if (wish.action === "choose") {
    const { article: ref } = wish;
    if (!choices.some((choice) => choice.ref === ref)) return { fault: "There is no approved answer of that name." };
    return { verdict: { kind: "choose", ref } };
  }
  if (!mayWrite) return { fault: '"write" is not allowed.' };
  const { text, citations } = wish;
  const fault = faultIn({ text, citations }, { language, grounds, hosts });
  return fault === undefined ? { verdict: { kind: "write", text, citations } } : { fault };
}

/** One call, paid and kept. `undefined` where there was no answer, or no money. */
export async function call<T>(
  purpose: LanguageModelCallView["purpose"],
  prompt: Prompt,
  { service, access, ledger, clock, log }: AskParts,
  { signal, outputTokens, judge }: { signal: AbortSignal; outputTokens: number; judge(said: string): Judgement<T> },
): Promise<{ said: string; judgement: Judgement<T> } | undefined> {
  const id = await ledger.reserve(purpose, { inputTokens: estimate(prompt), outputTokens });
  if (id === undefined) {
    log.warn({}, "The language model's budget of the day is spent; the embedded answerer goes on.");
    return undefined;
  }
  const startedAt = clock.monotonicMs();
  const ms = () => clock.monotonicMs() - startedAt;
  try {
    const { text, usage } = await service.complete(access, prompt, { outputTokens, signal });
    const judgement = judge(text);
    const isRefused = "fault" in judgement;
    const verdict = isRefused ? "refused" : isNothing(judgement.verdict) ? "none" : "used";
    await ledger.settle(id, usage, ms(), verdict, isRefused ? reasonOf(judgement.fault) : null);
    return { said: text, judgement };
  } catch (error) {
    if (!(error instanceof LanguageModelFault)) throw error;
    await ledger.settle(id, undefined, ms(), "failed", error.message);
    log.warn({ reason: error.message }, "The language model did not answer; the embedded answerer goes on.");
    return undefined;
  }
}

function isNothing(verdict: unknown): boolean {
  return typeof verdict === "object" && verdict !== null && "kind" in verdict && verdict.kind === "nothing";
}

/** A fault without the words that it names: the log keeps no texts. */
function reasonOf(fault: string): string {
  return fault.split(":")[0]!;
}

/** Rather too many: a Chinese character is about a token, of other letters three are. */
function estimate({ system, user, retry }: Prompt): number {
  const text = `${system}${user}${retry ? retry.said + retry.fault : ""}`;
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  return Math.ceil(han * 1.5 + (text.length - han) / 3) + 50;
}
