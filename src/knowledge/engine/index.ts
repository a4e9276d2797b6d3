/** The embedded answerer: what the knowledge room, the command line and the benchmarks use of it. */
export type { Embedder } from "./embedder.ts";
export { createEnglishEncoder } from "./english-encoder.ts";
export { evaluate, type Evaluation } from "./evaluate.ts";
export { ARTEFACT_VERSION } from "./artefact.ts";
export { createCorrections, findConflicts, nearKey, type Corrections } from "./exact.ts";
export { createModel, type Model } from "./model.ts";
export { unpackModel } from "./model-data.ts";
export { curveOf, isUnlocked, measure, type Bar, type Measured, type Reviewed } from "./promise.ts";
export { readText } from "./read.ts";
export type { TrainingArticle } from "./train.ts";
export { trainInWorker, type TrainingOrder } from "./trainer.ts";
// What the voice room builds its own small models from.
export { deserialise, serialise } from "./artefact.ts";
export { fitCalibration, probabilityOf, type Calibration } from "./calibration.ts";
export { linearScores, trainLinear, type Linear } from "./linear.ts";
export { createRandom, shuffle } from "./random.ts";
export { postingsOf, type Postings, type Sparse } from "./sparse.ts";
export { createVocabulary, hashTerms, vectorise, type Hashed, type Vocabulary } from "./vocabulary.ts";
export { stem } from "../terms.ts";
