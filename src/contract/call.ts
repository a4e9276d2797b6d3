import { ChannelError } from "./errors.ts";

/** Node's and undici's words for a request that never left. */
const NEVER_LEFT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/**
 * What a failed network call means for the message it carried. A request that never left is `unreachable`;
 * one that may have arrived is `maybe-sent`, since the answer alone was lost.
 */
export function networkFault(platform: string, error: unknown): ChannelError {
  if (error instanceof ChannelError) return error;
  return NEVER_LEFT.has(systemCode(error) ?? "")
    ? new ChannelError("unreachable", `${platform} cannot be reached.`, { cause: error })
    : new ChannelError("maybe-sent", `${platform} took the request and gave no answer.`, { cause: error });
}

/** The first system error code along the chain of causes. */
function systemCode(error: unknown): string | undefined {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if ("code" in inner && typeof inner.code === "string") return inner.code;
  }
  return undefined;
}
