import type { Allowance } from "../contract/index.ts";

/** What one doing of the person still allows us. Times are milliseconds since 1970, so that a grant is plain JSON. */
export interface Grant {
  /** What they did; the next such doing takes this grant's place. */
  by: string;
  untilMs: number;
  /** How many more messages; null: as many as we like. */
  left: number | null;
}

/**
 * The grants after another doing. A counted grant starts anew with each doing of its kind, as the platforms count it; an
 * uncounted one lasts as long as the longest of them (three days after an ad are not shortened by a message's one).
 */
export function withGrant(grants: readonly Grant[], by: string, { forMs, messages }: Allowance, at: Date): Grant[] {
  const before = grants.find((grant) => grant.by === by);
  const untilMs = at.getTime() + forMs;
  const others = grants.filter((grant) => grant.by !== by);
  if (messages !== undefined) {
    const isOld = before !== undefined && before.untilMs > untilMs; // a late arrival does not undo a newer one
    return [...others, isOld ? before : { by, untilMs, left: messages }];
  }
  return [...others, { by, untilMs: Math.max(untilMs, before?.untilMs ?? 0), left: null }];
}

/** The grant that a message at this time goes under: one that costs nothing if there is such, else the first to end. */
export function usableGrant(grants: readonly Grant[], now: Date): Grant | undefined {
  const open = grants.filter(({ untilMs, left }) => untilMs > now.getTime() && left !== 0);
  return open.find(({ left }) => left === null) ?? [...open].sort((a, b) => a.untilMs - b.untilMs)[0];
}

/** The grants after one message went out. */
export function withSpent(grants: readonly Grant[], now: Date): Grant[] {
  const used = usableGrant(grants, now);
  return grants.map((grant) => (grant === used && grant.left !== null ? { ...grant, left: grant.left - 1 } : grant));
}

/** How it stands, as the composer shows it. */
export interface WindowState {
  open: boolean;
  until: Date | null;
  /** Null: as many as we like. */
  left: number | null;
}

/** All grants together: until the last of them ends, as many as they sum up to. */
export function windowState(grants: readonly Grant[], now: Date): WindowState {
  const open = grants.filter(({ untilMs, left }) => untilMs > now.getTime() && left !== 0);
  if (open.length === 0) return { open: false, until: null, left: 0 };
  const left = open.some((grant) => grant.left === null)
    ? null
    : open.reduce((sum, grant) => sum + (grant.left ?? 0), 0);
  return { open: true, until: new Date(Math.max(...open.map(({ untilMs }) => untilMs))), left };
}
