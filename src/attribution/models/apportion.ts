/**
 * Whole numbers in proportion to the parts, that sum to the total: everybody gets what is certain, and what is left over
 * goes to the largest remainders (of equal ones, to the first). @throws RangeError
 */
export function apportion(parts: ArrayLike<number>, total: number): number[] {
  if (!Number.isSafeInteger(total)) throw new RangeError("A total to share out is a whole number below 2^53.");
  const all = Array.from(parts);
  const sum = all.reduce((sum, part) => sum + part, 0);
  if (sum === 0) return all.map(() => 0);
  const exact = all.map((part) => (part / sum) * total);
  const whole = exact.map(Math.floor);
  let left = total - whole.reduce((sum, part) => sum + part, 0);
  const byRemainder = [...all.keys()].sort((a, b) => exact[b]! - whole[b]! - (exact[a]! - whole[a]!) || a - b);
  for (let at = 0; left > 0; at++, left--) whole[byRemainder[at % byRemainder.length]!]!++;
  for (let at = byRemainder.length - 1; left < 0; at--) {
    const touch = byRemainder[(at + byRemainder.length) % byRemainder.length]!;
    if (whole[touch]! > 0 && left++ < 0) whole[touch]!--;
  }
  return whole;
}
