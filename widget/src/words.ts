export type Language = "en" | "zh";

/** Everything that the chat itself says, in both languages; `{name}` stands for a value. */
const EN = {
  title: "Chat with us",
  open: "Open chat",
  close: "Close chat",
  intro: "Ask us anything. We answer here.",
  keeps: "We keep this conversation so that we can answer you.",
  privacy: "Privacy notice",
  start: "Start the chat",
  placeholder: "Write a message",
  send: "Send",
  attach: "Attach files",
  person: "Talk to a person",
  personWords: "I would like to talk to a person.",
  log: "Messages",
  bot: "Assistant",
  agent: "Team",
  you: "You",
  sending: "Sending",
  sent: "Sent",
  later: "Offline, will be sent",
  failed: "Not sent",
  refused: "It was not accepted.",
  fileGone: "The file is no longer there. Attach it again.",
  retry: "Try again",
  discard: "Discard",
  offline: "You are offline. What you write will be sent when you are back.",
  unreachable: "We cannot be reached right now. What you write will be sent as soon as we can.",
  notAllowed: "This chat is not set up for this website.",
  signIn: "Please sign in on this website to chat with us.",
  connecting: "Connecting",
  loading: "Loading the conversation",
  edited: "edited",
  deleted: "This message was deleted.",
  unreadable: "This message cannot be shown here.",
  earlier: "Show earlier messages",
  newer: "New messages",
  unread: "{n} unread",
  answering: "An answer is on its way",
  chosen: "chosen",
  tooLong: "This is {n} characters too long.",
  tooLarge: "“{name}” is larger than 10 MB.",
  wrongType: "“{name}” cannot be sent. Pictures, PDF, plain text, audio and video can.",
  tooMany: "A message holds 10 files at most.",
  empty: "“{name}” is empty.",
  notUploaded: "“{name}” could not be uploaded.",
  uploading: "Uploading {name}: {n} %",
  remove: "Remove {name}",
  save: "Save {name}",
  notOpened: "This file can no longer be opened.",
  file: "File",
  today: "Today",
  yesterday: "Yesterday",
};

export type Word = keyof typeof EN;

const ZH: Record<Word, string> = {
  title: "在线咨询",
  open: "打开聊天",
  close: "关闭聊天",
  intro: "有问题尽管问，我们在这里为您解答。",
  keeps: "为了答复您，我们会保存本次对话。",
  privacy: "隐私说明",
  start: "开始咨询",
  placeholder: "输入消息",
  send: "发送",
  attach: "添加文件",
  person: "转人工客服",
  personWords: "请帮我转人工客服。",
  log: "消息",
  bot: "智能助手",
  agent: "客服",
  you: "我",
  sending: "发送中",
  sent: "已发送",
  later: "离线，稍后自动发送",
  failed: "未发送",
  refused: "消息未被接受。",
  fileGone: "文件已失效，请重新添加。",
  retry: "重试",
  discard: "删除",
  offline: "您已离线。您写的内容会在恢复连接后发送。",
  unreachable: "暂时无法连接。恢复后会自动发送您写的内容。",
  notAllowed: "本网站尚未启用此聊天。",
  signIn: "请先在本网站登录，再与我们联系。",
  connecting: "正在连接",
  loading: "正在加载对话",
  edited: "已编辑",
  deleted: "此消息已删除。",
  unreadable: "此消息无法在这里显示。",
  earlier: "查看更早的消息",
  newer: "新消息",
  unread: "{n} 条未读",
  answering: "正在回复",
  chosen: "已选择",
  tooLong: "超出了 {n} 个字。",
  tooLarge: "“{name}”超过 10 MB。",
  wrongType: "“{name}”无法发送。可发送图片、PDF、纯文本、音频和视频。",
  tooMany: "每条消息最多 10 个文件。",
  empty: "“{name}”是空文件。",
  notUploaded: "“{name}”上传失败。",
  uploading: "正在上传 {name}：{n} %",
  remove: "移除 {name}",
  save: "保存 {name}",
  notOpened: "此文件已无法打开。",
  file: "文件",
  today: "今天",
  yesterday: "昨天",
};

export const WORDS: Readonly<Record<Language, Readonly<Record<Word, string>>>> = { en: EN, zh: ZH };

/** Says a word in the language of the chat. */
export type Say = (word: Word, values?: Readonly<Record<string, string | number>>) => string;

export function createSay(language: Language): Say {
  return (word, values = {}) =>
    WORDS[language][word].replace(/\{(\w+)\}/g, (_all, name: string) => String(values[name] ?? ""));
}

/** The language that is asked for, else the page's, else the browser's first of the two; English at last. */
export function languageFor(asked: string | undefined, page: string, browser: readonly string[]): Language {
  for (const tag of [asked ?? "", page, ...browser]) {
    if (/^zh\b/i.test(tag)) return "zh";
    if (/^en\b/i.test(tag)) return "en";
  }
  return "en";
}
