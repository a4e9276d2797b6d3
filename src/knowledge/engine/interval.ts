/**
 * Exact bounds of a share (Clopper and Pearson 1934): with the given confidence, the true share is not below the lower
 * one (not above the upper one). Counts may be fractions, as weighted ones are.
 */
export function lowerBound(right: number, total: number, confidence = 0.95): number {
  if (right <= 0 || total <= 0) return 0;
  return quantile(1 - confidence, right, total - right + 1);
}

export function upperBound(right: number, total: number, confidence = 0.95): number {
  if (right >= total) return 1;
  return quantile(confidence, right + 1, total - right);
}

/** Whether the lower bound is at least `share`: one look where computing the bound takes fifty. */
export function isSurely(share: number, right: number, total: number, confidence = 0.95): boolean {
  return right > 0 && right / total >= share && incompleteBeta(share, right, total - right + 1) <= 1 - confidence;
}

const HALVINGS = 50;

/** Where the beta distribution has `share` of itself below. */
function quantile(share: number, a: number, b: number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (incompleteBeta(middle, a, b) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The regularised incomplete beta function, by its continued fraction (DLMF 8.17.22). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return (front * fraction(x, a, b)) / a;
}

const MOST_TERMS = 500;
const TINY = 1e-300;

/** Lentz's method, as modified by Thompson and Barnett. */
function fraction(x: number, a: number, b: number): number {
  let [c, d] = [1, 1 / floor(1 - ((a + b) * x) / (a + 1))];
  let result = d;
  for (let m = 1; m <= MOST_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / floor(1 + even * d);
    c = floor(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / floor(1 + odd * d);
    c = floor(1 + odd / c);
    result *= d * c;
    if (Math.abs(d * c - 1) < 1e-12) break;
  }
  return result;
}

function floor(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

/** Lanczos' coefficients for g = 7. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

function logGamma(value: number): number {
  const x = value - 1;
  const t = x + 7.5;
  const sum = LANCZOS.reduce((total, coefficient, i) => (i === 0 ? coefficient : total + coefficient / (x + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (x + 0.5) * Math.log(t) - t + Math.log(sum);
}
