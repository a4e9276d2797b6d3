import { ChannelError, type AdapterTools } from "../../src/contract/index.ts";
import type { CallRaw } from "./api.ts";
import { faultOf } from "./faults.ts";
import { fetchPublic, publicAddressOf } from "./files.ts";

/** LINE turns videos and sounds into what all phones play, and says 202 meanwhile. */
const TRANSCODING_MS = 1_000;
const MOST_LOOKS = 20;
const LATER_MS = 30_000;

export interface FetchFileParts {
  raw: CallRaw;
  token: string;
  tools: Pick<AdapterTools, "fetch" | "clock">;
}

/** Fetches what a reference of ours stands for. @throws ChannelError */
export function createFetchFile({ raw, token, tools }: FetchFileParts) {
  return async function fetchFile(ref: string, signal: AbortSignal): Promise<Response> {
    const address = publicAddressOf(ref);
    if (address !== undefined) return fetchPublic(address, tools, signal);
    const id = /^message:([\w-]{1,500})$/.exec(ref)?.[1];
    if (id === undefined) throw new ChannelError("refused", "This is not a file on LINE.");
    const path = `/v2/bot/message/${id}/content`;
    for (let looks = 0; ; looks++) {
      const response = await raw({ method: "GET", path, data: true }, signal);
      if (response.status !== 202) return given(response);
      await response.body?.cancel();
      if (looks === MOST_LOOKS || signal.aborted)
        throw new ChannelError("retry-after", "LINE is still preparing this file.", {
          retryAfterMs: LATER_MS,
          scope: "place",
        });
      await prepared(path, signal);
    }
  };

  /** @throws ChannelError when LINE gave it up */
  async function prepared(path: string, signal: AbortSignal): Promise<void> {
    await tools.clock.sleep(TRANSCODING_MS, signal);
    const response = await raw({ method: "GET", path: `${path}/transcoding`, data: true }, signal);
    const body = (await response.json().catch(() => ({}))) as { status?: unknown } | null;
    if (body?.status === "failed")
      throw new ChannelError("refused", "LINE could not prepare this file, and does not give it out.");
  }

  async function given(response: Response): Promise<Response> {
    if (response.ok) return response;
    if (response.status === 404 || response.status === 410)
      throw new ChannelError("refused", "LINE no longer keeps this file: it was taken back, or is too old.");
    const text = await response.text().catch(() => "");
    throw faultOf(response, { message: text.slice(0, 200) }, token);
  }
}
