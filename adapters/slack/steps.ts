import type { AdapterTools } from "../../src/contract/index.ts";
import type { Call } from "./api.ts";
import { isFields } from "./rich-text.ts";

/** Tells Slack that our step of a workflow is done: the workflow waits for it, and nobody waits for us. */
export type FinishStep = (body: Record<string, unknown>) => void;

export function createFinishStep(call: Call, { log, channelId }: AdapterTools): FinishStep {
  return ({ event }) => {
    if (!isFields(event) || event.type !== "function_executed" || typeof event.function_execution_id !== "string")
      return;
    const args = { function_execution_id: event.function_execution_id, outputs: {} };
    call("functions.completeSuccess", args, new AbortController().signal).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : "unknown";
      log.warn(
        { channelId, reason },
        "Slack could not be told that a workflow's step is done; the workflow shows an error.",
      );
    });
  };
}
