import type { HandoverKind } from "../contract/api-handover.ts";

/** The reasons that this room writes into the ledger. */
export const REASONS = {
  unknown: "no answer found",
  wish: "a person was asked for",
  anger: "the person is angry",
  again: "they wrote on",
} as const;
const BY_RULE = "by rule: ";
/** What the inbox says when one of ours takes a conversation. */
const BY_HAND: readonly string[] = ["agent replied", "an agent took it", "assigned to an agent"];

export function ruleReason(name: string): string {
  return `${BY_RULE}${name}`;
}

export function kindOf(reason: string): HandoverKind {
  if (reason === REASONS.wish) return "wish";
  if (reason === REASONS.anger) return "anger";
  if (reason.startsWith(BY_RULE)) return "rule";
  return BY_HAND.includes(reason) ? "person" : "unknown";
}
