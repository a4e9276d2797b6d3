import type { EntryPoint, EntryPointPatch, NewEntryPoint } from "../../../../src/contract/api-attribution.ts";

/** What the form holds: text as it is typed, empty where nothing is said. */
export interface Draft {
  name: string;
  medium: string;
  campaign: string;
  placement: string;
  region: string;
  ownerId: string;
  keyword: string;
  phone: string;
  leads: "chat" | "web";
  channelIds: string[];
  url: string;
  greetingEn: string;
  greetingZh: string;
  offerEn: string;
  offerZh: string;
  article: string;
}

export const EMPTY: Draft = {
  ...{ name: "", medium: "poster", campaign: "", placement: "", region: "", ownerId: "", keyword: "", phone: "" },
  ...{ leads: "chat", channelIds: [], url: "" },
  ...{ greetingEn: "", greetingZh: "", offerEn: "", offerZh: "", article: "" },
};

export function draftOf(entryPoint: EntryPoint): Draft {
  const { name, medium, landing, channelId, channelIds, targetUrl } = entryPoint;
  const text = (value: string | null | undefined) => value ?? "";
  return {
    ...{ name, medium, leads: targetUrl === null ? "chat" : "web", url: text(targetUrl) },
    ...{ campaign: text(entryPoint.campaign), placement: text(entryPoint.placement), region: text(entryPoint.region) },
    ...{ ownerId: text(entryPoint.ownerId), keyword: text(entryPoint.keyword), phone: text(entryPoint.phone) },
    channelIds: channelIds.length > 0 ? channelIds : channelId === null ? [] : [channelId],
    ...{ greetingEn: text(landing.greeting?.en), greetingZh: text(landing.greeting?.zh) },
    ...{ offerEn: text(landing.offer?.en), offerZh: text(landing.offer?.zh), article: text(landing.article) },
  };
}

export function newOf(draft: Draft): NewEntryPoint {
  const landing = landingOf(draft, {});
  return {
    ...{ name: draft.name.trim(), medium: draft.medium },
    ...given(draft),
    ...targetOf(draft),
    ...(Object.keys(landing).length > 0 && { landing }),
  };
}

/** Only what was changed: a target that stands is not set again, and what the form does not show stays. */
export function patchOf(before: EntryPoint, draft: Draft): EntryPointPatch {
  const was = draftOf(before);
  const nullable = ["campaign", "placement", "region", "ownerId", "keyword", "phone"] as const;
  const changed = nullable.flatMap((name) => (was[name] === draft[name] ? [] : [[name, draft[name].trim() || null]]));
  const isMoved =
    was.leads !== draft.leads || was.url !== draft.url || was.channelIds.join() !== draft.channelIds.join();
  const landings = ["greetingEn", "greetingZh", "offerEn", "offerZh", "article"] as const;
  return {
    ...(was.name !== draft.name && { name: draft.name.trim() }),
    ...(was.medium !== draft.medium && { medium: draft.medium }),
    ...Object.fromEntries(changed),
    ...(isMoved && targetOf(draft)),
    ...(landings.some((name) => was[name] !== draft[name]) && { landing: landingOf(draft, before.landing) }),
  };
}

function given(draft: Draft) {
  const names = ["campaign", "placement", "region", "ownerId", "keyword", "phone"] as const;
  return Object.fromEntries(names.flatMap((name) => (draft[name].trim() === "" ? [] : [[name, draft[name].trim()]])));
}

function targetOf({ leads, channelIds, url }: Draft): {
  targetUrl?: string;
  channelId?: string;
  channelIds?: string[];
} {
  if (leads === "web") return { targetUrl: url.trim() };
  const [first, ...others] = channelIds;
  if (first === undefined) return {};
  return others.length > 0 ? { channelIds } : { channelId: first };
}

function landingOf(draft: Draft, before: EntryPoint["landing"]): EntryPoint["landing"] {
  const { greeting: _greeting, offer: _offer, article: _article, ...rest } = before;
  const both = (en: string, zh: string) => ({
    ...(en.trim() && { en: en.trim() }),
    ...(zh.trim() && { zh: zh.trim() }),
  });
  const greeting = both(draft.greetingEn, draft.greetingZh);
  const offer = both(draft.offerEn, draft.offerZh);
  return {
    ...rest,
    ...(Object.keys(greeting).length > 0 && { greeting }),
    ...(Object.keys(offer).length > 0 && { offer }),
    ...(draft.article && { article: draft.article }),
  };
}
