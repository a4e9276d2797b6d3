import { fieldsOf } from "./surroundings.ts";
import { isStart, KIND } from "./interactions.ts";

/** What Discord wants to hear within 3 seconds. https://discord.com/developers/docs/interactions/receiving-and-responding */
export interface Callback {
  type: number;
  data?: object;
}

const PONG: Callback = { type: 1 };
const SAY = 4;
/** "is thinking ...", until the answer takes its place. */
const THINK: Callback = { type: 5 };
/** Nothing is to be seen; the answer is a message of its own. */
const NOTED: Callback = { type: 6 };
const NO_SUGGESTIONS: Callback = { type: 8, data: { choices: [] } };
const ONLY_FOR_THEM = 64;

/** The first answer to an interaction, `undefined` where it wants none that we know. */
export function callbackFor(interaction: unknown): Callback | undefined {
  const { type, data, locale } = fieldsOf(interaction);
  switch (type) {
    case KIND.ping:
      return PONG;
    case KIND.command:
      return isStart(fieldsOf(data)) ? welcome(locale) : THINK;
    case KIND.component:
      return isEntry(fieldsOf(data).custom_id) ? welcome(locale) : NOTED;
    case KIND.autocomplete:
      return NO_SUGGESTIONS;
    case KIND.modal:
      return THINK;
    default:
      return undefined;
  }
}

/** Coming in asks nothing, so that nobody may answer it: Discord's "is thinking ..." would stand there for ever. */
function welcome(locale: unknown): Callback {
  const isChinese = typeof locale === "string" && locale.startsWith("zh");
  const content = isChinese ? "欢迎！直接在这里留言即可。" : "Welcome! Just write to us.";
  return { type: SAY, data: { content, flags: ONLY_FOR_THEM } };
}

function isEntry(customId: unknown): boolean {
  return typeof customId === "string" && customId.startsWith("e:");
}
