import * as z from "zod/mini";

/** Of what a model made, what the page shows. */
export const Result = z.object({
  credits: z.array(
    z.object({
      ...{ touch: z.nullable(z.string()), conversions: z.number(), low: z.number(), high: z.number() },
      ...{ value: z.number(), valueLow: z.number(), valueHigh: z.number() },
    }),
  ),
  ties: z.array(z.object({ touches: z.array(z.string()), moreJourneys: z.nullable(z.number()) })),
  inputs: z.object({ people: z.optional(z.number()), conversions: z.number() }),
  notes: z.array(z.string()),
});

/** The order in which models stand beside each other: from the simplest to the most thorough. */
export const MODEL_NAMES: Readonly<Record<string, string>> = {
  first: "First touch",
  last: "Last touch",
  "last-non-direct": "Last with a source",
  linear: "Linear",
  "time-decay": "Time decay",
  position: "Position",
  "markov-1": "Markov, order 1",
  "markov-2": "Markov, order 2",
  "markov-3": "Markov, order 3",
  shapley: "Shapley",
  "shapley-rate": "Shapley of rates",
};

/** With fewer conversions than this no model tells anything. */
export const LEAST_CONVERSIONS = 20;
