import { LABEL_NAMES } from "../../lib/feedback-words.ts";
import type { CaseView, FeedbackView, OpportunityView, SurveyView } from "./queries.ts";
import type { Search } from "./search.ts";

// Words of the API as people read them; the test of this file asks for each in Chinese.

export const TAB_NAMES: Readonly<Record<Search["tab"], string>> = {
  overview: "Overview",
  messages: "Messages",
  cases: "Cases",
  wishes: "Suggestions",
  chances: "Opportunities",
  surveys: "Surveys",
  settings: "Settings",
};

export const PERIOD_NAMES: Readonly<Record<Search["period"], string>> = {
  "7d": "Last 7 days",
  "30d": "Last 30 days",
  "90d": "Last 90 days",
  "365d": "Last 365 days",
};

export const BY_NAMES: Readonly<Record<Search["by"], string>> = {
  label: "Kind",
  theme: "Theme",
  channel: "Channel",
  entryPoint: "Entry point",
};

export const PLURALS: Readonly<Record<FeedbackView["label"], string>> = {
  complaint: "Complaints",
  suggestion: "Suggestions",
  praise: "Praise",
  question: "Questions",
  buying: "Buying signals",
  other: "Something else",
};

/** A colour means the same label everywhere in the room. */
export const TONES: Readonly<Record<FeedbackView["label"], number>> = {
  complaint: 0,
  suggestion: 1,
  praise: 2,
  question: 3,
  buying: 4,
  other: 5,
};

export const STATUS_NAMES: Readonly<Record<NonNullable<FeedbackView["status"]>, string>> = {
  new: "New",
  considered: "Under consideration",
  adopted: "Adopted",
  declined: "Declined",
  working: "Working on it",
  won: "Won",
  lost: "Lost",
};

export const STATUSES_OF: Readonly<Record<Search["kind"], readonly NonNullable<FeedbackView["status"]>[]>> = {
  suggestion: ["new", "considered", "adopted", "declined"],
  buying: ["new", "working", "won", "lost"],
};

export const STATE_NAMES: Readonly<Record<CaseView["state"], string>> = {
  open: "Open",
  waiting: "Waiting for the customer",
  solved: "Solved",
  closed: "Closed",
};

export const SEVERITY_NAMES: Readonly<Record<CaseView["severity"], string>> = {
  low: "Low",
  normal: "Normal",
  high: "High",
  urgent: "Urgent",
};

export const SOURCE_NAMES: Readonly<Record<CaseView["source"], string>> = {
  complaint: "from a complaint",
  survey: "from a survey's answer",
  agent: "opened by one of us",
};

export const REASON_NAMES: Readonly<Record<string, string>> = {
  safety: "somebody's safety",
  money: "money",
  threat: "a threat",
  anger: "anger",
  repeated: "not the first time",
  "low-score": "a low score",
};

export const DELIVERY_NAMES: Readonly<Record<NonNullable<CaseView["toldDelivery"]>, string>> = {
  waiting: "waits to be sent",
  sent: "sent",
  delivered: "delivered",
  read: "read",
  failed: "not sent",
  "maybe-sent": "perhaps sent",
};

export const OUTCOME_NAMES: Readonly<Record<OpportunityView["outcome"], string>> = {
  open: "Open",
  won: "Won",
  lost: "Lost",
  ignored: "Left aside",
};

export const KIND_NAMES: Readonly<Record<SurveyView["kind"], string>> = {
  csat: "Satisfaction (CSAT, 1 to 5)",
  nps: "Would recommend (NPS, 0 to 10)",
  ces: "Ease (CES, 1 to 7)",
};

export const TRIGGER_NAMES: Readonly<Record<SurveyView["trigger"], string>> = {
  resolved: "a conversation is resolved",
  conversion: "somebody bought",
  "case-closed": "a case is closed",
};

export const LISTEN_NAMES = {
  keywords: "one of the keywords",
  signal: "words that sound like buying",
  both: "a keyword in words that sound like buying",
} as const;

/** Everything above that is said, to be asked for in Chinese. */
export const ALL_WORDS: readonly string[] = [
  ...[LABEL_NAMES, TAB_NAMES, PERIOD_NAMES, BY_NAMES, PLURALS, STATUS_NAMES, STATE_NAMES, SEVERITY_NAMES],
  ...[SOURCE_NAMES, REASON_NAMES, DELIVERY_NAMES, OUTCOME_NAMES, KIND_NAMES, TRIGGER_NAMES, LISTEN_NAMES],
].flatMap((table) => Object.values(table));
