const ENGLISH_NEGATION =
  /\b(?:not|no|never|without|none|nothing|cannot|(?:do|does|did|is|are|was|were|has|have|had|ca|could|wo|would|should)nt)\b/u;
const CHINESE_NEGATION = /[不没未无别]/u;
/** "能不能", "有没有", "好不好" ask; they deny nothing. Neither do these polite words. */
const NO_DENIAL = /(\p{Script=Han})[不没]\1|不好意思|不错|没关系|没事|不客气|差不多|特别|级别|区别|别人|无线/gu;

/** Whether a normalised text denies something: "has not arrived", "还没到". */
export function denies(normalised: string): boolean {
  return ENGLISH_NEGATION.test(normalised) || CHINESE_NEGATION.test(normalised.replace(NO_DENIAL, ""));
}

/** Amounts in a normalised text. Longer numbers name an order, a phone or a parcel, and mean the same topic. */
export function amountsIn(normalised: string): string[] {
  return (normalised.match(/\d+(?:\.\d+)?/gu) ?? []).filter((number) => number.length < 5);
}
