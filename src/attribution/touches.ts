import { newId } from "../lib/ids.ts";
import type { Transaction } from "../store/index.ts";
import type { Clue } from "./clues.ts";
import { foldCase, looksLikeCode, oneSlipAway, type WrittenCode } from "./codes.ts";
import { confidenceOf, type CodeMatch } from "./confidence.ts";
import { aliasKey, findAliases, findDoors, type Door, type NewTouch } from "./touch-store.ts";

/** The door behind a clue, and how it was known. */
interface Found {
  entryPointId: string | null;
  match: CodeMatch;
  isCorrected?: true;
}

/** The touches that the clues prove. What a text holds by accident is none. */
export async function touchesOf(clues: readonly Clue[], tx: Transaction): Promise<NewTouch[]> {
  const doors = await doorsOf(clues, tx);
  const near = await doorsNear(clues, doors, tx);
  const named = clues.flatMap(({ recorded: { channelId }, candidates }) =>
    candidates.map(({ alias }) => ({ channelId, alias })),
  );
  const aliases = named.length > 0 ? await findAliases(tx, named) : new Map<string, string>();
  return clues.flatMap((clue) => {
    const found = findIn(clue, doors, near.get(clue));
    return found.entryPointId === null && !clue.isTouch ? [] : [touchOf(clue, found, aliases)];
  });
}

async function doorsOf(clues: readonly Clue[], tx: Transaction): Promise<Map<string, Door>> {
  const codes = clues.flatMap((clue) => clue.codes.map(({ code }) => code)).filter(looksLikeCode);
  return codes.length > 0 ? findDoors(tx, codes) : new Map<string, Door>();
}

/** For typed codes that are none of ours: the only door that is one slip away. Between two, nobody guesses. */
async function doorsNear(
  clues: readonly Clue[],
  doors: ReadonlyMap<string, Door>,
  tx: Transaction,
): Promise<Map<Clue, Door>> {
  const open = clues.flatMap((clue) => {
    const isKnown = clue.keyword !== undefined || clue.codes.some(({ code }) => doors.has(foldCase(code)));
    const slips = clue.typed && !isKnown ? oneSlipAway(clue.typed.code) : [];
    return slips.length > 0 ? [{ clue, slips }] : [];
  });
  if (open.length === 0) return new Map();
  const around = await findDoors(
    tx,
    open.flatMap(({ slips }) => slips),
  );
  return new Map(
    open.flatMap(({ clue, slips }) => {
      const [door, ...others] = slips.flatMap((slip) => around.get(slip) ?? []);
      return door && others.length === 0 ? [[clue, door] as const] : [];
    }),
  );
}

/** A code as it was given out says most, then one in another case, then a keyword, then a code with a slip in it. */
function findIn(clue: Clue, doors: ReadonlyMap<string, Door>, near: Door | undefined): Found {
  const known = byCode(clue.codes, doors);
  if (known) return known;
  if (clue.keyword) {
    const { entryPointId, isAlone } = clue.keyword;
    return { entryPointId, match: isAlone ? "exact" : "first-word" };
  }
  if (near) return { entryPointId: near.id, match: "corrected", isCorrected: true };
  return { entryPointId: null, match: clue.codes.length > 0 ? "unknown" : "none" };
}

function byCode(codes: readonly WrittenCode[], doors: ReadonlyMap<string, Door>): Found | undefined {
  const known = codes.flatMap(({ code }): Found[] => {
    const door = doors.get(foldCase(code));
    return door ? [{ entryPointId: door.id, match: door.code === code ? "exact" : "other-case" }] : [];
  });
  return known.find(({ match }) => match === "exact") ?? known[0];
}

function touchOf(clue: Clue, found: Found, aliases: ReadonlyMap<string, string>): NewTouch {
  const { recorded } = clue;
  const candidates = clue.candidates.map(({ alias, weight }) => {
    return { alias, weight, entryPointId: aliases.get(aliasKey(recorded.channelId, alias)) ?? null };
  });
  const possible = new Set(candidates.map(({ entryPointId }) => entryPointId));
  const certain = possible.size === 1 ? ([...possible][0] ?? null) : null;
  const isAmbiguous = found.entryPointId === null && possible.size > 1;
  const match = isAmbiguous ? "ambiguous" : found.entryPointId === null && certain ? "exact" : found.match;
  const isByKeyword = match === "first-word" || match === "corrected" || isKeyword(clue, found);
  const method = !clue.isTouch && isByKeyword ? "keyword" : clue.method;
  return {
    id: newId(),
    contactId: recorded.contactId,
    identityId: recorded.identityId,
    conversationId: recorded.conversationId,
    channelId: recorded.channelId,
    entryPointId: found.entryPointId ?? certain,
    candidates: isAmbiguous ? candidates : [],
    eventId: recorded.id,
    method,
    confidence: confidenceOf(method, match),
    evidence: {
      ...clue.evidence,
      ...(isByKeyword && clue.keyword && { keyword: clue.keyword.raw }),
      ...(found.isCorrected && { corrected: true }),
    },
    isCorrected: found.isCorrected === true,
    at: recorded.sentAt,
  };
}

function isKeyword({ keyword }: Clue, { entryPointId }: Found): boolean {
  return keyword !== undefined && keyword.entryPointId === entryPointId;
}
