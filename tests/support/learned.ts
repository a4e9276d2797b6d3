import type { ArticleView } from "../../src/contract/api-knowledge.ts";
import { liveBar, USUAL_SETTINGS, type AnswerSettings } from "../../src/knowledge/bars.ts";
import { createCorrections, createModel, readText, unpackModel, type Model } from "../../src/knowledge/engine/index.ts";
import { packModel } from "../../src/knowledge/engine/model-data.ts";
import { train } from "../../src/knowledge/engine/train.ts";
import type { TrainingOrder } from "../../src/knowledge/engine/trainer.ts";
import type { Mind } from "../../src/knowledge/judge.ts";
import { phrasingsOf } from "../../src/knowledge/library.ts";

/** A model of these articles, trained here and now. */
export function modelOf(articles: readonly ArticleView[], settings: AnswerSettings = USUAL_SETTINGS): Model {
  const lessons = articles.map((article) => ({ id: article.id, phrasings: phrasingsOf(article) }));
  return createModel(unpackModel(packModel(train(lessons))), settings);
}

interface Learned {
  settings?: AnswerSettings;
  corrections?: readonly { text: string; articleId: string | null }[];
  unlocked?: readonly string[];
}

/** What a hub has in mind that was trained with these articles. */
export function learnedFrom(
  articles: readonly ArticleView[],
  { settings = USUAL_SETTINGS, corrections = [], unlocked = [] }: Learned = {},
): () => Mind {
  const model = modelOf(articles, settings);
  const own = model.bars(settings);
  const bars = {
    en: liveBar(own.en, settings.mode, settings.floors.en),
    zh: liveBar(own.zh, settings.mode, settings.floors.zh),
  };
  const mind: Mind = {
    settings,
    trained: { id: "model", model, bars },
    corrections: createCorrections(corrections, readText),
    isUnlocked: (articleId) => unlocked.includes(articleId),
  };
  return () => mind;
}

/** Trains without a thread, for tests that train small bases often. */
export async function trainHere({ articles, embedded }: TrainingOrder): Promise<Uint8Array> {
  return packModel(train(articles, embedded));
}
