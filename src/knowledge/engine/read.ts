import { Converter } from "opencc-js/t2cn";
import { normalise } from "../normalise.ts";

const HAS_HAN = /\p{Script=Han}/u;
type Rewrite = (text: string) => string;
let simplify: Rewrite | undefined;

/**
 * One spelling for texts that people read as the same: `normalise`, and traditional characters as simplified ones. The
 * table of characters (10 ms, 10 MB) is made when the first Chinese text comes.
 */
export function readText(text: string): string {
  const plain = normalise(text);
  if (!HAS_HAN.test(plain)) return plain;
  const rewrite: Rewrite = (simplify ??= Converter({ from: "t", to: "cn" }));
  return rewrite(plain);
}
