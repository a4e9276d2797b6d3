import { TONGUES } from "./draft.ts";

/** An article as a version holds it: as an import takes it, so that much may be left out. */
export interface Written {
  enabled?: boolean;
  audience?: string;
  validFrom?: string | null;
  validTo?: string | null;
  texts?: Partial<Record<"en" | "zh", { title: string; answer: string }>>;
  phrasings?: Partial<Record<"en" | "zh", string[]>>;
}

/** What differs between two versions. */
export type Difference =
  | { what: "title" | "answer"; tongue: "en" | "zh" }
  | { what: "phrasings"; tongue: "en" | "zh"; added: number; removed: number }
  | { what: "switch" | "audience" | "time" };

export function differencesOf(before: Written, after: Written): Difference[] {
  return [
    ...TONGUES.flatMap((tongue) => textDifferences(before, after, tongue)),
    ...TONGUES.flatMap((tongue) => phrasingDifference(before, after, tongue)),
    ...((before.enabled ?? true) === (after.enabled ?? true) ? [] : [{ what: "switch" as const }]),
    ...((before.audience ?? "everyone") === (after.audience ?? "everyone") ? [] : [{ what: "audience" as const }]),
    ...(isSame(before.validFrom, after.validFrom) && isSame(before.validTo, after.validTo)
      ? []
      : [{ what: "time" as const }]),
  ];
}

function textDifferences(before: Written, after: Written, tongue: "en" | "zh"): Difference[] {
  return (["title", "answer"] as const)
    .filter((what) => before.texts?.[tongue]?.[what] !== after.texts?.[tongue]?.[what])
    .map((what) => ({ what, tongue }));
}

function phrasingDifference(before: Written, after: Written, tongue: "en" | "zh"): Difference[] {
  const [were, are] = [new Set(before.phrasings?.[tongue]), new Set(after.phrasings?.[tongue])];
  const added = [...are].filter((each) => !were.has(each)).length;
  const removed = [...were].filter((each) => !are.has(each)).length;
  return added + removed === 0 ? [] : [{ what: "phrasings", tongue, added, removed }];
}

function isSame(before: string | null | undefined, after: string | null | undefined): boolean {
  const at = (moment: string | null | undefined) => (moment ? Date.parse(moment) : null); // one moment can be written in many ways
  return at(before) === at(after);
}
