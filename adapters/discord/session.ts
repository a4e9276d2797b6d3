import type { SessionInfo } from "@discordjs/ws";
import type { Cache } from "../../src/contract/index.ts";

/** Discord keeps a session for minutes; a longer life of the note does no harm, since a dead session is refused. */
const KEPT_MS = 3_600_000;

/** One shard's session, and how far what came in it is stored. */
interface Progress {
  info: SessionInfo;
  /** All events up to this number are stored. */
  stored: number;
  /** The latest number that came. */
  latest: number;
  /** Came, and not stored yet; a number comes twice when a session is resumed. */
  pending: Map<number, number>;
}

/**
 * The sessions of a channel's shards. What is told to Discord is not what we have heard but what we have stored, so that a
 * resumed session begins with the first event that could be lost. The note of it is shared by all hubs: when one dies,
 * the next one resumes.
 */
export interface Sessions {
  load(): Promise<void>;
  save(): Promise<void>;
  retrieve(shardId: number): SessionInfo | null;
  update(shardId: number, info: SessionInfo | null): void;
  idOf(shardId: number): string;
  received(shardId: number, sequence: number): void;
  finished(shardId: number, sequence: number): void;
}

export function createSessions(cache: Cache): Sessions {
  const shards = new Map<number, Progress>();
  let saved = "";

  const note = () => JSON.stringify([...shards.keys()].map((shardId) => retrieve(shardId)));

  function retrieve(shardId: number): SessionInfo | null {
    const progress = shards.get(shardId);
    return progress ? { ...progress.info, sequence: progress.stored } : null;
  }

  function begin(info: SessionInfo): void {
    shards.set(info.shardId, { info, stored: info.sequence, latest: info.sequence, pending: new Map() });
  }

  return {
    async load() {
      for (const info of readNote(await cache.get("sessions"))) begin(info);
      saved = note();
    },
    async save() {
      const text = note();
      if (text === saved) return;
      await cache.set("sessions", text, KEPT_MS);
      saved = text;
    },
    retrieve,
    update(shardId, info) {
      if (!info) shards.delete(shardId);
      else if (shards.get(shardId)?.info.sessionId !== info.sessionId) begin(info);
    },
    idOf: (shardId) => shards.get(shardId)?.info.sessionId ?? "none",
    received(shardId, sequence) {
      const progress = shards.get(shardId);
      if (!progress) return;
      progress.latest = Math.max(progress.latest, sequence);
      progress.pending.set(sequence, (progress.pending.get(sequence) ?? 0) + 1);
    },
    finished(shardId, sequence) {
      const progress = shards.get(shardId);
      if (!progress) return;
      const left = (progress.pending.get(sequence) ?? 1) - 1;
      if (left > 0) progress.pending.set(sequence, left);
      else progress.pending.delete(sequence);
      const first = progress.pending.size > 0 ? Math.min(...firstFew(progress.pending)) : progress.latest + 1;
      progress.stored = Math.max(progress.stored, first - 1);
    },
  };
}

/** Numbers come in order, or nearly so: the smallest is among the first that came. */
function firstFew(pending: ReadonlyMap<number, number>): number[] {
  const found: number[] = [];
  for (const sequence of pending.keys()) if (found.push(sequence) === 50) break;
  return found;
}

/** Only what a shard can be resumed with; the address must be one for sockets. */
function readNote(text: string | undefined): SessionInfo[] {
  try {
    const list: unknown = text === undefined ? [] : JSON.parse(text);
    return (Array.isArray(list) ? list : []).filter(isSession);
  } catch {
    return [];
  }
}

function isSession(value: unknown): value is SessionInfo {
  if (typeof value !== "object" || value === null) return false;
  const { sessionId, sequence, shardId, shardCount, resumeURL } = value as Record<string, unknown>;
  return (
    typeof sessionId === "string" &&
    isCount(sequence) &&
    isCount(shardId) &&
    isCount(shardCount) &&
    isSocketUrl(resumeURL)
  );
}

export function isSocketUrl(value: unknown): value is string {
  return typeof value === "string" && URL.canParse(value) && /^wss?:$/.test(new URL(value).protocol);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
