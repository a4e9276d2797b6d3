/** The embedded answerer: what the knowledge room, the command line and the benchmarks use of it. */
export { ARTEFACT_VERSION, BadArtefact } from "./artefact.ts";
export type { Candidate, Evidence } from "./candidate.ts";
export type { Decision } from "./decision.ts";
export type { Embedder } from "./embedder.ts";
export { EmbedderFault } from "./embedder-fault.ts";
export { createEnglishEncoder } from "./english-encoder.ts";
export { evaluate, type Evaluation, type EvaluationSets } from "./evaluate.ts";
export { createCorrections, findConflicts, type Conflict, type Correction, type Corrections } from "./exact.ts";
export { createModel, type Answered, type Asked, type Bars, type Model } from "./model.ts";
export { packModel, unpackModel, type ModelData } from "./model-data.ts";
export {
  curveOf,
  isUnlocked,
  measure,
  type Bar,
  type Measured,
  type Point,
  type Promised,
  type Reviewed,
} from "./promise.ts";
export { readText } from "./read.ts";
export { createRemoteEmbedder } from "./remote-embedder.ts";
export { createRetriever, ownScore, questionTerms, retrieve, type Retriever } from "./retriever.ts";
export { train, type Embedded, type TrainingArticle } from "./train.ts";
export { trainInWorker, TrainingFault, type TrainingOrder } from "./trainer.ts";
export { hashTerms } from "./vocabulary.ts";
