import { parentPort, workerData } from "node:worker_threads";
import type { Labelled } from "./corpus.ts";
import { trainVoice } from "./train.ts";

/** The thread of `trainInThread`: the corrections in, the trained models out. */
const bytes = trainVoice(workerData as readonly Labelled[]);
parentPort!.postMessage(bytes, [bytes.buffer]);
