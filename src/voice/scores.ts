import { createRandom } from "../knowledge/engine/index.ts";

export type SurveyKind = "csat" | "nps" | "ces";

/** From and to which number people answer, and up to which it is a low one. */
export const SCALES: Readonly<Record<SurveyKind, { from: number; to: number; low: number }>> = {
  csat: { from: 1, to: 5, low: 2 },
  nps: { from: 0, to: 10, low: 6 },
  ces: { from: 1, to: 7, low: 3 },
};

const PREFIX = "survey:";
export const optionOf = (askId: string, score: number): string => `${PREFIX}${askId}:${score}`;
const OPTION = /^survey:([0-9a-f-]{36}):(\d{1,2})$/;

/** Which question a pressed button answers, and how. */
export function pressedScore(option: string): { askId: string; score: number } | undefined {
  const [, askId, score] = OPTION.exec(option) ?? [];
  return askId === undefined ? undefined : { askId, score: Number(score) };
}

const TYPED = /^\s*(?:(\d{1,2})|([０-９]{1,2}))\s*(?:\/\s*\d{1,2}|分|星|stars?|points?)?\s*[.!。！]?\s*$/iu;
const STARS = /^\s*(?:⭐️?|★|🌟){1,5}\s*$/u;
const HAN = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
const HAN_TYPED = /^\s*([零一二三四五六七八九十])\s*[分星]\s*[.!。！]?\s*$/u;

/** A message that is nothing but a score: "5", "5/5", "４分", "五星", "⭐⭐⭐". */
export function typedScore(text: string): number | undefined {
  const [, plain, wide] = TYPED.exec(text) ?? [];
  if (plain !== undefined) return Number(plain);
  if (wide !== undefined) return Number(wide.normalize("NFKC"));
  const han = HAN_TYPED.exec(text)?.[1];
  if (han !== undefined) return HAN.indexOf(han);
  return STARS.test(text) ? [...text.matchAll(/⭐|★|🌟/gu)].length : undefined;
}

export interface Figure {
  score: number | null;
  low: number | null;
  high: number | null;
  reason: string | null;
}

/** With fewer answers one more would change everything. */
const LEAST_ANSWERS = 30;

/** What the answers come to, with its 95 % interval; in words where they are too few. */
export function figureOf(kind: SurveyKind, answers: readonly number[]): Figure {
  const count = answers.length;
  if (count < LEAST_ANSWERS) {
    const reason = `There are ${count} answers. A score is shown from ${LEAST_ANSWERS} on; below, chance decides.`;
    return { score: null, low: null, high: null, reason };
  }
  if (kind === "csat") {
    const good = answers.filter((score) => score >= 4).length;
    const [low, high] = wilson(good, count);
    return { score: (100 * good) / count, low: 100 * low, high: 100 * high, reason: null };
  }
  const worth =
    kind === "nps" ? (score: number) => (score >= 9 ? 100 : score <= 6 ? -100 : 0) : (score: number) => score;
  const values = answers.map(worth);
  const [low, high] = bootstrap(values);
  return { score: mean(values), low, high, reason: null };
}

const Z = 1.959964;

/** The interval of a share (Wilson 1927). */
export function wilson(hits: number, count: number): [low: number, high: number] {
  const share = hits / count;
  const z2 = (Z * Z) / count;
  const middle = share + z2 / 2;
  const reach = Z * Math.sqrt((share * (1 - share) + z2 / 4) / count);
  return [Math.max(0, (middle - reach) / (1 + z2)), Math.min(1, (middle + reach) / (1 + z2))];
}

const DRAWS = 2_000;
const SEED = 7;

/** The interval of a mean: what means of as many values drawn from these would be, 95 times of a hundred. */
function bootstrap(values: readonly number[]): [low: number, high: number] {
  const random = createRandom(SEED);
  const means = Array.from({ length: DRAWS }, () => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[Math.floor(random() * values.length)]!;
    return sum / values.length;
  }).sort((a, b) => a - b);
  return [means[Math.floor(DRAWS * 0.025)]!, means[Math.floor(DRAWS * 0.975)]!];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
