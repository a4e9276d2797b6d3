import { ChannelError, type Clock, type Log } from "../contract/index.ts";
import type { Channels } from "../corridor/index.ts";
import type { Database } from "../store/index.ts";
import { judge } from "./judge.ts";
import { claimMedia, keepMedia, postponeMedia, refuseMedia, type ClaimedMedia } from "./store.ts";

export interface FetcherParts {
  db: Database;
  channels: Channels;
  clock: Clock;
  log: Log;
  /** Larger files are refused. */
  maxBytes: number;
}

const AT_ONCE = 4;
const TIMEOUT_MS = 60_000;
const LEASE_MS = TIMEOUT_MS + 30_000;
const POLL_MS = 1_000;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 600_000;
/** Over about a day, by doubling waits. */
const MOST_ATTEMPTS = 12;

/** One round: fetches what is due, and resolves with how long to wait before the next. */
export async function fetchDue(parts: FetcherParts, signal: AbortSignal): Promise<number> {
  const { db, channels, clock } = parts;
  const channelIds = channels.list().map(({ id }) => id);
  if (channelIds.length === 0) return POLL_MS;
  const due = await claimMedia(db, { now: clock.now(), leaseMs: LEASE_MS, channelIds, limit: AT_ONCE });
  await Promise.all(due.map((media) => fetchOne(parts, media, signal)));
  return due.length > 0 ? 0 : POLL_MS;
}

async function fetchOne(parts: FetcherParts, media: ClaimedMedia, signal: AbortSignal): Promise<void> {
  const { db, channels, clock, log } = parts;
  const connection = channels.get(media.channelId)?.connection;
  if (!connection?.fetchFile) return; // the channel was closed meanwhile: the lease ends
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const response = await connection.fetchFile(media.ref, within);
    if (!response.ok) throw httpFault(response.status);
    const bytes = await readUpTo(response, parts.maxBytes);
    if (!bytes) return await refuseMedia(db, media.id, tooLarge(parts.maxBytes));
    const judgement = await judge(bytes, media.kind);
    if (!judgement.ok) return await refuseMedia(db, media.id, judgement.reason);
    await keepMedia(db, media, { name: media.name ?? media.kind, mimeType: judgement.mimeType, bytes });
  } catch (error) {
    if (signal.aborted) return; // the hub ends; it is due again when the lease is over
    log.info({ mediaId: media.id, channelId: media.channelId, err: error }, "a file could not be fetched");
    const reason = reasonOf(error);
    if (isFinal(error) || media.attempts >= MOST_ATTEMPTS) return await refuseMedia(db, media.id, reason);
    const waitMs = Math.min(FIRST_WAIT_MS * 2 ** (media.attempts - 1), LONGEST_WAIT_MS);
    await postponeMedia(db, media.id, new Date(clock.now().getTime() + waitMs), reason);
  }
}

/** The whole body, or `undefined` when there is more of it: what a server says of its length proves nothing. */
async function readUpTo(response: Response, maxBytes: number): Promise<Uint8Array | undefined> {
  if (Number(response.headers.get("content-length") ?? 0) > maxBytes) {
    await response.body?.cancel();
    return undefined;
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) return undefined; // leaving the loop ends the stream
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function httpFault(status: number): ChannelError {
  const gone = status === 404 || status === 410 || status === 403 || status === 401;
  return new ChannelError(gone ? "refused" : "unreachable", `The platform answered ${status} when asked for the file.`);
}

function isFinal(error: unknown): boolean {
  return error instanceof ChannelError && (error.fault === "refused" || error.fault === "recipient-gone");
}

function reasonOf(error: unknown): string {
  return error instanceof ChannelError ? error.message.slice(0, 500) : "The file could not be fetched.";
}

function tooLarge(maxBytes: number): string {
  return `It is larger than the ${Math.floor(maxBytes / 1_048_576)} MB that this hub keeps (MAX_FILE_MB).`;
}
