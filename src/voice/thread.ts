import { Worker } from "node:worker_threads";
import { HubError } from "../contract/index.ts";
import type { Labelled } from "./corpus.ts";
import { WORKER_FILE } from "./files.ts";

/** A training that came to no models; those of before go on reading. */
class VoiceTrainingFault extends HubError {
  readonly code = "voice_training_fault";
}

/** Trains in a thread of its own, which ends with the training. @throws VoiceTrainingFault */
export async function trainInThread(corrections: readonly Labelled[], signal?: AbortSignal): Promise<Uint8Array> {
  signal?.throwIfAborted();
  const worker = new Worker(WORKER_FILE, { workerData: corrections, name: "voice" });
  const stop = () => void worker.terminate();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    return await new Promise<Uint8Array>((resolve, reject) => {
      const fail = (why: string) => reject(new VoiceTrainingFault(`The voice models could not be trained: ${why}.`));
      worker.once("message", resolve);
      worker.once("error", (error) => fail(error instanceof Error ? error.message : "the thread failed"));
      worker.once("exit", () => fail("the thread ended early"));
    });
  } finally {
    signal?.removeEventListener("abort", stop);
    await worker.terminate();
  }
}
