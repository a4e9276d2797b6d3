import { parentPort, workerData } from "node:worker_threads";
import { packModel } from "./model-data.ts";
import { train } from "./train.ts";
import type { TrainingOrder, TrainingReport } from "./trainer.ts";

/** The thread of `trainInWorker`: one order, one report. */
const { articles, embedded } = workerData as TrainingOrder;
const bytes = packModel(train(articles, embedded));
parentPort!.postMessage({ bytes } satisfies TrainingReport, [bytes.buffer]);
