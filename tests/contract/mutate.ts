import type { Json } from "../../src/contract/index.ts";

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const WORDS = [
  "\0",
  "a\0b",
  "\ud800",
  "\udc00x",
  "a".repeat(5_000),
  noise(5_000), // no index takes it, and it cannot be made smaller
  "",
  " ",
  "__proto__",
  "1e309",
  "\u202e",
  "👩‍👩‍👧",
  "-1",
  "null",
];
const NUMBERS = [
  0,
  -1,
  Number.MAX_SAFE_INTEGER,
  9e12,
  253_402_300_800,
  1e308,
  -1e308,
  2 ** 53,
  0.5,
  NaN,
  1e20,
  8.64e15 + 1,
  -(2 ** 63),
];

function noise(length: number): string {
  const random = seededRandom(length);
  return Array.from({ length }, () => String.fromCodePoint(0x4e00 + Math.floor(random() * 20_000))).join("");
}

/** A hostile value: of the same kind, which checks of types let through, or of a kind chosen by chance. */
function hostile(before: Json | undefined, random: () => number): Json {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  if (typeof before === "number" && random() < 0.5) return pick(NUMBERS);
  if (typeof before === "string" && random() < 0.5) return pick(WORDS);
  switch (Math.floor(random() * 8)) {
    case 0:
      return null;
    case 1:
      return random() < 0.5;
    case 2:
      return pick(NUMBERS);
    case 3:
      return pick(WORDS);
    case 4:
      return [];
    case 5:
      return {};
    case 6:
      return JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}') as Json;
    default:
      return nested(Math.floor(random() * 60));
  }
}

function nested(depth: number): Json {
  let value: Json = "deep";
  for (let i = 0; i < depth; i++) value = i % 2 ? [value] : { a: value };
  return value;
}

/** A copy of the value with one to four hostile changes somewhere inside: dropped, retyped, doubled, nested, renamed. */
export function mutate(value: Json, random: () => number): Json {
  const copy: { root: Json } = { root: structuredClone(value) };
  const changes = 1 + Math.floor(random() * 4);
  for (let i = 0; i < changes; i++) changeOne(copy, random);
  return copy.root;
}

type Holder = Record<string, Json | undefined>;

function changeOne(top: { root: Json }, random: () => number): void {
  const spots: [Holder, string][] = [];
  collect(top, "root", spots);
  const [holder, key] = spots[Math.floor(random() * spots.length)] as [Holder, string];
  const kind = random();
  if (kind < 0.2 && holder !== (top as Holder)) delete holder[key];
  else if (kind < 0.3) define(holder, "__proto__", { polluted: true });
  else if (kind < 0.4 && Array.isArray(holder)) holder.push(structuredClone(holder[Number(key)] as Json));
  else holder[key] = hostile(holder[key], random);
}

function collect(holder: object, key: string, spots: [Holder, string][]): void {
  spots.push([holder as Holder, key]);
  const value = (holder as Holder)[key];
  if (value && typeof value === "object") for (const inner of Object.keys(value)) collect(value, inner, spots);
}

/** An own property even for `__proto__`, as JSON.parse makes it. */
function define(holder: object, key: string, value: Json): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}
