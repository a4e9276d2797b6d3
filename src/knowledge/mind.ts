import type { Clock, Log } from "../contract/index.ts";
import { LANGUAGES, type Language } from "../lib/language.ts";
import type { Database } from "../store/index.ts";
import { liveBar, type AnswerSettings, type LiveBar } from "./bars.ts";
import { createCorrections, createModel, isUnlocked, readText, unpackModel, type Model } from "./engine/index.ts";
import type { Mind } from "./judge.ts";
import { correctionsInForce, learningVersion, readSettings } from "./learning-store.ts";
import { BLANK } from "./library.ts";
import { readModel } from "./model-store.ts";
import { confirmations } from "./suggestion-store.ts";

/** What has been learned, in memory. Several hubs share it, so each looks now and then whether it changed. */
export interface Memory {
  peek(): Mind;
  /** Asks the database at most once a second; a new model is fetched meanwhile, and the old one answers. */
  current(): Promise<Mind>;
  /** Reads again what changed, the model too. Call it after a write of this process, and before the doors open. */
  refresh(): Promise<void>;
}

const CHECK_EVERY_MS = 1_000;

export function createMemory({ db, clock, log }: { db: Database; clock: Clock; log: Log }): Memory {
  let mind: Mind = BLANK;
  let known: string | undefined;
  let checkedAt = -Infinity;
  let checking: Promise<void> | undefined;
  let fetching: { id: string; done: Promise<void> } | undefined;
  let unreadable: string | undefined;

  async function look(): Promise<void> {
    checkedAt = clock.monotonicMs();
    const version = await learningVersion(db);
    if (version.small !== known) {
      mind = { ...mind, ...(await readSmall(db)) };
      mind = { ...mind, trained: mind.trained && withBars(mind.trained.id, mind.trained.model, mind.settings) };
      known = version.small;
    }
    const { modelId } = version;
    if (modelId === null) mind = { ...mind, trained: undefined };
    else if (modelId !== mind.trained?.id && modelId !== unreadable && fetching?.id !== modelId) {
      fetching = { id: modelId, done: fetch(modelId).finally(() => (fetching = undefined)) };
    }
  }

  async function fetch(id: string): Promise<void> {
    try {
      const model = createModel(unpackModel(await readModel(db, id)), mind.settings);
      mind = { ...mind, trained: withBars(id, model, mind.settings) };
    } catch (error) {
      if (isArtefactFault(error)) unreadable = id; // another one will be trained
      log.warn(
        { err: error, modelId: id },
        "The trained model could not be read; the former one answers, or words do.",
      );
    }
  }

  const check = () => (checking ??= look().finally(() => (checking = undefined)));

  return {
    peek: () => mind,
    async current() {
      if (clock.monotonicMs() - checkedAt >= CHECK_EVERY_MS) {
        await check().catch((error: unknown) =>
          log.warn({ err: error }, "What was learned could not be checked for changes; what is known is used."),
        );
      }
      return mind;
    },
    async refresh() {
      await checking?.catch(() => undefined);
      await check();
      await fetching?.done;
    },
  };
}

async function readSmall(db: Database): Promise<Pick<Mind, "settings" | "corrections" | "isUnlocked">> {
  const settings = await readSettings(db);
  const counts = await confirmations(db);
  const unlocked = new Set([...counts].filter(([, each]) => isUnlocked(each, settings.target)).map(([id]) => id));
  return {
    settings,
    corrections: createCorrections(await correctionsInForce(db), readText),
    isUnlocked: (articleId) => unlocked.has(articleId),
  };
}

function withBars(id: string, model: Model, settings: AnswerSettings): NonNullable<Mind["trained"]> {
  const own = model.bars(settings);
  const bars = Object.fromEntries(
    LANGUAGES.map((language) => [language, liveBar(own[language], settings.mode, settings.floors[language])]),
  );
  return { id, model, bars: bars as Record<Language, LiveBar> };
}

function isArtefactFault(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "bad_artefact";
}
