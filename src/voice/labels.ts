/** What a message can be; several may hold. One that is none of them is `other`. */
export const LABELS = ["complaint", "suggestion", "praise", "question", "buying", "other"] as const;
export type Label = (typeof LABELS)[number];

export type Sentiment = -1 | 0 | 1;
