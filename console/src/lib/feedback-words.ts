import type { FeedbackView } from "../../../src/contract/api-voice.ts";

/** What the labels of what customers say are called. */
export const LABEL_NAMES: Readonly<Record<FeedbackView["label"], string>> = {
  complaint: "Complaint",
  suggestion: "Suggestion",
  praise: "Praise",
  question: "Question",
  buying: "Buying signal",
  other: "Something else",
};
