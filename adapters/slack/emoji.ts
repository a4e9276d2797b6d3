import { EMOJI_NAMES } from "./emoji-names.ts";

/** Slack names a skin tone by a second emoji behind the first: "wave::skin-tone-3". */
const TONES = ["🏻", "🏼", "🏽", "🏾", "🏿"];
const TONED = /^(.+?)::skin-tone-([2-6])$/;

interface Tables {
  characters: Map<string, string>;
  names: Map<string, string>;
}

let tables: Tables | undefined;

/** Made when first needed: most hubs have no Slack. */
function look(): Tables {
  if (tables) return tables;
  const characters = new Map<string, string>();
  const names = new Map<string, string>();
  const words = EMOJI_NAMES.trim().split(/\s+/);
  for (let i = 0; i + 1 < words.length; i += 2) {
    const [name, character] = [words[i] as string, words[i + 1] as string];
    characters.set(name, character);
    if (!names.has(bare(character))) names.set(bare(character), name);
  }
  return (tables = { characters, names });
}

/** The character of a name; a workspace's own emoji has none, and stays ":name:". */
export function emojiOf(name: string): string {
  return characterOf(name) ?? `:${name}:`;
}

/** The character of a name, if it has one. */
export function characterOf(name: string): string | undefined {
  const [, base, tone] = TONED.exec(name) ?? [];
  const character = look().characters.get(base ?? name);
  if (character === undefined || tone === undefined) return character;
  const [first = "", ...rest] = [...character];
  return [first, TONES[Number(tone) - 2], ...rest.filter((part, at) => at > 0 || part !== "\ufe0f")].join("");
}

/** The name that `reactions.add` takes; `undefined` where Slack has none. ":name:" is a name already. */
export function emojiName(emoji: string): string | undefined {
  const written = /^:([a-z0-9_'+-]{1,100}(?:::skin-tone-[2-6])?):$/.exec(emoji)?.[1];
  if (written !== undefined) return written;
  const tone = TONES.findIndex((each) => emoji.includes(each));
  const name = look().names.get(bare(TONES.reduce((rest, each) => rest.replaceAll(each, ""), emoji)));
  return name !== undefined && tone >= 0 ? `${name}::skin-tone-${tone + 2}` : name;
}

/** Without the sign that asks for colour, which some keyboards leave out. */
function bare(character: string): string {
  return character.replaceAll("\ufe0f", "");
}
