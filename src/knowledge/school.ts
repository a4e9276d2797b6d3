import { createHash } from "node:crypto";
import type { Clock, Log } from "../contract/index.ts";
import type { ArticleView } from "../contract/api-knowledge.ts";
import { newId } from "../lib/ids.ts";
import { LOCKS } from "../lib/locks.ts";
import type { Language } from "../lib/language.ts";
import type { Database } from "../store/index.ts";
import {
  ARTEFACT_VERSION,
  createModel,
  trainInWorker,
  unpackModel,
  type Model,
  type TrainingArticle,
  type TrainingOrder,
} from "./engine/index.ts";
import { accuracyOf, finds, reasonAgainst } from "./gate.ts";
import { correctionsInForce, learningVersion, listGolden, readSettings, type Golden } from "./learning-store.ts";
import { phrasingsOf } from "./library.ts";
import type { Memory } from "./mind.ts";
import { addModel, lastInputs, promoteModel, type Figures } from "./model-store.ts";
import { articlesVersion, loadArticles } from "./store.ts";

type TrainingState = "idle" | "waiting" | "training" | "too-few-articles" | "failed";

/** Trains a model when what it learns from has changed, and promotes it if it is no worse. */
export interface School {
  /** One look, and one training where it is time; resolves with how long to wait before the next. */
  step(signal: AbortSignal): Promise<number>;
  /** Trains without waiting for the authors to finish, at the next look. */
  hurry(): void;
  state(): TrainingState;
}

export interface SchoolParts {
  db: Database;
  clock: Clock;
  log: Log;
  memory: Memory;
  /** Tells the other hubs that there is a new model. */
  onPromoted(): void;
  train?: (order: TrainingOrder, options: { signal: AbortSignal }) => Promise<Uint8Array>;
}

const LOOK_MS = 2_000;
/** An author who saves goes on writing: so long nothing may change before we train. */
const QUIET_MS = 5_000;
/** And yet no model is older than this while somebody writes on and on. */
const LONGEST_WAIT_MS = 120_000;
const AFTER_FAULT_MS = 60_000;
/** There is nothing to choose from among fewer. */
const FEWEST_ARTICLES = 2;
/** Stands for all questions that no article answers, as far as corrections name them. */
const REJECTED = "none";

export function createSchool(parts: SchoolParts): School {
  const { db, clock, log, memory, train = trainInWorker } = parts;
  let state: TrainingState = "idle";
  let learned: string | undefined;
  let isUrgent = false;
  const patience = createPatience(clock);

  async function step(signal: AbortSignal): Promise<number> {
    const version = `${await articlesVersion(db)} ${(await learningVersion(db)).small}`;
    if (version === learned && !isUrgent) return LOOK_MS;
    const rest = isUrgent || !memory.peek().trained ? 0 : patience.left(version);
    if (rest > 0) {
      state = "waiting";
      return Math.min(rest, LOOK_MS);
    }
    const done = await exclusively(db, () => learn(signal));
    if (!done) return LOOK_MS; // another hub is at it
    [learned, isUrgent] = [version, false];
    patience.renew();
    return LOOK_MS;
  }

  async function learn(signal: AbortSignal): Promise<void> {
    const material = await gather(db);
    const known = material.articles.filter(({ answers }) => answers !== false);
    if (known.length < FEWEST_ARTICLES) return void (state = "too-few-articles");
    if (material.hash !== (await lastInputs(db))) {
      state = "training";
      const startedAt = clock.monotonicMs();
      const bytes = await train({ articles: material.articles }, { signal });
      await judgeAndKeep(bytes, material, clock.monotonicMs() - startedAt);
    }
    state = "idle";
  }

  async function judgeAndKeep(bytes: Uint8Array, { hash, corrections }: Material, trainMs: number): Promise<void> {
    const settings = await readSettings(db);
    const golden = await listGolden(db);
    const candidate = createModel(unpackModel(bytes), settings);
    const reason = reasonAgainst(candidate, memory.peek().trained?.model, golden);
    const figures = figuresOf(candidate, golden, { corrections, trainMs, settings });
    const id = newId();
    const [at, by] = [clock.now(), "the hub"];
    await addModel(db, { id, madeAt: at, inputsHash: hash, figures, reason, bytes });
    if (reason === null) {
      await promoteModel(db, id, { by, at, reason: "A newer model took its place." });
      await memory.refresh();
      parts.onPromoted();
    }
    log.info({ modelId: id, trainMs, promoted: reason === null }, "a model was trained");
  }

  return {
    state: () => state,
    hurry: () => (isUrgent = true),
    step: (signal) =>
      step(signal).catch((error: unknown) => {
        if (signal.aborted) return LOOK_MS; // the hub ends; the next one trains
        state = "failed";
        log.error({ err: error }, "the model could not be trained; the present one goes on answering");
        return AFTER_FAULT_MS;
      }),
  };
}

