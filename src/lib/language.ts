/** The languages that the hub speaks. */
export type Language = "en" | "zh";
export const LANGUAGES: readonly Language[] = ["en", "zh"];

/** At least this share of Han among the letters makes a text Chinese: "能用 PayPal 吗" is. */
const HAN_SHARE = 1 / 3;
const LETTER = /\p{L}/gu;
const HAN = /\p{Script=Han}/gu;

/** The language a text is written in, or `undefined` when it has no letters. */
export function languageOf(text: string): Language | undefined {
  const letters = text.match(LETTER)?.length ?? 0;
  if (letters === 0) return undefined;
  return (text.match(HAN)?.length ?? 0) / letters >= HAN_SHARE ? "zh" : "en";
}

/** Reads a tag such as "zh-Hans-CN"; other languages than ours are `undefined`. */
export function languageOfTag(tag: string | null | undefined): Language | undefined {
  const primary = tag?.toLowerCase().split(/[-_]/)[0];
  return LANGUAGES.find((language) => language === primary);
}

/** What to speak: as the text does, else as the conversation did, else as the person's device does, else English. */
export function spokenLanguage(text: string, ...tags: (string | null | undefined)[]): Language {
  return languageOf(text) ?? tags.map(languageOfTag).find((language) => language !== undefined) ?? "en";
}
