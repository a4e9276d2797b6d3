/** Chance that can be repeated: the same seed, the same numbers (sfc32). */
export interface Random {
  /** At least 0, below 1. */
  uniform(): number;
  normal(): number;
  /** Mean and variance `shape`. */
  gamma(shape: number): number;
  beta(a: number, b: number): number;
  poisson(mean: number): number;
  /** A whole number from 0 to `below - 1`. */
  below(below: number): number;
}

export function seededRandom(seed: number): Random {
  const uniform = sfc32(seed);
  const normal = normalBy(uniform);
  const gamma = gammaBy(uniform, normal);
  return {
    ...{ uniform, normal, gamma },
    beta(a, b) {
      const x = gamma(a);
      return x / (x + gamma(b));
    },
    poisson: (mean) => (mean < 12 ? poissonBySteps(uniform, mean) : poissonByRejection(uniform, mean)),
    below: (below) => Math.floor(uniform() * below),
  };
}

function sfc32(seed: number): () => number {
  let [a, b, c, d] = [0x9e3779b9, 0x243f6a88, seed | 0, Math.floor(seed / 2 ** 32) | 1];
  const next = () => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 15; i++) next(); // until the seed's bits are everywhere
  return next;
}

/** Marsaglia's polar method; it makes two at once. */
function normalBy(uniform: () => number): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const s = x * x + y * y;
      if (s >= 1 || s === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(s)) / s);
      spare = y * scale;
      return x * scale;
    }
  };
}

/** Marsaglia and Tsang's method. */
function gammaBy(uniform: () => number, normal: () => number): (shape: number) => number {
  return function gamma(shape: number): number {
    if (shape <= 0) return 0;
    if (shape < 1) return gamma(shape + 1) * (1 - uniform()) ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = normal();
      const v = (1 + c * x) ** 3;
      if (v <= 0) continue;
      if (Math.log(1 - uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  };
}

function poissonBySteps(uniform: () => number, mean: number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = uniform(); product > limit; product *= uniform()) count++;
  return count;
}

/** Hoermann's transformed rejection (PTRS), for means of 10 and more. */
function poissonByRejection(uniform: () => number, mean: number): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const vr = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = uniform() - 0.5;
    const v = 1 - uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= vr) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (Math.log(v * inverseAlpha) - Math.log(a / (us * us) + b) <= -mean + k * Math.log(mean) - logFactorial(k))
      return k;
  }
}

function logFactorial(k: number): number {
  if (k < 10) {
    let product = 1;
    for (let i = 2; i <= k; i++) product *= i;
    return Math.log(product);
  }
  const x = k + 1; // Stirling's series for log(gamma(x))
  return (
    (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5)
  );
}
