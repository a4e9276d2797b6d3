import { normalise } from "./normalise.ts";

/** A farewell is answered as thanks are. */
export type SmallTalk = "greeting" | "thanks";

// Longer phrases stand before the shorter ones that they contain.
const GREETINGS = {
  words: [
    "good morning",
    "good afternoon",
    "good evening",
    "good day",
    "hi there",
    "hello",
    "hey",
    "hi",
    "hiya",
    "there",
  ],
  characters: [
    "早上好",
    "上午好",
    "中午好",
    "下午好",
    "晚上好",
    "大家好",
    "你好",
    "您好",
    "哈喽",
    "哈啰",
    "嗨",
    "早安",
    "呀",
    "啊",
  ],
};
const THANKS = {
  words: [
    "thank you very much",
    "thank you so much",
    "thanks a lot",
    "many thanks",
    "thank you",
    "thanks",
    "thx",
    "cheers",
    "ok",
    "okay",
    "great",
    "perfect",
    "for your help",
    "all right",
    "got it",
    "goodbye",
    "bye bye",
    "bye",
    "very",
    "much",
  ],
  characters: [
    "非常感谢",
    "谢谢你",
    "谢谢您",
    "多谢",
    "谢谢",
    "感谢",
    "的帮助",
    "好的",
    "好吧",
    "收到",
    "明白了",
    "明白",
    "了解了",
    "了解",
    "辛苦了",
    "知道了",
    "再见",
    "拜拜",
    "太好了",
    "好",
    "嗯",
    "了",
    "哦",
    "啦",
  ],
};
const WAVE = /👋/u;
const PLEASED = /[👍🙏❤😊🙂😄😀🥰👌🎉]/u;

/** Whether a text is nothing but a greeting or thanks; "hi, are you open?" is neither. */
export function smallTalkOf(text: string): SmallTalk | undefined {
  const normalised = normalise(text);
  if (normalised === "") return WAVE.test(text) ? "greeting" : PLEASED.test(text) ? "thanks" : undefined;
  const withoutGreeting = without(normalised, GREETINGS);
  if (withoutGreeting === "") return "greeting";
  return without(withoutGreeting, THANKS) === "" ? "thanks" : undefined;
}

function without(text: string, { words, characters }: typeof GREETINGS): string {
  const bare = characters.reduce((rest, phrase) => rest.replaceAll(phrase, " "), text);
  const spaced = ` ${bare.split(" ").filter(Boolean).join("  ")} `; // two spaces, so that neighbours keep one each
  return words
    .reduce((rest, phrase) => rest.replaceAll(` ${phrase.replaceAll(" ", "  ")} `, " "), spaced)
    .replace(/ +/gu, " ")
    .trim();
}

const PERSON =
  "(?:human|real person|person|human being|live agent|agent|representative|operator|someone|somebody|member of staff|your staff)";
const REACH = "(?:talk|speak|chat|connect|transfer|switch|put)";
const ENGLISH_CALL = [
  new RegExp(`\\b${REACH} (?:\\w+ ){0,4}?(?:to|with|through to) (?:\\w+ ){0,2}?${PERSON}\\b`, "u"),
  /\b(?:need|want|get|give|like|prefer) (?:\w+ ){0,3}?(?:a |an )?(?:human|real person|live agent|real human|human agent)\b/u,
  /^(?:please )?(?:a )?(?:human|agent|operator|representative|real person|live agent|human agent)(?: please)?$/u,
];
const CHINESE_CALL =
  /转人工|人工(?:客服|服务|坐席)|(?:找|要|叫|换|接)(?:个|一个|一下)?(?:人工|真人|活人)|^(?:人工|真人|客服)$|(?:跟|和|与)(?:真人|人工)/u;

/** Whether somebody asks for a person instead of the bot. */
export function asksForPerson(text: string): boolean {
  const normalised = normalise(text);
  return CHINESE_CALL.test(normalised.replaceAll(" ", "")) || ENGLISH_CALL.some((call) => call.test(normalised));
}

const ORDINALS: readonly (readonly string[])[] = [
  ["1", "一", "first", "one"],
  ["2", "二", "second", "two"],
  ["3", "三", "third", "three"],
  ["4", "四", "fourth", "four"],
];
const PICK =
  /^(?:(?:no|number|option|the) )?([1-4]|one|two|three|four|first|second|third|fourth)(?: (?:one|option|please))?$/u;
const CHINESE_PICK = /^(?:选|我选|我要)?第?([1-4一二三四])(?:个|项|条|号)?(?:吧|呢)?$/u;
const YES = new Set(["yes", "yes please", "yep", "yeah", "right", "exactly", "是", "是的", "对", "对的", "嗯", "没错"]);
const NO = new Set(["no", "none", "none of these", "neither", "no thanks", "都不是", "不是", "不对"]);

/** A typed answer to "did you mean": which option (from 0), all of them denied, or something else altogether. */
export function pickOf(text: string, options: number): number | "none" | undefined {
  const normalised = normalise(text);
  if (NO.has(normalised)) return "none";
  if (options === 1 && YES.has(normalised)) return 0;
  const said = (PICK.exec(normalised) ?? CHINESE_PICK.exec(normalised))?.[1];
  const at = ORDINALS.findIndex((names) => said !== undefined && names.includes(said));
  if (at < 0 || at > options) return undefined;
  return at === options ? "none" : at; // the last number is "none of these"
}

/** Whether a text may be such an answer, so that the last offer is worth looking up. */
export function mayBePick(text: string): boolean {
  return pickOf(text, 1) !== undefined || pickOf(text, ORDINALS.length) !== undefined;
}
