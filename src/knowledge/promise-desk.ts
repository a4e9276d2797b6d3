import type { PromiseView } from "../contract/api-learning.ts";
import type { Log } from "../contract/index.ts";
import { LANGUAGES, type Language } from "../lib/language.ts";
import type { Database } from "../store/index.ts";
import type { AnswerSettings, LiveBar } from "./bars.ts";
import { curveOf, measure, type Measured } from "./engine/index.ts";
import type { Mind } from "./judge.ts";
import { lastVerdicts, readSettings, writeFloor } from "./learning-store.ts";
import type { Library } from "./library.ts";
import type { Memory } from "./mind.ts";

/** What the operator promised, what is done about it, and whether it is kept. */
export interface PromiseDesk {
  show(library: Library): Promise<PromiseView>;
  /** Raises where answers begin when verdicts show the promise broken, and lets go when they show it surely kept. */
  keep(): Promise<void>;
}

const LAST_ANSWERS = 200;
const MOST_POINTS = 60;

export function createPromiseDesk({ db, memory, log }: { db: Database; memory: Memory; log: Log }): PromiseDesk {
  async function measured(language: Language, { target, trained }: { target: number } & Pick<Mind, "trained">) {
    const verdicts = await lastVerdicts(db, language, LAST_ANSWERS);
    return measure(verdicts, trained?.bars[language].threshold ?? 0, target);
  }

  return {
    async keep() {
      const { settings, trained } = await memory.current();
      for (const language of LANGUAGES) {
        const found = await measured(language, { ...settings, trained });
        const floor = nextFloor(found, settings, language);
        if (floor === settings.floors[language]) continue;
        await writeFloor(db, language, floor);
        await memory.refresh();
        log.warn({ language, floor, answers: found.answers }, "the threshold of answers was changed by verdicts");
      }
    },

    async show(library) {
      const { trained, isUnlocked } = await memory.current();
      const settings = await readSettings(db);
      const { target, foreignShare, mode, updatedAt, updatedBy } = settings;
      const inLanguages = async <T>(make: (language: Language) => T | Promise<T>) => ({
        en: await make("en"),
        zh: await make("zh"),
      });
      return {
        ...{ target, foreignShare, mode, modelId: trained?.id ?? null },
        atWork: await inLanguages((language) => atWork(trained?.bars[language], settings)),
        curve: await inLanguages((language) =>
          thinned(trained ? curveOf(trained.model.tested(language), foreignShare) : []),
        ),
        measured: await inLanguages(async (language) => shown(await measured(language, { target, trained }))),
        unlocked: [...library.byId.values()].filter(({ id }) => isUnlocked(id)).map(({ slug }) => slug),
        ...{ updatedAt: updatedAt?.toISOString() ?? null, updatedBy },
      };
    },
  };
}

/** What the floor is to be: higher where the promise is broken, none where it is surely kept, else as it is. */
export function nextFloor(found: Measured, { target, floors }: AnswerSettings, language: Language): number | null {
  const floor = floors[language];
  if (found.isBroken) return Math.max(found.threshold, floor ?? 0);
  return found.lower >= target ? null : floor;
}

function shown({ answers, precision, lower, upper, isBroken }: Measured) {
  return { answers, precision: answers === 0 ? null : precision, lower, upper, isBroken };
}

function atWork(bar: LiveBar | undefined, { mode, target }: AnswerSettings): PromiseView["atWork"]["en"] {
  const percent = `${Math.round(target * 1_000) / 10} %`;
  if (!bar) {
    const does = mode === "auto" ? "answer" : "suggest";
    const why = "No model has been trained yet: the comparison of words decides, and nothing certifies it.";
    return { threshold: null, does, basis: "words", why, precision: null, coverage: null };
  }
  const whys: Record<LiveBar["basis"], string> = {
    certified: `The articles' phrasings, asked of models that had not seen them, show that at least ${percent} of the answers are right.`,
    provisional: `There are too few phrasings to certify ${percent}: the usual calibration decides. More phrasings, or confirmed suggestions, change that.`,
    raised: `Verdicts on the last answers showed that fewer than ${percent} were right: answers begin higher than the model's own threshold until verdicts show the promise kept.`,
  };
  const { threshold, precision, coverage, basis } = bar;
  return { threshold, does: bar.mode === "auto" ? "answer" : "suggest", basis, why: whys[basis], precision, coverage };
}

/** So many points are a curve; ten thousand are a load. */
function thinned<T extends { threshold: number; precision: number; coverage: number }>(points: readonly T[]) {
  const step = Math.max(1, Math.ceil(points.length / MOST_POINTS));
  return points
    .filter((_, at) => at % step === 0 || at === points.length - 1)
    .map(({ threshold, precision, coverage }) => ({ threshold, precision, coverage }));
}
