import type { AnswerEvidence } from "../../../../src/contract/api-knowledge.ts";
import type { Language, Translate } from "../../lib/i18n.ts";
import { percent } from "../../lib/numbers.ts";
import type { ModelList, PromiseView } from "./queries.ts";

/** What the hub says by name, in sentences. */
export const DECISIONS: Readonly<Record<AnswerEvidence["decision"], string>> = {
  answered: "It would answer.",
  offered: "It would ask back, with a choice.",
  suggested: "It would leave the answer to be confirmed by one of our people.",
  "handed-over": "It would hand over to people.",
  unknown: "It does not know, and would hand over to people.",
};

export const HOW: Readonly<Record<NonNullable<AnswerEvidence["how"]>, string>> = {
  words: "Decided by comparing words: no trained model knows better yet.",
  learned: "Decided by the trained model: the certainty is a probability.",
  "same-words": "Decided at once: it is a phrasing as it stands.",
  corrected: "Decided by one of our people, who said what this question means.",
  quoted: "Decided by a passage of a document, word for word.",
  chosen: "Chosen by a language model among articles that were near.",
  written: "Written by a language model from the passages below.",
};

type AtWork = PromiseView["atWork"]["en"];

const BASES: Readonly<Record<AtWork["basis"], string>> = {
  words: "No model has been trained yet: the comparison of words decides, and nothing certifies it.",
  certified:
    "Certified: the articles' phrasings, asked of models that had not seen them, show that at least {target} of the answers are right.",
  provisional:
    "There are too few phrasings to certify {target}: the usual calibration decides. More phrasings, or confirmed suggestions, change that.",
  raised:
    "Judged answers showed that fewer than {target} were right: answers begin higher than the model's own threshold until the promise is kept again.",
};

/** What is done in one language, and what that rests on. */
export function whyAtWork({ basis }: AtWork, target: number, t: Translate, language: Language): string {
  return t(BASES[basis], { target: percent(target, language) });
}

export const DOES: Readonly<Record<AtWork["does"], string>> = {
  answer: "The bot answers by itself.",
  suggest: "One of our people confirms each answer.",
};

/** The one reason of the hub that is always the same; others name figures and questions. */
export const REPLACED = "A newer model took its place.";

export const TRAINING: Readonly<Record<ModelList["training"], string>> = {
  idle: "Everything that was written has been learned.",
  waiting: "Training begins as soon as the authors pause.",
  training: "A model is being trained. The present one goes on answering.",
  "too-few-articles": "There is nothing to learn with fewer than two articles.",
  failed: "The last training failed; the present model goes on answering, and the hub tries again in a minute.",
};
