import { readFile } from "node:fs/promises";
import type { Clock, Log } from "../contract/index.ts";
import type { Labelled } from "./corpus.ts";
import { MODEL_FILE } from "./files.ts";
import { unpackVoice, type VoiceModelData } from "./model.ts";
import { keyOf, readMessage, type Reading, type Taught } from "./reader.ts";
import { trainInThread } from "./thread.ts";
import type { Quality } from "./measure.ts";

export interface BrainParts {
  /** All corrections, oldest first. */
  corrections(): Promise<Labelled[]>;
  clock: Clock;
  log: Log;
  /** Stand in for the shipped model and the thread, in tests. */
  shipped?: () => Promise<Uint8Array>;
  train?: (corrections: readonly Labelled[], signal?: AbortSignal) => Promise<Uint8Array>;
}

export interface BrainState {
  ready: boolean;
  learnt: number;
  waiting: number;
  refused: string | null;
  quality: Quality | null;
}

/** The models that read messages, and how they learn. */
export interface Brain {
  /** `undefined` until the models are there. */
  read(text: string): Reading | undefined;
  /** Brings in the models if they are not there, and what people have said since. Resolves with how long to wait. */
  keep(signal: AbortSignal): Promise<number>;
  /** What people have said is in force at once, here. */
  refresh(): Promise<void>;
  state(): BrainState;
}

/** So many new corrections are worth a training at once; fewer wait an hour. */
const WORTH = 20;
const PATIENCE_MS = 3_600_000;
const POLL_MS = 5_000;
/** New models are taken over unless they are worse by more than this on the texts kept apart. */
const MAY_LOSE = 0.02;

export function createBrain({
  corrections,
  clock,
  log,
  shipped = () => readFile(MODEL_FILE),
  train = trainInThread,
}: BrainParts): Brain {
  let data: VoiceModelData | undefined;
  let taught: Taught = new Map();
  let known: Labelled[] = [];
  let learnt = 0;
  let tried = 0;
  let triedAtMs = clock.monotonicMs();
  let refused: string | null = null;

  async function begin(signal: AbortSignal): Promise<void> {
    try {
      data = unpackVoice(await shipped());
    } catch (error) {
      log.warn({ err: error }, "the shipped voice models cannot be read; training them now");
      data = unpackVoice(await train([], signal));
    }
  }

  async function learn(signal: AbortSignal): Promise<void> {
    [tried, triedAtMs] = [known.length, clock.monotonicMs()];
    const lessons = known;
    const trained = unpackVoice(await train(lessons, signal));
    refused = data ? whyNot(data.quality, trained.quality) : null;
    if (refused !== null) {
      log.warn({ corrections: lessons.length }, "retrained voice models were not taken over");
      return;
    }
    [data, learnt] = [trained, lessons.length];
    log.info({ corrections: learnt }, "the voice models have learnt");
  }

  async function refresh(): Promise<void> {
    known = await corrections();
    taught = new Map(known.map(({ text, labels, sentiment }) => [keyOf(text), { labels, sentiment }]));
  }

  return {
    read: (text) => data && readMessage(data, taught, text),
    refresh,
    async keep(signal) {
      if (!data) await begin(signal);
      await refresh();
      const fresh = known.length - tried;
      if (fresh >= WORTH || (fresh > 0 && clock.monotonicMs() - triedAtMs >= PATIENCE_MS)) await learn(signal);
      return POLL_MS;
    },
    state: () => ({
      ready: data !== undefined,
      learnt,
      waiting: known.length - learnt,
      refused,
      quality: data?.quality ?? null,
    }),
  };
}

/** In words: what got worse. */
function whyNot(before: Quality, after: Quality): string | null {
  const worse = (["en", "zh"] as const).filter(
    (language) => after[language].macroF1 < before[language].macroF1 - MAY_LOSE,
  );
  if (worse.length === 0) return null;
  const figures = worse.map((language) => {
    const percent = ({ macroF1 }: { macroF1: number }) => (macroF1 * 100).toFixed(1);
    return `${language}: ${percent(before[language])} to ${percent(after[language])}`;
  });
  return `With the corrections the models would read our own test messages worse (${figures.join(", ")}). Look for corrections that contradict each other.`;
}
