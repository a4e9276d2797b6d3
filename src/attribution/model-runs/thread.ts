import { Worker } from "node:worker_threads";
import { Invalid } from "../../contract/index.ts";
import type { Journeys, Model, ModelOptions, ModelResult } from "../models/index.ts";

export interface Order {
  journeys: Journeys;
  models: readonly Model[];
  options: ModelOptions;
}

/** `refusal`: what the models cannot do with these journeys, in their words. */
export type Report = { results: ModelResult[] } | { refusal: string } | { fault: string };

/** Beside the bundle that asks (`npm run build` makes the worker an entry of its own), or in dist/ when sources are run. */
function workerFile(here: string = import.meta.url): URL {
  return new URL(here.endsWith(".ts") ? "../../../dist/model-worker.js" : "./model-worker.js", here);
}

/** Works models out in a thread of its own, so that recording and answering go on. @throws Invalid */
export async function attributeInThread(order: Order, signal: AbortSignal): Promise<ModelResult[]> {
  signal.throwIfAborted();
  const worker = new Worker(workerFile(), { workerData: order, name: "models" });
  const stop = () => void worker.terminate();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const report = await reportOf(worker);
    signal.throwIfAborted();
    if ("results" in report) return report.results;
    if ("refusal" in report) throw new Invalid(report.refusal, { models: report.refusal });
    throw new Error(`The models could not be worked out: ${report.fault}.`);
  } finally {
    signal.removeEventListener("abort", stop);
    await worker.terminate();
  }
}

function reportOf(worker: Worker): Promise<Report> {
  return new Promise((resolve) => {
    worker.once("message", resolve);
    worker.once("error", (error) => resolve({ fault: error instanceof Error ? error.name : "the thread failed" }));
    worker.once("exit", () => resolve({ fault: "the thread ended early" }));
  });
}
