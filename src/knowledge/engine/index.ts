/** The embedded answerer: what the knowledge room, the command line and the benchmarks use of it. */
export type { Embedder } from "./embedder.ts";
export { createEnglishEncoder } from "./english-encoder.ts";
export { evaluate, type Evaluation } from "./evaluate.ts";
export { createModel, type Model } from "./model.ts";
export { unpackModel } from "./model-data.ts";
export { trainInWorker } from "./trainer.ts";
