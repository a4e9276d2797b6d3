import { Worker } from "node:worker_threads";
import { HubError } from "../../contract/index.ts";
import type { Embedded, TrainingArticle } from "./train.ts";
import { workerFile } from "./worker-file.ts";

/** A training that came to no model; the present model goes on answering. */
export class TrainingFault extends HubError {
  readonly code = "training_fault";
}

export interface TrainingOrder {
  articles: readonly TrainingArticle[];
  embedded?: Embedded | undefined;
}

export type TrainingReport = { bytes: Uint8Array<ArrayBuffer> } | { fault: string };

/**
 * Trains in a thread of its own and resolves with the packed model, whose bytes are handed over and not copied. The
 * thread ends with the training, and its memory with it. @throws TrainingFault
 */
export async function trainInWorker(
  order: TrainingOrder,
  { signal, file = workerFile("training-worker") }: { signal?: AbortSignal; file?: URL } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  signal?.throwIfAborted();
  const worker = new Worker(file, { workerData: order, name: "training" });
  const stop = () => void worker.terminate();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const report = await reportOf(worker);
    signal?.throwIfAborted();
    if ("fault" in report) throw new TrainingFault(`The model could not be trained: ${report.fault}`);
    return report.bytes;
  } finally {
    signal?.removeEventListener("abort", stop);
    await worker.terminate();
  }
}

function reportOf(worker: Worker): Promise<TrainingReport> {
  return new Promise((resolve) => {
    worker.once("message", resolve);
    worker.once("error", (error) => resolve({ fault: error instanceof Error ? error.name : "the thread failed" }));
    worker.once("exit", () => resolve({ fault: "the thread ended early" }));
  });
}
