import { inOrder, type Step } from "./trace.ts";

/** What is new since a cursor: steps that came, and steps that changed. */
export interface News {
  steps: Step[];
  /** The cursor for the next question. */
  next: number;
}

export type Journal = ReturnType<typeof createJournal>;

/** Numbers each step anew when it changes. Questions that come at the same time share one look. */
export function createJournal(read: () => Promise<Step[]>) {
  const known = new Map<string, { text: string; number: number; step: Step }>();
  let last = 0;
  let looking: Promise<void> | undefined;

  async function look(): Promise<void> {
    for (const step of await read()) {
      const text = JSON.stringify(step);
      if (known.get(step.id)?.text !== text) known.set(step.id, { text, number: ++last, step });
    }
  }

  /** Brings the journal up to date. */
  function refresh(): Promise<void> {
    looking ??= look().finally(() => (looking = undefined));
    return looking;
  }

  return {
    refresh,
    /** The number of the last change. */
    get last() {
      return last;
    },
    /** In the order of things; a cursor of another life of the lab starts over. */
    async after(cursor: number): Promise<News> {
      await refresh();
      const from = cursor > last ? 0 : cursor;
      const steps = [...known.values()].filter(({ number }) => number > from).map(({ step }) => step);
      return { steps: steps.sort(inOrder), next: last };
    },
  };
}
