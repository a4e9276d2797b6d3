import { MAX_TEXT_BYTES, menuAsText, type Reply } from "./reply.ts";
import { toXml, type XmlValue } from "./xml.ts";

// What goes out inside the answer to WeChat's own request: one message, of 2,048 bytes where it is text.

/** An answer that waits for a request to go out with. */
export interface Kept {
  /** The platform's id of the message, as the hub knows it. */
  id: string;
  reply: Reply;
  /** The request that it answers and its second; without a key where a person of ours wrote by themselves, at that second. */
  for: { key?: string; at: number };
}

export type Language = "zh" | "en";

const WORDS: Readonly<Record<Language, { patience: string; more: string }>> = {
  zh: {
    patience: "消息已收到，正在为您查询。请稍后发送任意内容，即可查看答复。",
    more: "（还有内容未显示，发送任意内容继续查看。）",
  },
  en: {
    patience: "We have your message and are still looking. Send any message to read the answer.",
    more: "(There is more: send any message to read on.)",
  },
};

/** In Chinese where there is a Chinese character, in English where there are Latin letters; `undefined` says neither. */
export function languageOf(text: string): Language | undefined {
  if (/\p{Script=Han}/u.test(text)) return "zh";
  return /[a-z]{2}/i.test(text) ? "en" : undefined;
}

export function patienceIn(language: Language): Reply {
  return { type: "text", text: WORDS[language].patience };
}

/**
 * The next message out of what is kept: the texts at its head joined, as far as they fit, else one thing that is no text.
 * Where something stays behind it says so, and with `stillLooking` also that an answer is on its way.
 */
export function compose(
  kept: readonly Kept[],
  options: { language: Language; stillLooking: boolean },
): { reply: Reply; count: number } {
  const texts: string[] = [];
  for (const { reply } of kept) {
    const text = wordsIn(reply);
    if (text === undefined || !fits([...texts, text])) break;
    texts.push(text);
  }
  if (texts.length === 0) return { reply: kept[0]!.reply, count: 1 };

  for (let count = texts.length; ; count--) {
    const words = WORDS[options.language];
    const note = count < kept.length ? words.more : options.stillLooking ? words.patience : undefined;
    const whole = [...texts.slice(0, count), ...(note === undefined ? [] : [note])];
    if (fits(whole)) return { reply: { type: "text", text: joined(whole) }, count };
    if (count === 1) return { reply: { type: "text", text: texts[0]! }, count }; // no room for the note
  }
}

function wordsIn(reply: Reply): string | undefined {
  if (reply.type === "menu") return menuAsText(reply.text, reply.options);
  return reply.type === "text" ? reply.text : undefined;
}

function joined(texts: readonly string[]): string {
  return texts.join("\n\n");
}

function fits(texts: readonly string[]): boolean {
  return texts.length === 1 || Buffer.byteLength(joined(texts)) <= MAX_TEXT_BYTES;
}

/** The passive reply as WeChat reads it: from the account to the person, the other way round than the push. */
export function renderReply(
  reply: Reply,
  { account, person, now }: { account: string; person: string; now: Date },
): string {
  const seconds = Math.floor(now.getTime() / 1_000);
  return toXml({ ToUserName: person, FromUserName: account, CreateTime: seconds, ...contentOf(reply) });
}

function contentOf(reply: Reply): Record<string, XmlValue> {
  switch (reply.type) {
    case "text":
      return { MsgType: "text", Content: reply.text };
    case "menu":
      return { MsgType: "text", Content: menuAsText(reply.text, reply.options) };
    case "image":
      return { MsgType: "image", Image: { MediaId: reply.mediaId } };
    case "voice":
      return { MsgType: "voice", Voice: { MediaId: reply.mediaId } };
    case "video":
      return { MsgType: "video", Video: { MediaId: reply.mediaId, Title: reply.title ?? "", Description: "" } };
    case "news": {
      const { title: Title, text: Description, image: PicUrl, url: Url } = reply;
      return { MsgType: "news", ArticleCount: 1, Articles: { item: { Title, Description, PicUrl, Url } } };
    }
  }
}
