import type { EntryPointPatch, NewEntryPoint } from "../contract/api-attribution.ts";
import type { EntryPointRow, Surroundings } from "./entry-point-store.ts";
import { foldKeyword, keywordFault } from "./keywords.ts";
import type { Links } from "./links.ts";

type Wanted = Partial<Omit<NewEntryPoint, "cost">> | EntryPointPatch;
type Fault = readonly [field: string, why: string | undefined];

const NO_STAFF = "Not an owner, admin or agent of yours.";

/** Why this cannot be, by field, as the house stands. @param id of the entry point itself, once it is one. */
export function entryFaults(
  wanted: Wanted,
  around: Surroundings,
  links: Pick<Links, "isShortUrl">,
  id?: string,
): Record<string, string> {
  const { keyword } = wanted;
  const faults: Fault[] = [
    ...targetFaults(wanted, around, links),
    ...personFaults(wanted, around),
    ["keyword", keyword ? (keywordFault(keyword) ?? takenBy(keyword, around, id)) : undefined],
  ];
  return Object.fromEntries(faults.flatMap(([field, why]) => (why === undefined ? [] : [[field, why] as const])));
}

function targetFaults(wanted: Wanted, { channels }: Surroundings, links: Pick<Links, "isShortUrl">): Fault[] {
  const { channelId, channelIds = [], targetUrl } = wanted;
  const isStrange = (id: string) => !channels.some((channel) => channel.id === id);
  const strange = channelIds.find(isStrange);
  const isTwice = new Set(channelIds).size < channelIds.length;
  const isCircle = targetUrl !== undefined && links.isShortUrl(new URL(targetUrl));
  return [
    ["channelId", channelId !== undefined && isStrange(channelId) ? "No such channel." : undefined],
    ["channelIds", strange !== undefined ? `No such channel: ${strange}.` : isTwice ? "Names one twice." : undefined],
    ["targetUrl", isCircle ? "Leads back to an entry point. Name the page behind it." : undefined],
  ];
}

function personFaults({ ownerId, landing }: Wanted, { staff, articles }: Surroundings): Fault[] {
  const isStrange = (id: string | null | undefined) => typeof id === "string" && !staff.some((each) => each.id === id);
  const isLost = landing?.article !== undefined && !articles.has(landing.article);
  return [
    ["ownerId", isStrange(ownerId) ? NO_STAFF : undefined],
    ["landing.assignTo", isStrange(landing?.assignTo) ? NO_STAFF : undefined],
    ["landing.article", isLost ? "No such article, or it is switched off." : undefined],
  ];
}

function takenBy(keyword: string, { keywords }: Surroundings, id: string | undefined): string | undefined {
  const other = keywords.get(foldKeyword(keyword));
  return other && other.id !== id ? `Is the keyword of "${other.name}" already.` : undefined;
}

/** The columns of what was asked for; only of what was asked for. */
export function columnsOf(wanted: Wanted, around: Surroundings): Partial<EntryPointRow> {
  const { channelId: _one, channelIds: _several, targetUrl: _url, startsAt, endsAt, keyword, ...plain } = wanted;
  const manager = around.staff.find(({ id }) => id === wanted.ownerId)?.name;
  return {
    ...(manager !== undefined && { owner: manager }),
    ...(plain as Partial<EntryPointRow>),
    ...targetColumns(wanted),
    ...(keyword !== undefined && { keyword, keywordFolded: keyword && foldKeyword(keyword) }),
    ...(startsAt !== undefined && { startsAt: startsAt && new Date(startsAt) }),
    ...(endsAt !== undefined && { endsAt: endsAt && new Date(endsAt) }),
  } as Partial<EntryPointRow>;
}

/** A new target takes the place of the one before, of whatever kind. */
function targetColumns({ channelId, channelIds, targetUrl }: Wanted): Partial<EntryPointRow> {
  if (targetUrl !== undefined) return { channelId: null, channelIds: [], targetUrl: new URL(targetUrl).href };
  const several = channelIds ?? (channelId === undefined ? undefined : [channelId]);
  if (several === undefined) return {};
  return { channelId: several[0] ?? null, channelIds: several.length > 1 ? several : [], targetUrl: null };
}
