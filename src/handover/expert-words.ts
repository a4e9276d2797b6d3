import { plainText, type Part } from "../contract/index.ts";
import type { Language } from "../lib/language.ts";
import type { BridgeEnd } from "./bridge-store.ts";
import type { Summary } from "./summary-store.ts";

const EN_HELP =
  "Answer by quoting a message, or begin with the number: “#12 Yes, we do.” /done ends a conversation, /back gives it to the bot, /list shows all; “!” serves in place of “/”.";
const ZH_HELP =
  "引用消息即可回复，或以编号开头：“#12 可以的”。/完成 结束对话，/交还 交给机器人，/列表 查看全部；“/”也可以写成“！”。";

/** What experts read in their places. */
export const EXPERT_WORDS = {
  en: {
    registered: (name: string) =>
      `Welcome, ${name}. Customers who are given to you write to you here, each with a number. ${EN_HELP}`,
    which: (open: string) =>
      `For whom is this? Nobody got it. Quote their message, or begin with their number.\n${open}`,
    none: "You have no open conversation. Nobody got this.",
    unknown: (number: number) => `#${number} is not open with you. Nobody got this.`,
    done: (number: number) => `#${number} is done.`,
    back: (number: number) => `#${number} is the bot's again.`,
    moved: (number: number) => `#${number} has gone to somebody else.`,
    failed: (why: string) => `This could not be passed on: ${why}`,
    files: "A file cannot be passed on from here; send it in the console. Nobody got this.",
    open: "Open conversations:",
    asked: "Asked",
    tried: "The bot thought of",
    before: "Before that",
    from: "from",
    edited: " (edited)",
    file: (name: string) => `[file${name && `: ${name}`}, see the console]`,
    somebody: "Somebody",
    how: (number: number) =>
      `Answer by quoting this message, or begin with #${number}. /done ends it, /back gives it to the bot, /list shows all.`,
  },
  zh: {
    registered: (name: string) => `您好，${name}。分配给您的客户会在这里与您对话，每位客户有一个编号。${ZH_HELP}`,
    which: (open: string) => `这条是回复谁的？尚未发给任何人。请引用对方的消息，或以编号开头。\n${open}`,
    none: "您目前没有进行中的对话，这条没有发给任何人。",
    unknown: (number: number) => `#${number} 不是您进行中的对话，这条没有发给任何人。`,
    done: (number: number) => `#${number} 已完成。`,
    back: (number: number) => `#${number} 已交还给机器人。`,
    moved: (number: number) => `#${number} 已转给其他同事。`,
    failed: (why: string) => `这条无法转发：${why}`,
    files: "这里无法转发文件，请在控制台发送。这条没有发给任何人。",
    open: "进行中的对话：",
    asked: "问题",
    tried: "机器人考虑过",
    before: "之前的消息",
    from: "来自",
    edited: "（已编辑）",
    file: (name: string) => `[文件${name && `：${name}`}，请在控制台查看]`,
    somebody: "客户",
    how: (number: number) => `引用本条消息回复，或以 #${number} 开头。/完成 结束，/交还 交给机器人，/列表 查看全部。`,
  },
} as const;

export function helpWords(language: Language): string {
  return language === "zh" ? ZH_HELP : EN_HELP;
}

/** A name as it may stand in a header: one line, and no number of another conversation in it. */
export function nameOf(name: string | null, language: Language): string {
  const plain = (name ?? "")
    .replaceAll(/[\p{C}\s#＃:：]+/gu, " ")
    .trim()
    .slice(0, 60);
  return plain || EXPERT_WORDS[language].somebody;
}

/** "#12 Ana: text". Further lines are marked, so that nobody can write a header of their own. */
export function customerWords(
  { number, name }: Pick<BridgeEnd, "number" | "name">,
  parts: readonly Part[],
  isEdited: boolean,
  language: Language,
): string {
  const words = EXPERT_WORDS[language];
  const text = parts
    .map((part) => (part.type === "file" ? words.file(oneLine(part.name ?? "")) : plainText([part])))
    .join("\n");
  const head = `#${number} ${nameOf(name, language)}${isEdited ? words.edited : ""}:`;
  return text.includes("\n") ? `${head}\n${quote(text)}` : `${head} ${text}`;
}

/** Who it is, and what they must know. */
export function openedWords(bridge: BridgeEnd, summary: Summary, language: Language): string {
  const words = EXPERT_WORDS[language];
  const who = `#${bridge.number} ${nameOf(bridge.name, language)} (${oneLine(bridge.channel)})`;
  const source = summary.source ? `${words.from} ${oneLine(summary.source)}` : "";
  const tried = summary.tried.map(
    ({ article, score }) => `${oneLine(article)}${score === null ? "" : ` (${score.toFixed(2)})`}`,
  );
  const before = summary.messages.slice(-6).filter(({ text }) => !summary.question.includes(text));
  return [
    [who, source, summary.stage ?? ""].filter(Boolean).join(" · "),
    `${words.asked}:\n${quote(summary.question)}`,
    tried.length > 0 ? `${words.tried}: ${tried.join(", ")}` : "",
    before.length > 0
      ? `${words.before}:\n${before.map(({ author, text }) => quote(`${author}: ${text}`)).join("\n")}`
      : "",
    words.how(bridge.number),
  ]
    .filter(Boolean)
    .join("\n");
}

export function listWords(open: readonly BridgeEnd[], language: Language): string {
  const words = EXPERT_WORDS[language];
  if (open.length === 0) return words.none;
  return [
    words.open,
    ...open.map((each) => `#${each.number} ${nameOf(each.name, language)} (${oneLine(each.channel)})`),
  ].join("\n");
}

function quote(text: string): string {
  return text
    .split(/\r\n|[\n\r\u2028\u2029\v\f]/)
    .map((line) => `> ${line}`)
    .join("\n");
}

function oneLine(text: string): string {
  return text
    .replaceAll(/[\p{C}\s]+/gu, " ")
    .trim()
    .slice(0, 100);
}
