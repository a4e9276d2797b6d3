import { Worker } from "node:worker_threads";
import { Invalid, type Clock } from "../../contract/index.ts";
import type { ReadDocument, Source } from "./read-document.ts";

/** `fault`: what the document did to its parser; `broken`: the hub's own. */
export type ReadingReport = { document: ReadDocument } | { refusal: string } | { fault: string } | { broken: string };

/** A document that takes longer was made to. */
const MOST_MS = 30_000;
const MOST_MEGABYTES = 384;

/** Beside the bundle that asks (`npm run build` makes the worker an entry of its own), or in dist/ when sources are run. */
function workerFile(here: string = import.meta.url): URL {
  return new URL(here.endsWith(".ts") ? "../../../dist/document-worker.js" : "./document-worker.js", here);
}

/**
 * Reads a document in a thread of its own, with little memory and little time: what comes from outside must not stop the
 * hub. @throws Invalid that says what is wrong with the document
 */
export async function readInThread(
  source: Source,
  { clock, mostMs = MOST_MS }: { clock: Clock; mostMs?: number },
): Promise<ReadDocument> {
  const worker = new Worker(workerFile(), {
    workerData: source,
    name: "document",
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEGABYTES, stackSizeMb: 8 },
    stdout: true,
    stderr: true,
  });
  const done = new AbortController();
  try {
    const late = clock
      .sleep(mostMs, done.signal)
      .then((): ReadingReport => ({ refusal: `It takes longer than ${mostMs / 1_000} seconds to read.` }));
    const report = await Promise.race([reportOf(worker), late]);
    if ("document" in report) return report.document;
    if ("broken" in report) throw new Error(`Documents cannot be read: ${report.broken}.`);
    const why = "refusal" in report ? report.refusal : "It cannot be read: it is damaged, or far too large.";
    throw new Invalid(why, { body: why });
  } finally {
    done.abort();
    await worker.terminate();
  }
}

function reportOf(worker: Worker): Promise<ReadingReport> {
  return new Promise((resolve) => {
    worker.once("message", resolve);
    worker.once("error", (error: NodeJS.ErrnoException) =>
      resolve(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? { fault: error.code } : { broken: error.name }),
    );
    worker.once("exit", () => resolve({ fault: "the thread ended early" }));
  });
}
