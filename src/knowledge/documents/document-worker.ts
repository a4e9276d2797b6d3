import { parentPort, workerData } from "node:worker_threads";
import { Unreadable } from "./block.ts";
import { readDocument, type Source } from "./read-document.ts";
import type { ReadingReport } from "./reading.ts";

/** The thread of `readInThread`: one document, one report. */
async function report(): Promise<ReadingReport> {
  try {
    return { document: await readDocument(workerData as Source) };
  } catch (error) {
    if (error instanceof Unreadable || (error instanceof Error && error.name === "Invalid"))
      return { refusal: error.message };
    return { fault: error instanceof Error ? error.name : "unknown" };
  }
}

parentPort!.postMessage(await report());
