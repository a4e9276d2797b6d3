import { parentPort, workerData } from "node:worker_threads";
import { attribute } from "../models/index.ts";
import type { Order, Report } from "./thread.ts";

/** The thread of `attributeInThread`: one order, one report. */
const { journeys, models, options } = workerData as Order;

function work(): Report {
  try {
    return { results: models.map((model) => attribute(journeys, model, { options })) };
  } catch (error) {
    if (error instanceof RangeError) return { refusal: error.message };
    return { fault: error instanceof Error ? error.name : "unknown" };
  }
}

parentPort!.postMessage(work());
