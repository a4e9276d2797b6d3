import type { StageRuleView } from "../contract/api-stages.ts";

export type StageRule = StageRuleView;

/** The rules that a hub has before anybody changes them. Their ids never change: a row with one takes its place. */
export const DEFAULT_RULES: readonly StageRule[] = [
  rule(1, "message", "contact"),
  rule(2, "price-asked", "lead", {
    words: [
      ...["how much", "price", "prices", "pricing", "price list", "cost", "costs", "quote", "quotation", "fee", "fees"],
      ...[
        "多少钱",
        "多少錢",
        "价格",
        "價格",
        "价钱",
        "價錢",
        "价目",
        "怎么卖",
        "怎麼賣",
        "报价",
        "報價",
        "收费",
        "收費",
      ],
      ...["费用", "費用", "几块钱", "幾塊錢", "几元", "什么价", "什麼價", "贵不贵", "貴不貴", "贵吗", "貴嗎"],
    ],
  }),
  rule(3, "contact-given", "opportunity"),
  rule(4, "order", "customer"),
  rule(5, "repeat-order", "repeat"),
  rule(6, "recommended", "advocate"),
  rule(7, "silent", "lapsed", { days: 90 }),
];

function rule(n: number, trigger: StageRule["trigger"], to: StageRule["to"], more: Partial<StageRule> = {}): StageRule {
  const id = `0190a000-0000-7000-8000-0000000005a${n}`;
  const nothing = { from: [], words: [], articleIds: [], days: null, act: {} };
  return { id, position: n * 10, enabled: true, trigger, to, ...nothing, isDefault: true, ...more };
}

/** The hub's own rules, changed where a row has the same id, and those of the house; in their order. */
export function rulesWith(rows: readonly Omit<StageRule, "isDefault">[]): StageRule[] {
  const own = new Map(rows.map((row) => [row.id, row]));
  const isDefault = (id: string) => DEFAULT_RULES.some((each) => each.id === id);
  const defaults = DEFAULT_RULES.map((each) => ({ ...each, ...own.get(each.id) }));
  const others = rows.filter(({ id }) => !isDefault(id)).map((row) => ({ ...row, isDefault: false }));
  return [...defaults, ...others].sort((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1));
}

/** Why such a rule makes no sense, by field. */
export function ruleFaults({ trigger, to, from, words, articleIds, days }: Omit<StageRule, "id" | "isDefault">) {
  const faults: Record<string, string> = {};
  if (to === "visitor") faults["to"] = "Nobody becomes a visitor again.";
  if ((trigger === "silent") !== (to === "lapsed")) faults["to"] = "Silence leads to lapsed, and nothing else does.";
  if ((trigger === "silent") !== (days !== null))
    faults["days"] = "Silence has a number of days, and nothing else has.";
  if (trigger === "price-asked" && words.length + articleIds.length === 0)
    faults["words"] = "Say by which words or articles it is known that they asked for the price.";
  if (trigger !== "price-asked" && words.length + articleIds.length > 0)
    faults["words"] = "Only price-asked has words and articles.";
  if (from.includes("lapsed") || (trigger === "silent" && from.includes("visitor")))
    faults["from"] = "Who has lapsed comes back by what they do; a visitor who says nothing stays one.";
  return faults;
}
