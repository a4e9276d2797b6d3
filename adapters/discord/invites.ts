// Which invite did somebody use? Discord does not say. What it says is how often each invite was used so far; what grew
// since the last look is what the people who came in between have used.

export interface Invite {
  uses: number;
  /** 0: no end. */
  maxUses: number;
  /** Milliseconds since 1970; missing: never. */
  expiresAt?: number;
  inviter?: string;
  channel?: string;
  /** When Discord said that it was deleted. */
  goneAt?: number;
}

export type Invites = Readonly<Record<string, Invite>>;

/** What is put beside a join. */
export interface Observation {
  code?: string;
  inviter?: string;
  channel?: string;
  candidates?: { code: string; weight: number }[];
}

/** A deletion this long before the look is nobody's joining: somebody took the invite away. */
export const FRESH_MS = 15_000;
const TINY = 1e-9;

/**
 * How often each invite was used between two looks. An invite that is used up vanishes: that is its last use, if no more
 * were left than people came, and it had not run out by time.
 */
export function usesBetween(before: Invites, after: Invites, joins: number, nowMs: number): Map<string, number> {
  const uses = new Map<string, number>();
  for (const [code, invite] of Object.entries(before)) {
    const now = Object.hasOwn(after, code) ? after[code] : undefined;
    const used = now ? now.uses - invite.uses : lastUses(invite, joins, nowMs);
    if (used > 0) uses.set(code, used);
  }
  for (const [code, { uses: used }] of Object.entries(after))
    // made and used in between; more uses than people are old ones
    if (!Object.hasOwn(before, code) && used > 0 && used <= joins) uses.set(code, used);
  return uses;
}

function lastUses({ uses, maxUses, expiresAt, goneAt }: Invite, joins: number, nowMs: number): number {
  const left = maxUses - uses;
  if (maxUses === 0 || left > joins || (expiresAt !== undefined && expiresAt <= (goneAt ?? nowMs))) return 0;
  return goneAt !== undefined && nowMs - goneAt > FRESH_MS ? 0 : left;
}

/**
 * Explains one joining by the uses that nobody has explained yet, and takes it off them. Where all were of one invite it
 * is certain; where several are possible, each has its share; where there are none, nothing is said.
 */
export function explain(unexplained: Map<string, number>): Omit<Observation, "inviter" | "channel"> | undefined {
  const open = [...unexplained].filter(([, uses]) => uses > TINY);
  const sum = open.reduce((total, [, uses]) => total + uses, 0);
  if (open.length === 0) return undefined;
  const shares = open.map(([code, uses]) => ({ code, weight: uses / sum }));
  const taken = Math.min(1, sum);
  for (const { code, weight } of shares) unexplained.set(code, (unexplained.get(code) ?? 0) - taken * weight);
  const [only] = shares;
  return shares.length === 1 && only ? { code: only.code } : { candidates: shares };
}

/** How many joinings the open uses can explain. */
export function openUses(unexplained: ReadonlyMap<string, number>): number {
  return [...unexplained.values()].reduce((sum, uses) => sum + Math.max(0, uses), 0);
}

interface RawInvite {
  code?: unknown;
  uses?: unknown;
  max_uses?: unknown;
  max_age?: unknown;
  created_at?: unknown;
  expires_at?: unknown;
  inviter?: { id?: unknown };
  channel?: { name?: unknown };
}

/** Discord's list as we keep it. What is no invite is left out. */
export function readInvites(list: unknown): Record<string, Invite> {
  const entries = (Array.isArray(list) ? list : []).flatMap((raw) => {
    const read = readInvite(raw);
    return read ? [read] : [];
  });
  return Object.fromEntries(entries);
}

export function readInvite(raw: unknown): [string, Invite] | undefined {
  if (typeof raw !== "object" || raw === null) return undefined;
  const { code, uses, max_uses, expires_at, max_age, created_at, inviter, channel } = raw as RawInvite;
  if (typeof code !== "string" || !/^[\w-]{1,100}$/.test(code)) return undefined;
  const expiresAt = endOf(expires_at, created_at, max_age);
  return [
    code,
    {
      uses: countOf(uses),
      maxUses: countOf(max_uses),
      ...(expiresAt !== undefined && { expiresAt }),
      ...(typeof inviter?.id === "string" && { inviter: inviter.id }),
      ...(typeof channel?.name === "string" && { channel: channel.name }),
    },
  ];
}

function countOf(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0;
}

function endOf(expiresAt: unknown, createdAt: unknown, maxAge: unknown): number | undefined {
  const end = Date.parse(String(expiresAt));
  if (!Number.isNaN(end)) return end;
  const made = Date.parse(String(createdAt));
  return countOf(maxAge) > 0 && !Number.isNaN(made) ? made + countOf(maxAge) * 1_000 : undefined;
}
