import { seededRandom } from "../adapters/telegram/emulator-faults.ts";
import { DOORS, type Both, type CustomerKey, type DoorKey } from "./cast.ts";

/** What comes of a question: an article by its slug, buttons to choose from, a colleague, or silence beside an agent. */
export type Outcome = { article: string } | "offer" | "colleague" | "silence";

export type Step =
  | { does: "asks"; text: string; outcome: Outcome }
  /** Chooses one of the buttons just offered. */
  | { does: "presses"; article: string }
  | { does: "orders"; kind: "order" | "booking"; amount: number; what: Both }
  | { does: "refunded"; amount: number; why: Both }
  /** A person of the shop writes. */
  | { does: "helped"; text: string }
  | { does: "given back" };

/** Somebody comes, or writes again. The first time without a door they found us by name. */
export interface Visit {
  day: number;
  hour: number;
  who: CustomerKey;
  through?: DoorKey;
  /** Where somebody who comes without a door writes; otherwise the door or their earlier visit says it. */
  on?: "telegram" | "website";
  steps: Step[];
}

const asks = (text: string, article: string): Step => ({ does: "asks", text, outcome: { article } });
const wonders = (text: string, article: string): Step[] => [
  { does: "asks", text, outcome: "offer" },
  { does: "presses", article },
];
const stumps = (text: string, help: string, thanks: string): Step[] => [
  { does: "asks", text, outcome: "colleague" },
  { does: "helped", text: help },
  { does: "asks", text: thanks, outcome: "silence" },
  { does: "given back" },
];
const orders = (amount: number, en: string, zh: string): Step => ({
  ...{ does: "orders", kind: "order" },
  ...{ amount, what: { en, zh } },
});

/** Day 0 is a Monday, on which the shop is closed. */
export const VISITS: readonly Visit[] = [
  {
    day: 0,
    hour: 9,
    who: "mei",
    through: "poster",
    steps: [asks("坐地铁怎么过来？", "getting-here"), asks("谢谢！", "thanks")],
  },
  { day: 0, hour: 12, who: "tom", through: "window", steps: [asks("Is the shop open today?", "opening-hours")] },
  {
    ...{ day: 0, hour: 20, who: "nora", through: "ad" },
    steps: [
      asks("What can I drink in the evening without caffeine?", "caffeine"),
      orders(3_250, "rooibos, buckwheat tea and two cups", "路易波士茶、荞麦茶和两只茶杯"),
    ],
  },
  {
    ...{ day: 1, hour: 11, who: "wei", through: "window" },
    steps: [
      asks("周六的品茶还有位子吗？", "tastings"),
      { does: "orders", kind: "booking", amount: 5_000, what: { en: "a tasting for two", zh: "两人品茶会" } },
    ],
  },
  {
    ...{ day: 1, hour: 16, who: "priya", through: "poster" },
    steps: stumps("Can my dog come in?", "Yes, Priya. There is a water bowl by the door.", "Lovely, we will be there"),
  },
  {
    ...{ day: 1, hour: 21, who: "na", through: "ad" },
    steps: [
      asks("我是新手，推荐喝什么茶？", "recommendations"),
      orders(3_200, "jasmine green and a glass pot", "茉莉绿茶和玻璃壶"),
    ],
  },
  {
    ...{ day: 2, hour: 10, who: "min", through: "window" },
    steps: [asks("店里能用支付宝吗？", "payment-methods"), orders(980, "50 g of ripe pu-erh", "熟普 50 克")],
  },
  {
    day: 2,
    hour: 13,
    who: "james",
    through: "poster",
    steps: wonders("How do I get there from the station?", "getting-here"),
  },
  {
    ...{ day: 2, hour: 17, who: "tom" },
    steps: [
      asks("Can I wash the clay teapot with soap?", "teaware-care"),
      orders(2_640, "a clay teapot", "一把紫砂壶"),
    ],
  },
  {
    ...{ day: 2, hour: 19, who: "chen", through: "ad" },
    steps: [asks("多少钱可以包邮？", "shipping-cost"), orders(4_720, "high-mountain oolong, 100 g", "高山乌龙 100 克")],
  },
  {
    ...{ day: 3, hour: 9, who: "mei", through: "newsletter" },
    steps: [
      asks("送爸爸的生日礼物，可以包装一下吗？", "gift-wrapping"),
      orders(4_680, "a gift box of oolong", "乌龙茶礼盒"),
    ],
  },
  {
    ...{ day: 3, hour: 11, who: "ella", through: "newsletter" },
    steps: [
      asks("Is there a coupon for new customers?", "discounts"),
      orders(3_800, "two boxes of samples and a tin", "两盒试喝装和一个茶罐"),
    ],
  },
  { day: 3, hour: 18, who: "lei", through: "newsletter", steps: [asks("积分能抵多少钱？", "membership")] },
  {
    ...{ day: 4, hour: 10, who: "nora" },
    steps: [
      asks("One of the cups arrived broken. I am really disappointed.", "damaged"),
      ...stumps(
        "Could I talk to a human, please?",
        "I am sorry, Nora. A new cup leaves today, and we refund this one.",
        "Thank you, that is kind",
      ).slice(0, 3),
      { does: "refunded", amount: 800, why: { en: "the broken cup", zh: "破损的茶杯" } },
      { does: "given back" },
    ],
  },
  {
    ...{ day: 4, hour: 15, who: "oscar", through: "referral" },
    steps: [asks("How do points work?", "membership"), orders(2_990, "green tea and a strainer", "绿茶和茶漏")],
  },
  { day: 4, hour: 20, who: "ting", through: "referral", steps: [asks("买多少送试喝装？", "samples")] },
  {
    ...{ day: 5, hour: 10, who: "grace", through: "window" },
    steps: [
      ...wonders("Can I pay with my phone in the shop?", "payment-methods"),
      orders(1_860, "white tea, 50 g", "白茶 50 克"),
    ],
  },
  { day: 5, hour: 14, who: "hao", through: "poster", steps: wonders("离地铁站远吗？", "getting-here") },
  { day: 5, hour: 19, who: "yue", on: "telegram", steps: [asks("开封以后能放多久？", "storage")] },
  {
    day: 6,
    hour: 11,
    who: "liam",
    through: "ad",
    steps: wonders("I run a small café. Do you have trade prices?", "wholesale"),
  },
  {
    ...{ day: 6, hour: 16, who: "jing", through: "ad" },
    steps: [asks("晚上喝哪种茶不会失眠？", "caffeine"), orders(2_100, "buckwheat tea", "荞麦茶")],
  },
  {
    ...{ day: 7, hour: 12, who: "ines", through: "referral" },
    steps: [asks("Do I get a sample with my order?", "samples"), orders(3_450, "roasted oolong", "炭焙乌龙")],
  },
  {
    ...{ day: 8, hour: 10, who: "na" },
    steps: [
      asks("绿茶泡出来很苦，怎么回事？", "brewing"),
      asks("明白了，谢谢你", "thanks"),
      orders(4_100, "a thermometer and more jasmine green", "温度计和茉莉绿茶"),
    ],
  },
  { day: 8, hour: 17, who: "yang", on: "website", steps: [asks("茶具能放洗碗机吗？", "teaware-care")] },
  {
    ...{ day: 9, hour: 13, who: "ruby", through: "window" },
    steps: stumps(
      "Do you repair chipped teapots?",
      "We do not, but the potter at 3 Canal Street does.",
      "Good to know, thanks",
    ),
  },
  {
    ...{ day: 10, hour: 9, who: "james", through: "newsletter" },
    steps: [
      ...wonders("Which tea makes a nice present for my mother?", "recommendations"),
      orders(5_200, "six samples and a teapot", "六款试喝装和茶壶"),
    ],
  },
  {
    ...{ day: 10, hour: 12, who: "sam", on: "telegram" },
    steps: [asks("How fast is delivery?", "shipping-time"), orders(1_550, "Darjeeling, 50 g", "大吉岭红茶 50 克")],
  },
  { day: 10, hour: 18, who: "fang", through: "newsletter", steps: wonders("我想取消", "tasting-change") },
  {
    ...{ day: 11, hour: 11, who: "henry", through: "referral" },
    steps: [
      asks("Is your Darjeeling tea organic?", "origin"),
      orders(2_740, "Darjeeling and shortbread", "大吉岭红茶和黄油酥饼"),
    ],
  },
];

