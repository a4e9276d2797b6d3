/** Minor units as the platforms count money: 1234 of EUR is 12.34, of JPY 1234. */
export function decimal(minor: number, currency: string): number {
  const { maximumFractionDigits: digits = 2 } = new Intl.NumberFormat("en", {
    style: "currency",
    currency,
  }).resolvedOptions();
  return Number((minor / 10 ** digits).toFixed(digits));
}
