import type { EntryMethod } from "../contract/index.ts";

/** How sure we are that this person came through this door. */
export type Confidence = "high" | "medium" | "low";

/** How the code compares with those that we gave out. */
export type CodeMatch =
  | "exact"
  | "other-case" // the same letters, some of them in the wrong case: typed by hand
  | "unknown" //    none of ours, or misspelt
  | "first-word" // a keyword that begins a longer text: it may be there by accident
  | "corrected" //  one slip away from the only code that is so near
  | "ambiguous" //  one of several doors, and the platform does not say which
  | "none"; //      the platform told circumstances only

/**
 * What each method is worth. High: the platform itself carried our parameter. Medium: a person could change or pass it
 * on before it reached us.
 */
const WORTH: Readonly<Record<EntryMethod, Confidence>> = {
  "start-param": "high",
  invite: "high",
  referral: "high",
  ad: "high",
  scene: "high",
  page: "high",
  "group-start-param": "medium", // names who added the bot, which need not be who scanned
  prefilled: "medium",
  keyword: "medium",
};

const ONE_LESS: Readonly<Record<Confidence, Confidence>> = { high: "medium", medium: "low", low: "low" };

export function confidenceOf(method: EntryMethod, match: CodeMatch): Confidence {
  if (match === "unknown" || match === "ambiguous" || match === "corrected") return "low";
  return match === "other-case" || match === "first-word" ? ONE_LESS[WORTH[method]] : WORTH[method];
}
