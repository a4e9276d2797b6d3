/** Sums of one entry point (or campaign) over a window, in minor units of one currency. */
export interface Account {
  cost: number;
  /** New customers. */
  customers: number;
  revenue: number;
  /** Of the revenue what is kept after the goods: 0.4 is 40 %. */
  marginShare: number;
  refunded: number;
  /** Rewards and commissions that were paid for these customers. */
  rewards: number;
}

/** `null` where there is nothing to divide by. None of it says that the money caused it. */
export interface UnitCosts {
  label: typeof ATTRIBUTED;
  /** What one new customer cost. */
  cac: number | null;
  /** Return on the money spent: by revenue, and by what is kept of it. */
  roas: number | null;
  marginRoas: number | null;
  /** Margin less rewards. */
  margin: number;
  profit: number;
}

/** What every figure is called that no control group stands behind. */
export const ATTRIBUTED = "attributed, not caused";

/** Costs of rewards count as costs; refunds are no revenue. @throws RangeError */
export function unitCosts({ cost, customers, revenue, marginShare, refunded, rewards }: Account): UnitCosts {
  for (const [name, amount] of Object.entries({ cost, customers, revenue, refunded, rewards }))
    if (!(amount >= 0)) throw new RangeError(`${name} cannot be ${amount}.`);
  if (!(marginShare >= 0 && marginShare <= 1)) throw new RangeError("A margin's share lies between 0 and 1.");
  const kept = revenue - refunded;
  const margin = kept * marginShare;
  const spent = cost + rewards;
  return {
    label: ATTRIBUTED,
    cac: customers > 0 ? spent / customers : null,
    roas: spent > 0 ? kept / spent : null,
    marginRoas: spent > 0 ? margin / spent : null,
    margin: margin - rewards,
    profit: margin - spent,
  };
}

/**
 * Days until the margin of a cohort has paid what it cost: the first at which the sum reaches it, between days by
 * proportion. `null`: not yet. `margins` are by day since the cohort began. @throws RangeError
 */
export function paybackDays(cost: number, margins: readonly { day: number; margin: number }[]): number | null {
  if (!(cost >= 0)) throw new RangeError(`cost cannot be ${cost}.`);
  if (cost === 0) return 0;
  let [sum, before] = [0, 0];
  for (const { day, margin } of margins.toSorted((a, b) => a.day - b.day)) {
    if (sum + margin >= cost) return before + ((cost - sum) / margin) * (day - before);
    sum += margin;
    before = day;
  }
  return null;
}
