import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { Page } from "../../../../src/contract/route.ts";
import { api } from "../../lib/api.ts";
import { deadArrivalsQuery, type ArrivalView } from "./queries.ts";

export interface Progressing {
  done: number;
  total: number;
  refused: number;
  isRunning: boolean;
}

interface Hands {
  list(signal: AbortSignal): Promise<readonly string[]>;
  replay(id: string): Promise<unknown>;
  onProgress(state: Progressing): void;
}

/** Replays each that is dead now, once: one that dies again is not tried for ever. Stops where the signal says so. */
export async function replayEach({ list, replay, onProgress }: Hands, signal: AbortSignal): Promise<void> {
  const ids = await list(signal);
  let [done, refused] = [0, 0];
  const tell = (isRunning: boolean) => onProgress({ done, total: ids.length, refused, isRunning });
  tell(true);
  for (const id of ids) {
    if (signal.aborted) break;
    await replay(id).catch(() => refused++);
    done++;
    tell(true);
  }
  tell(false);
}

/** Every page of what is dead. */
async function allDead(signal: AbortSignal): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<ArrivalView> = await api("/arrivals", { query: { state: "dead", cursor, limit: 200 }, signal });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.next;
  } while (cursor !== null);
  return ids;
}

export function useReplayAll() {
  const client = useQueryClient();
  const [progress, setProgress] = useState<Progressing>();
  const [error, setError] = useState<unknown>();
  const run = useRef<AbortController>(null);
  async function start() {
    run.current = new AbortController();
    setError(undefined);
    const replay = (id: string) => api(`/arrivals/${id}/replay`, { method: "POST" });
    try {
      await replayEach({ list: allDead, replay, onProgress: setProgress }, run.current.signal);
    } catch (cause) {
      if (!run.current.signal.aborted) setError(cause);
    }
    await client.invalidateQueries({ queryKey: deadArrivalsQuery.queryKey });
  }
  return { progress, error, start: () => void start(), cancel: () => run.current?.abort() };
}
