import { LANGUAGES, spokenLanguage } from "../lib/language.ts";
import type { Model } from "./engine/index.ts";
import type { Golden } from "./learning-store.ts";

/** Below this difference of shares, nobody would notice. */
const NOTICEABLE = 0.02;
/** Two standard errors: chance alone does this once in forty times. */
const SURE = 2;
const MOST_NAMED = 3;

/**
 * Why a newly trained model must not take the live one's place; `null` where it may. It must know each question of the
 * golden set that the live one knows, and find as many phrasings out of fold, beyond what chance explains.
 */
export function reasonAgainst(candidate: Model, live: Model | undefined, golden: readonly Golden[]): string | null {
  if (!live) return null;
  const lost = golden.filter((each) => finds(live, each) && !finds(candidate, each));
  const won = golden.filter((each) => !finds(live, each) && finds(candidate, each));
  if (lost.length > won.length) {
    const named = lost.slice(0, MOST_NAMED).map(({ question }) => `"${question}"`);
    const more = lost.length > named.length ? ` and ${lost.length - named.length} more` : "";
    return `It gets ${lost.length} questions of the golden set wrong that the live model gets right (and ${won.length} the other way round): ${named.join(", ")}${more}.`;
  }
  for (const language of LANGUAGES) {
    const [now, then] = [accuracyOf(candidate, language), accuracyOf(live, language)];
    if (isWorse(now, then))
      return `Asked out of fold, it finds ${percent(now.share)} of the ${language === "zh" ? "Chinese" : "English"} phrasings, the live model ${percent(then.share)}.`;
  }
  return null;
}

/** Whether the expected article is the nearest; for a question that nothing answers, whether nothing is answered. */
export function finds(model: Model, { question, articleId }: Golden): boolean {
  const language = spokenLanguage(question);
  const { candidates, decision } = model.answer({ question, language, maySee: () => true });
  if (articleId === null) return decision.kind !== "answer";
  return candidates[0]?.articleId === articleId;
}

interface Share {
  right: number;
  total: number;
  share: number;
}

/** Of phrasings asked of a model that had not seen them, how many found their article first. */
export function accuracyOf(model: Model, language: (typeof LANGUAGES)[number]): Share {
  const home = model.tested(language).filter(({ foreign }) => !foreign);
  const right = home.filter((each) => each.right).length;
  return { right, total: home.length, share: home.length === 0 ? 0 : right / home.length };
}

function isWorse(now: Share, then: Share): boolean {
  if (now.total === 0 || then.total === 0) return false;
  const both = (now.right + then.right) / (now.total + then.total);
  const error = Math.sqrt(both * (1 - both) * (1 / now.total + 1 / then.total));
  return then.share - now.share > Math.max(NOTICEABLE, SURE * error);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
