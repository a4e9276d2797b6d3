import { wordsOf } from "./words.ts";

export type Severity = "low" | "normal" | "high" | "urgent";
export const SEVERITIES: readonly Severity[] = ["low", "normal", "high", "urgent"];

/** As the database keeps it: 1 to 4. */
export const rankOf = (severity: Severity): number => SEVERITIES.indexOf(severity) + 1;
export const severityOf = (rank: number): Severity => SEVERITIES[rank - 1]!;

const SAFETY =
  /\b(?:injur\w*|hurt (?:my|him|her|me)|bleed\w*|burn(?:ed|t) (?:my|me|his|her)|on fire|caught fire|fire|smoke|sparks?|sparked|electric shock|poison\w*|hospital|ambulance|allerg\w*|coeliac|celiac|choke\w*|unsafe|dangerous|made me sick|got sick|was sick|threw up|vomit\w*|cut (?:my|his|her)|harass\w*)\b|受伤|受傷|流血|烫伤|着火|冒烟|冒火|触电|漏电|中毒|过敏|過敏|医院|救护车|窒息|危险|呕吐|吐了|拉肚子|划破|划伤|爆炸|骚扰/iu;
const MONEY =
  /\b(?:refund\w*|charged?|overcharg\w*|billed|money back|double payment|scam|fraud|stolen|chargeback|deposit)\b|退款|退钱|退錢|扣款|扣了|多收|多扣|乱收费|押金|骗|诈骗|不到账|赔/iu;
const THREAT =
  /\b(?:lawyer|attorney|sue|court|legal action|consumer protection|ombudsman|trading standards|police|report you|newspaper)\b|律师|起诉|法院|12315|消费者协会|消协|工商|报警|曝光|媒体|投诉你们/iu;
const ANGER =
  /\b(?:furious|outrage\w*|disgust\w*|ridiculous|unacceptable|fed up|worst|pathetic|never again|shame on|wtf|idiots?|useless|incompetent)\b|气死|愤怒|过分|离谱|垃圾|恶心|受够|滚|混蛋|什么玩意|再也不|忍无可忍/iu;
const SHOUTING = /[!！]{2,}|zzsore/u;
const CAPITALS = /(?:\b[A-Z]{3,}\b.*){2,}/su;

export interface Plaint {
  text: string;
  /** Other complaints of this person within the last month. */
  before: number;
  sentiment: number;
}

/** How bad a complaint is and why, by rules that a person can check. */
export function judge({ text, before, sentiment }: Plaint): { severity: Severity; reasons: string[] } {
  const isAngry = ANGER.test(text) || SHOUTING.test(text) || CAPITALS.test(text) || /zzsore/u.test(wordsOf(text));
  const reasons = [
    ...(SAFETY.test(text) ? ["safety"] : []),
    ...(THREAT.test(text) ? ["threat"] : []),
    ...(MONEY.test(text) ? ["money"] : []),
    ...(isAngry ? ["anger"] : []),
    ...(before > 0 ? ["repeated"] : []),
  ];
  return { severity: severityFor(reasons, sentiment), reasons };
}

function severityFor(reasons: readonly string[], sentiment: number): Severity {
  if (reasons.includes("safety")) return "urgent";
  if (reasons.includes("threat") || reasons.length >= 3) return reasons.length >= 3 ? "urgent" : "high";
  if (reasons.length === 2 || reasons.includes("money")) return "high";
  if (reasons.length === 1 || sentiment < 0) return "normal";
  return "low";
}
