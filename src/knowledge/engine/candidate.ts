/** An article that may be the answer. */
export interface Candidate {
  articleId: string;
  /** That it is the right answer. */
  probability: number;
  /** Its phrasing that is nearest to the question; `null` where a correction led here, or nothing was near. */
  matchedPhrasing: string | null;
  evidence: Evidence;
}

/** Why, in figures that a person can be shown. */
export interface Evidence {
  how: "corrected" | "same-words" | "learned";
  /** The classifier's margin, about -1 to 1. */
  margin: number;
  /** From 0 to 1: the nearest phrasing, and how much of the question the article's phrasings cover. */
  similar: number;
  covered: number;
}
