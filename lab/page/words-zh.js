const quoted = (text) => `“${text}”`;
const cut = (text, length = 160) => (text.length > length ? `${text.slice(0, length)}……` : text);
const said = (text) => quoted(cut((text ?? "").replaceAll(/\s*\n\s*(?:- )?/g, " · ")));
/** Quoted words that end the sentence by themselves need no full stop. */
const closed = (text) => `${said(text)}${/[.!?…。！？]$/.test(text ?? "") ? "" : "。"}`;
const who = (person) => person ?? "有人";
const KINDS = { group: "群", thread: "话题" };
const where = ({ placeKind, place }) =>
  placeKind === "direct" ? "" : `在${place ? quoted(place) : ""}${KINDS[placeKind] ?? ""}里`;

const PARTS = {
  image: "图片",
  audio: "录音",
  video: "视频",
  document: "文件",
  sticker: "贴纸",
  location: "位置",
  contact: "名片",
};
const wrote = ({ text, parts = [] }) => {
  const others = parts.flatMap((part) => PARTS[part] ?? []).join("、");
  return others === "" ? `说：${closed(text)}` : `发来${others}${text ? `，并说：${closed(text)}` : "。"}`;
};
const REASONS = { "no answer found": "没有找到答案" };
const RESPONDERS = {
  welcome: "打了招呼：客户只是打开了会话。",
  handover: "告知客户由客服接手。",
};

const TYPES = {
  message: "一条消息",
  edited: "一次修改",
  deleted: "一次删除",
  reaction: "一个表情回应",
  pressed: "一次按钮点击",
  entered: "有人打开会话",
  joined: "有人加入",
  left: "有人离开",
  receipt: "一个回执",
  unknown: "系统不承载的内容",
};
const FATES = {
  thinking: "机器人正在思考。",
  agent: "这个会话由客服负责，机器人保持沉默。",
  "not-addressed": "不是对我们说的：在群里机器人保持沉默。",
  silent: "机器人对此无话可说。",
};
const METHODS = {
  "start-param": "链接里带着入口码",
  "group-start-param": "把机器人带进群的链接里带着入口码",
  invite: "通过我们的邀请而来",
  referral: "平台告知",
  ad: "平台指明了广告",
  scene: "二维码里带着入口码",
  prefilled: "入口码写在一段可修改的文字里",
  keyword: "说出了对应的关键词",
  page: "网页地址里带着入口码",
};
const CONFIDENCE = { high: "高", medium: "中", low: "低" };
const STAGES = {
  visitor: "访客",
  contact: "联系人",
  lead: "线索",
  opportunity: "商机",
  customer: "客户",
  repeat: "回头客",
  advocate: "推荐者",
  lapsed: "流失客户",
};
const DEVICES = { phone: "一部手机", desktop: "一台电脑", unknown: "一台设备" };
const RECEIPTS = { sent: "已发出", delivered: "已送达", read: "已读", failed: "失败" };

const event = {
  message: (f) => `${who(f.person)}${where(f)}${wrote(f)}${FATES[f.fate] ?? ""}`,
  pressed: (f) => `${who(f.person)}${where(f)}点了${quoted(f.choice)}。${FATES[f.fate] ?? ""}`,
  edited: (f) => `${who(f.person)}${where(f)}修改了一条消息。`,
  deleted: (f) => `${who(f.person)}${where(f)}删除了一条消息。`,
  reaction: (f) =>
    `${who(f.person)}${where(f)}回应了 ${[...(f.added ?? []), ...(f.removed ?? []).map((each) => `（撤回 ${each}）`)].join(" ")}`,
  entered: (f) => `${who(f.person)}打开了会话。`,
  joined: (f) => `${who(f.person)}加入了${f.place ? quoted(f.place) : ""}${KINDS[f.placeKind] ?? ""}。`,
  left: (f) =>
    f.blocked
      ? `${who(f.person)}停用了机器人。`
      : `${who(f.person)}离开了${f.place ? quoted(f.place) : ""}${KINDS[f.placeKind] ?? ""}。`,
  receipt: (f) => `平台告知一条消息的状态：${RECEIPTS[f.status] ?? f.status}。`,
};

const STATES = {
  waiting: "等待记录。",
  recorded: "已记录。",
  ignored: "不予处理",
  dead: "无法解读，单独存放",
};

const answer = {
  answered: (f) => `依据知识条目${quoted(f.slug)}回答：把握 ${f.score}，需要 ${f.threshold}。`,
  offered: (f) => `把握不足（${f.score}，需要 ${f.threshold}），请客户确认：${f.offered.join("、")}。`,
  "handed-over": (f) => `已转人工${f.reason ? `：${REASONS[f.reason] ?? f.reason}` : ""}。`,
  other: (f) => RESPONDERS[f.responder] ?? `由 ${f.responder ?? "系统"} 回答。`,
};

const delivery = {
  waiting: (f, time) =>
    `${said(f.text)}等待发送${f.notBefore ? `，不早于 ${time(f.notBefore)}` : ""}。${f.error ?? ""}`,
  sending: (f) => `${said(f.text)}正在发送。`,
  sent: (f) =>
    `${f.attempts > 1 ? `第 ${f.attempts} 次尝试，` : ""}已发送${closed(f.text)}${f.seen ? `此后：${RECEIPTS[f.seen] ?? f.seen}。` : ""}`,
  failed: (f) => `${said(f.text)}未能发送。${f.error ?? ""}`,
  "maybe-sent": (f) => `${said(f.text)}也许已发出，也许没有。${f.error ?? ""}`,
};

