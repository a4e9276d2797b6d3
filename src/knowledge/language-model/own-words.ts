import type { Language } from "../../lib/language.ts";
import { stem } from "../terms.ts";

/**
 * What binds a sentence and promises nothing. Words that deny, limit or promise ("not", "only", "free", "must", "all") are
 * none of them: those have to stand in the passage.
 */
const GLUE_ENGLISH = new Set(
  `a an the this that these those it its they them their we us our you your i me my he she of in on at to from for with by as
   into onto about and or so then also is are was be been being am do does did have has had can may will would could which who
   what when where how if while because please yes hello hi thanks thank sure here there below following according per
   information answer question regarding`.split(/\s+/u),
);
const GLUE_HAN =
  "您可以 我们 你们 您好 您的 你的 我们的 可以 以及 或者 如果 因为 所以 关于 根据 按照 对于 其中 以下 如下 这个 那个 这些 那些 请 您 你 我 的 地 得 了 在 是 和 与 或 及 也 就 都 而 则 于 由 从 到 向 对 把 被 将 会 能 可 需 为 以 等 这 那 其 该 您们 哦 呢 吧 啊 吗 们".split(
    " ",
  );
const LONGEST_GLUE = 3;
const TOKEN = /[\p{L}\p{M}\p{N}]+/gu;
const HAN_RUN = /\p{Script=Han}+/gu;
/** Piece by piece only: one character says too little about where it comes from. */
const LEAST_PIECE = 2;

/** The words of a text that stand neither in the source nor bind a sentence. */
export function ownWords(text: string, source: string): string[] {
  const [said, known] = [fold(text), fold(source)];
  const words = new Set(wordsOf(known).flatMap((word) => [word, stem(word)]));
  const strange = wordsOf(said).filter((word) => !GLUE_ENGLISH.has(word) && !words.has(word) && !words.has(stem(word)));
  const runs = [...said.matchAll(HAN_RUN)].flatMap(({ 0: run, index }) =>
    strangeHan(isCounted(said, index, known) ? run.slice(1) : run, known),
  );
  return [...new Set([...strange, ...runs])];
}

/** Whether a sentence says anything beside what binds it. */
export function saysSomething(text: string, language: Language): boolean {
  const said = fold(text);
  if (language === "en") return wordsOf(said).some((word) => !GLUE_ENGLISH.has(word));
  return (said.match(HAN_RUN) ?? []).some((run) => strangeHan(run, "").length > 0) || wordsOf(said).length > 0;
}

/** "35 元" where the source counts in 元 too; that the number stands there is another check. */
function isCounted(said: string, index: number, source: string): boolean {
  const isAfterNumber = /\d\s?$/u.test(said.slice(0, index));
  return isAfterNumber && new RegExp(`\\d\\s?${said.charAt(index)}`, "u").test(source);
}

function wordsOf(folded: string): string[] {
  return (folded.replace(HAN_RUN, " ").match(TOKEN) ?? []).filter((word) => !/^\d+$/u.test(word));
}

/** The characters that are covered neither by a piece of the source nor by a word that binds. */
function strangeHan(run: string, source: string): string[] {
  const characters = [...run];
  const strange: string[] = [];
  for (let at = 0; at < characters.length;) {
    const step = pieceAt(characters, at, source) || glueAt(characters, at);
    if (step === 0) strange.push(characters[at]!);
    at += step || 1;
  }
  return strange;
}

function pieceAt(characters: readonly string[], at: number, source: string): number {
  let length = 0;
  for (
    let end = at + LEAST_PIECE;
    end <= characters.length && source.includes(characters.slice(at, end).join(""));
    end++
  )
    length = end - at;
  return length;
}

const GLUE = new Set(GLUE_HAN);

function glueAt(characters: readonly string[], at: number): number {
  for (let length = LONGEST_GLUE; length > 0; length--)
    if (at + length <= characters.length && GLUE.has(characters.slice(at, at + length).join(""))) return length;
  return 0;
}

function fold(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/['’‘`´]/gu, "");
}
