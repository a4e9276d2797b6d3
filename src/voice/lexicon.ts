import { stem } from "../knowledge/engine/index.ts";

/** Words that lean one way. The models see which lists a message touches; alone they are the plain method beside them. */
const LISTS = {
  sore: `bad worse worst awful terrible horrible poor cheap fake scam fraud rip-off broken break broke cracked crack damaged damage defective faulty
    torn tear ripped scratch leak leaking leaks rotten mouldy moldy stale sour raw burnt cold soggy bland greasy disgusting gross dirty filthy smelly smell stink
    stained noisy loud rude unfriendly arrogant ignorant ignored ignore lied lie dishonest unfair unacceptable ridiculous joke pathetic shame shameful
    disappointed disappointing disappointment upset angry furious annoyed annoying frustrated frustrating sick tired useless worthless waste wasted
    nightmare disaster mess chaos late delay delayed delays slow wait waited waiting hours weeks missing lost lose stolen wrong mistake error errors bug bugs crash crashes crashed
    freeze freezes frozen fail fails failed failing failure stuck lag laggy glitch disconnect spam never nobody nothing none anymore
    cancelled canceled refused overcharged charged twice refund refunded complaint complain manager unanswered promised hate regret avoid
    poisoning ill hurt injured burned allergic dangerous unsafe spoiled ruined ruin hair bugs cockroach dead died dies stopped false misleading cheated expired invalid
    still not no doesn't didn't won't can't isn't wasn't couldn't unusable confusing impossible problem problems issue issues unfortunately sadly shame`,
  glad: `good great best better nice lovely love loved loves amazing awesome excellent perfect perfectly fantastic wonderful brilliant superb outstanding
    beautiful gorgeous delicious tasty yummy delightful happy glad pleased satisfied impressed impressive thank thanks thankful grateful appreciate
    appreciated recommend recommended friendly kind helpful polite patient professional caring cosy cozy comfy comfortable clean spotless fresh smooth easy
    fast quick quickly fun enjoyed enjoy enjoyable favourite favorite incredible legend star stars kudos bravo cheers wow reliable sturdy pretty cute
    magical stunning surprise joy delight pleasure worth well fabulous cool sweet adore super insane yum proud hilarious saved smile smiled
    flawless top`,
  wish: `could should would wish suggest suggestion suggestions idea ideas propose proposal recommend consider maybe perhaps add adding allow offer offering option
    options feature improve improvement improvements instead rather better nicer helpful useful let more request feedback why-not love-to hope next bring
    introduce provide include support extend handy convenient might`,
  wants: `buy buying bought order ordering purchase book booking reserve reservation price prices pricing cost costs quote offer discount deal deals cheap cheapest
    cheaper budget pay payment stock available availability subscribe subscription upgrade sign join membership member licence license plan interested looking
    need want take rent hire hiring tickets ticket seats table slot demo trial invoice wholesale supplier checkout sale sell selling renew trip appointment
    copies pieces people nights hold keep`,
  asks: `what when where which who whom whose why how is are do does did can could will would may should am was anyone somebody someone possible know tell difference mean`,
} as const;

