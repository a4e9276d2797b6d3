import { z } from "zod";
import { BadArtefact, deserialise, serialise } from "./artefact.ts";
import type { Calibration } from "./calibration.ts";
import type { Core } from "./core.ts";
import type { ExactIndex } from "./exact.ts";

/** A trained model: plain objects and typed arrays, which move between threads and into a database as one. */
export interface ModelData {
  articles: readonly { id: string; answers: boolean }[];
  /** The encoder whose vectors it wants; `null` for none. */
  embedder: string | null;
  /** The phrasings, by row. */
  texts: readonly string[];
  core: Core;
  exact: ExactIndex;
  /** `null` where there were too few articles to try anything out. */
  calibration: Calibration | null;
  /** What became of the phrasings asked out of fold; side by side. */
  outcomes: {
    probabilities: Float32Array;
    /** 1: answered rightly, 2: no article of the fold's model answered it. */
    bits: Uint8Array;
    /** Places in LANGUAGES. */
    languages: Uint8Array;
  };
}

export function packModel(data: ModelData): Uint8Array<ArrayBuffer> {
  return serialise(data);
}

const Shape = z.object({
  articles: z.array(z.object({ id: z.string(), answers: z.boolean() })),
  embedder: z.string().nullable(),
  texts: z.array(z.string()),
  core: z.object({ labels: z.instanceof(Int32Array), classes: z.number() }),
  exact: z.object({ rows: z.instanceof(Int32Array) }),
  outcomes: z.object({ probabilities: z.instanceof(Float32Array) }),
});

/** @throws BadArtefact when the bytes are no model of this program's version. */
export function unpackModel(bytes: Uint8Array): ModelData {
  const data = deserialise(bytes);
  if (!Shape.safeParse(data).success) throw new BadArtefact("The stored model is incomplete. Train again.");
  return data as ModelData;
}
