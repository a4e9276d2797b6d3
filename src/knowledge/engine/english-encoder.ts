import { Worker } from "node:worker_threads";
import type { Embedder } from "./embedder.ts";
import { EmbedderFault } from "./embedder-fault.ts";
import { workerFile } from "./worker-file.ts";

/** What the encoder's thread is asked, and what it says. */
export interface EncodeOrder {
  id: number;
  texts: readonly string[];
}
export type EncodeReport = { id: number } & ({ values: Float32Array<ArrayBuffer>; size: number } | { fault: string });

interface Waiting {
  count: number;
  resolve: (vectors: Float32Array[]) => void;
  reject: (error: Error) => void;
}

/**
 * The bundled English encoder (Universal Sentence Encoder Lite, 512 numbers a text, 28 MB, in WebAssembly), in a thread
 * of its own: 5 to 10 ms a text would stall the hub. The thread starts with the first text and, if it fails, again with
 * the next one. A process that ends does not wait for it.
 */
export function createEnglishEncoder(file: URL = workerFile("encoder-worker")): Embedder {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let orders = 0;

  function fail(failed: Worker, reason: string): void {
    if (worker !== failed) return;
    worker = undefined;
    for (const { reject } of waiting.values()) reject(new EmbedderFault(`The English encoder failed: ${reason}.`));
    waiting.clear();
  }

  function start(): Worker {
    const started = new Worker(file, { name: "encoder" });
    started.on("message", (report: EncodeReport) => settle(waiting, report));
    started.on("error", (error) => fail(started, error instanceof Error ? error.name : "unknown fault"));
    started.on("exit", () => fail(started, "its thread ended"));
    started.unref();
    return started;
  }

  return {
    id: "use-lite-en-0.2.0",
    embed(texts, signal) {
      if (texts.length === 0) return Promise.resolve([]);
      const id = ++orders;
      const asked = new Promise<Float32Array[]>((resolve, reject) => {
        waiting.set(id, { count: texts.length, resolve, reject });
        signal?.addEventListener("abort", () => waiting.delete(id) && reject(signal.reason as Error), { once: true });
      });
      worker ??= start();
      worker.ref();
      worker.postMessage({ id, texts } satisfies EncodeOrder);
      return asked.finally(() => waiting.size === 0 && worker?.unref());
    },
    async close() {
      const closing = worker;
      if (closing) fail(closing, "it was closed");
      await closing?.terminate();
    },
  };
}

function settle(waiting: Map<number, Waiting>, report: EncodeReport): void {
  const asked = waiting.get(report.id);
  waiting.delete(report.id);
  if (!asked) return; // nobody waits for it any more
  if ("fault" in report) return asked.reject(new EmbedderFault(`The English encoder failed: ${report.fault}.`));
  const { values, size } = report;
  asked.resolve(Array.from({ length: asked.count }, (_, i) => values.subarray(i * size, (i + 1) * size)));
}