const HAN = {
  sore: `差 坏 烂 破 脏 臭 慢 贵 坑 骗 假 丢 错 漏 少了 没人 不理 不管 不回 不接 不了 不上 不到 没到 没收到 失望 生气 气死 愤怒 恶心 难吃 难喝 难用 难受 难闻 过分 离谱 垃圾 差劲 糟糕 糟 崩 卡 闪退 死机 报错 延误 取消 晚点 迟到 等了 等半天
    投诉 退款 退钱 赔 多扣 扣了 扣款 乱收费 态度 恶劣 骂 凶 敷衍 复制粘贴 推脱 踢皮球 不负责 糊弄 欺骗 虚假 二手 发霉 变质 馊 酸的 凉了 冷了 生的 没熟 头发 虫 苍蝇 蟑螂 拉肚子 中毒 过敏 受伤 划伤 烫伤 漏电 着火 开胶 掉色 缩水 褪色 断 裂 碎 压扁 撒 洒
    吵 霉味 漏水 滴水 坏了 太差 无语 服了 呵呵 后悔 再也不 不会再 凭什么 什么玩意 耍 浪费 白跑 可惜 烦 莫名其妙 根本 压根 居然 竟然 到底 还没 一直 又 老是 总是 半天 差评 失踪 崩溃 受够 毁 損壞 壞 爛 髒 離譜 錯 騙 糟 難`,
  glad: `好吃 好喝 好看 好用 好听 好评 好棒 棒 赞 喜欢 爱 满意 谢谢 感谢 多谢 感激 感动 开心 高兴 愉快 惊喜 惊艳 完美 优秀 厉害 给力 靠谱 贴心 用心 走心 热情 耐心 细心 专业 周到 舒服 舒适 干净 新鲜 正宗 漂亮 精美 精致 可爱 推荐 回购 物超所值 性价比 值得 超值 划算
    不错 很好 真好 太好 超好 挺好 最好 最棒 一流 五星 绝了 绝绝子 没话说 省心 放心 点赞 夸 竖大拇指 暖 幸运 难忘 顺利 顺畅 方便 快多了 丰盛 香 美 稳 值 强 牛 神 合身 有礼貌 负责 效率高 讚 謝 喜歡 愛 滿意 推薦`,
  wish: `建议 希望 要是 如果 可以 能不能 可不可以 最好 不如 应该 请考虑 考虑 增加 加个 加一 添加 多一 多点 多些 多放 多开 多几 少点 少放 改成 改进 换成 支持 开通 开设 提供 推出 出个 搞个 做个 弄个 设个 装个 放个 意见 想法 提议 期待 盼 就好了 更好 更方便 会好 比较好 一些 别 不要 建議 應該 可不可能 下次 以后 吧 完美了 方便了 实用`,
  wants: `买 买一 想买 要买 下单 订 预订 预定 订购 购买 采购 报名 报价 多少钱 价格 价位 优惠 便宜 折扣 打折 团购 批发 预算 付款 转账 打款 链接 有货 现货 库存 名额 空房 位子 约 预约 想约 升级 续费 会员 年卡 套餐 合同 签 租 留一 给我留 给我来 来一 来两 再来 来三 来份 要一 要了 我要 我们要 想要 想订 想租 想报 想办 入手 种草 求 打算 准备 感兴趣 了解一下 需要 推荐 试用 演示 成交 自取 打包 同款 買 訂 多少錢 預算 報價`,
  asks: `吗 嗎 呢 什么 怎么 怎样 如何 哪 哪里 哪个 几点 几 多久 多少 多大 多远 是否 有没有 能不能 可以 为什么 谁 啥 咋 请问 請問 什麼 怎麼 不`,
} as const;

export type List = keyof typeof LISTS;
export const LIST_NAMES = Object.keys(LISTS) as List[];

const WORDS = new Map<string, List[]>();
for (const name of LIST_NAMES)
  for (const word of new Set(LISTS[name].split(/\s+/u).map((each) => stem(each.replaceAll("'", "")))))
    WORDS.set(word, [...(WORDS.get(word) ?? []), name]);
const PIECES = LIST_NAMES.map((name) => [name, new Set(HAN[name].split(/\s+/u))] as const);
const LONGEST = 5;

/** How many words of each list a read text has. Han is looked at by its pieces, since its words have no ends. */
export function leanings(read: string): Record<List, number> {
  const counts = Object.fromEntries(LIST_NAMES.map((name) => [name, 0])) as Record<List, number>;
  for (const word of read.split(" ")) {
    for (const name of WORDS.get(stem(word)) ?? []) counts[name]++;
    if (!/\p{Script=Han}/u.test(word)) continue;
    for (let from = 0; from < word.length; from++)
      for (let to = from + 1; to <= Math.min(word.length, from + LONGEST); to++)
        for (const [name, pieces] of PIECES) if (pieces.has(word.slice(from, to))) counts[name]++;
  }
  return counts;
}