/** The newsletter goes out, and apps look at its link before anybody does. */
const PREVIEWS = [
  { day: 3, hour: 8, door: "newsletter" },
  { day: 10, hour: 8, door: "newsletter" },
] as const;

export const LAST_DAY = Math.max(...VISITS.map(({ day }) => day));

/** One thing that happens, at a moment of the simulated days. */
export type Scene = { at: Date } & (
  | { type: "visit"; visit: Visit }
  | { type: "previews"; door: DoorKey }
  | { type: "passers-by"; hits: Partial<Record<DoorKey, number>> }
);

/** The whole story in order, from midnight of its first day on. The same seed tells the same. */
export function createStory(firstDay: Date, seed = 18): Scene[] {
  const random = seededRandom(seed);
  const minute = () => Math.floor(random() * 60);
  const at = (day: number, hour: number, min = minute()) => momentOn(firstDay, day, hour, min);
  const visits = VISITS.map((visit): Scene => ({ type: "visit", at: at(visit.day, visit.hour), visit }));
  const previews = PREVIEWS.map(({ day, hour, door }): Scene => ({ type: "previews", at: at(day, hour, 30), door }));
  const evenings = Array.from({ length: LAST_DAY + 1 }, (_, day): Scene => {
    const hits = DOORS.map(({ key, passersBy }) => [key, Math.floor(random() * (passersBy + 1))] as const);
    return { type: "passers-by", at: at(day, 22), hits: Object.fromEntries(hits.filter(([, count]) => count > 0)) };
  });
  return [...visits, ...previews, ...evenings].sort((a, b) => a.at.getTime() - b.at.getTime());
}

/** The Monday from which the story's days are all over by now. */
export function firstDayBefore(now: Date): Date {
  const sinceMonday = (now.getDay() + 6) % 7;
  return momentOn(now, -sinceMonday - 14, 0, 0);
}

function momentOn(day: Date, daysLater: number, hour: number, minute: number): Date {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + daysLater, hour, minute);
}