/** How long to leave authors in peace: until nothing has changed for a while, and not for ever. */
function createPatience(clock: Clock) {
  let seen: string | undefined;
  let changedAt = 0;
  let waitingSince: number | undefined;
  return {
    /** 0 when it is time to train. */
    left(version: string): number {
      const now = clock.monotonicMs();
      if (version !== seen) [seen, changedAt] = [version, now];
      waitingSince ??= now;
      return now - waitingSince >= LONGEST_WAIT_MS ? 0 : Math.max(0, changedAt + QUIET_MS - now);
    },
    renew: () => (waitingSince = undefined),
  };
}

/** Runs the work in one hub process at a time; resolves with whether it was this one. */
async function exclusively(db: Database, work: () => Promise<void>): Promise<boolean> {
  const client = await db.connect();
  try {
    const { rows } = await client.query<{ got: boolean }>("SELECT pg_try_advisory_lock($1) AS got", [LOCKS.training]);
    if (!rows[0]?.got) return false;
    await work();
    return true;
  } finally {
    await client.end(); // and with it the lock
  }
}

interface Material {
  articles: TrainingArticle[];
  corrections: number;
  hash: string;
}

async function gather(db: Database): Promise<Material> {
  const [articles, corrections] = [await loadArticles(db), await correctionsInForce(db)];
  const enabled = articles.filter(({ enabled: isEnabled }) => isEnabled);
  const material = [...enabled.map((article) => lessonOf(article, corrections)), ...rejects(corrections)];
  const hash = createHash("sha256")
    .update(JSON.stringify([ARTEFACT_VERSION, material]))
    .digest("hex");
  return { articles: material, corrections: corrections.length, hash };
}

type Corrected = Awaited<ReturnType<typeof correctionsInForce>>;

function lessonOf(article: ArticleView, corrections: Corrected): TrainingArticle {
  const own = corrections.filter(({ articleId }) => articleId === article.id).map(({ text }) => text);
  return { id: article.id, phrasings: [...phrasingsOf(article), ...own] };
}

function rejects(corrections: Corrected): TrainingArticle[] {
  const phrasings = corrections.filter(({ articleId }) => articleId === null).map(({ text }) => text);
  return phrasings.length === 0 ? [] : [{ id: REJECTED, phrasings, answers: false }];
}

function figuresOf(
  model: Model,
  golden: readonly Golden[],
  rest: { corrections: number; trainMs: number; settings: { target: number; foreignShare: number } },
): Figures {
  const bars = model.bars(rest.settings);
  const inLanguage = (language: Language) => {
    const { threshold, precision, coverage, mode } = bars[language];
    const { total, share } = accuracyOf(model, language);
    const accuracy = total === 0 ? null : share;
    return { tested: total, accuracy, threshold, precision, coverage, isCertified: mode === "auto" };
  };
  return {
    ...{ articles: model.articles, phrasings: model.phrasings, corrections: rest.corrections },
    trainMs: Math.round(rest.trainMs),
    golden: { right: golden.filter((each) => finds(model, each)).length, total: golden.length },
    ...{ en: inLanguage("en"), zh: inLanguage("zh") },
  };
}