export const zh = {
  lab: "实验台",
  otherLanguage: "English",
  hubAt: (url) => `系统地址：${url}。一切都在本机运行。`,
  lost: "实验台没有应答。启动它的终端还在运行吗？本页会自动重试。",
  customer: "您是客户",
  platform: "平台",
  person: "人物",
  place: "地点",
  newPerson: "新的人……",
  newPersonTitle: "您是谁？",
  newPlace: "另一个群……",
  newPlaceTitle: "哪个群？",
  name: "名称",
  direct: "私聊",
  groups: ["茶友群"],
  screen: "屏幕上的内容",
  head: (person, platform, place) => (place ? `${person} · ${platform} ·“${place}”` : `${person} · ${platform}`),
  screenEmpty: "这里还没有内容。写点什么，或试试：",
  questions: ["你们几点开门？", "可以寄到国外吗？", "我要找人工客服"],
  message: "消息",
  placeholder: "以客户的身份写消息",
  send: "发送",
  save: "保存修改",
  cancel: "取消",
  mention: "提及机器人",
  photo: "照片",
  scan: "扫码",
  join: "加入",
  leave: "离开",
  block: "拉黑",
  reply: "回复",
  edit: "修改",
  remove: "删除",
  react: "回应",
  replyTo: (text) => `回复${said(text)}`,
  editing: "正在修改您的消息",
  file: (name) => `文件：${name}`,
  wasEdited: "已修改",
  wasDeleted: "已删除",
  you: "您",
  bot: "系统",
  photoTitle: "发送图片",
  photoHint: "已写的文字会作为图片说明一起发送。",
  photoSample: "发送示例图片",
  photoOwn: "选择图片……",
  photoLarge: "图片太大：实验台最多接受 5 MB。",
  scanTitle: "扫描入口码",
  scanHint: "下面每一项都是系统的一个入口。扫码会像手机那样先打开它的短地址。",
  scanThis: "扫码",
  scanOther: "其他链接或入口码",
  scanOpen: "打开",
  qrOf: (door) => `${door}的二维码`,
  joinTitle: (place) => `加入“${place}”`,
  joinLink: "邀请链接或入口码（可不填）",
  joinPlain: "不带入口码",
  walk: "系统的每一步",
  halts: "显示哪些步骤",
  halt: { arrived: "到达", stored: "存储", answered: "回答", sent: "发送", called: "调用" },
  clear: "清空",
  limitBefore: "让接下来的",
  limitMiddle: "次发送收到 429，等待",
  limitAfter: "秒",
  limitTimes: "多少次发送",
  limitSeconds: "Retry-After 的秒数",
  limitSet: "拒绝",
  limitSaid: (times, seconds) => `接下来 ${times} 次发送将被拒绝，各 ${seconds} 秒。`,
  inside: (count) => `有 ${count} 次发送落在 Retry-After 之内。`,
  empty: "您在左边做的事，会一步一步显示在这里",
  emptySteps: [
    ["arrived", "平台送来的原始内容，先存储，后确认"],
    ["stored", "它的含义：人、消息、触点"],
    ["answered", "机器人如何决定，依据是什么"],
    ["sent", "要发出什么，试了几次，被什么耽搁"],
    ["called", "对平台的每次调用，以及它的应答"],
  ],
  json: "详情",
  copy: "复制为测试样例",
  copied: "已复制。存为 adapters/…/fixtures/NAME.json，问题就成了测试。",
  copyFailed: "浏览器不允许本页复制，请直接选取下面的 JSON。",
  step: {
    hit: (f, door) => `${DEVICES[f.device] ?? f.device}打开了${quoted(door)}的入口码。`,
    arrival: (f) =>
      `${f.types ? `平台送来${f.types.map((type) => TYPES[type] ?? type).join("、") || "无需记录的内容"}` : "平台送来适配器无法解读的内容"}。${STATES[f.state]}${f.reason ? `：${f.reason}` : ""}`,
    event: (f) => (event[f.type] ?? ((facts) => `${who(facts.person)}：${f.type}`))(f),
    touch: (f, door) =>
      `${door ? `通过${quoted(door)}而来` : "通过系统不认识的入口而来"}：${METHODS[f.method] ?? f.method}（可信度${CONFIDENCE[f.confidence] ?? f.confidence}）。`,
    stage: (f) => `${who(f.person)}的阶段：${STAGES[f.fromStage] ?? f.fromStage} → ${STAGES[f.toStage] ?? f.toStage}。`,
    file: (f) =>
      f.state === "kept"
        ? `已保存文件${f.name ? quoted(f.name) : ""}：按内容判断为 ${f.mimeType}，${f.size} 字节。`
        : `文件${f.name ? quoted(f.name) : ""}${f.state === "waiting" ? "等待获取" : "未保存"}。${f.reason ?? ""}`,
    answer: (f) =>
      (f.outcome && !RESPONDERS[f.responder]
        ? answer[f.outcome]
        : f.type === "handed-over"
          ? answer["handed-over"]
          : answer.other)(f),
    agent: (f) => (f.type === "replied" ? "客服写了消息。" : "已交还机器人。"),
    delivery: (f, _door, time) => delivery[f.state](f, time),
    call: (f) =>
      `${/^[A-Z]+$/.test(f.method) ? `${f.method} ` : ""}${f.path} → ${f.status}${f.status === 429 ? "：被拒绝，太快了" : f.status >= 400 ? "：被拒绝" : ""}`,
  },
};
