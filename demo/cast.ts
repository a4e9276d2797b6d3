export type Language = "en" | "zh";
export type Both = Readonly<Record<Language, string>>;

export const CURRENCY = "GBP";
export const SITE = "https://lantern-tea.example";

export type DoorKey = "poster" | "ad" | "newsletter" | "referral" | "window";

/** An entry point of the shop. */
export interface Door {
  key: DoorKey;
  medium: string;
  name: Both;
  placement: Both;
  /** What somebody does who comes through it: "Tom ...". */
  comes: Both;
  leadsTo: "telegram" | "website";
  /** Pence. */
  cost: number;
  /** Passers-by who follow the code and go on, a day at most. */
  passersBy: number;
}

export const DOORS: readonly Door[] = [
  {
    key: "poster",
    medium: "poster",
    name: { en: "Station poster", zh: "地铁站海报" },
    placement: { en: "Canal Street station, exit B", zh: "运河街站 B 出口" },
    comes: { en: "scans the poster at Canal Street station", zh: "扫了运河街站的海报" },
    leadsTo: "telegram",
    cost: 18_000,
    passersBy: 3,
  },
  {
    key: "ad",
    medium: "ad",
    name: { en: "Search ad", zh: "搜索广告" },
    placement: { en: "“loose leaf tea near me”", zh: "“附近的茶叶店”" },
    comes: { en: "follows the search ad to the website", zh: "从搜索广告进了网站" },
    leadsTo: "website",
    cost: 24_000,
    passersBy: 4,
  },
  {
    key: "newsletter",
    medium: "newsletter",
    name: { en: "Newsletter link", zh: "邮件通讯" },
    placement: { en: "Spring letter", zh: "春季来信" },
    comes: { en: "opens the link in the newsletter", zh: "点了邮件通讯里的链接" },
    leadsTo: "telegram",
    cost: 3_000,
    passersBy: 2,
  },
  {
    key: "referral",
    medium: "referral",
    name: { en: "Referral card", zh: "推荐卡" },
    placement: { en: "in every parcel", zh: "随包裹附赠" },
    comes: { en: "scans a friend’s referral card", zh: "扫了朋友给的推荐卡" },
    leadsTo: "telegram",
    cost: 4_500,
    passersBy: 1,
  },
  {
    key: "window",
    medium: "window",
    name: { en: "Shop window", zh: "店铺橱窗" },
    placement: { en: "18 Willow Lane", zh: "柳巷 18 号" },
    comes: { en: "scans the code in the shop window", zh: "扫了橱窗上的二维码" },
    leadsTo: "telegram",
    cost: 1_200,
    passersBy: 2,
  },
];

/** Who comes, and in which language. `latin`: how an English reader says the name. */
export interface Customer {
  name: string;
  latin?: string;
  language: Language;
}

export const CUSTOMERS = {
  tom: { name: "Tom", language: "en" },
  nora: { name: "Nora", language: "en" },
  priya: { name: "Priya", language: "en" },
  james: { name: "James", language: "en" },
  ella: { name: "Ella", language: "en" },
  oscar: { name: "Oscar", language: "en" },
  grace: { name: "Grace", language: "en" },
  liam: { name: "Liam", language: "en" },
  ines: { name: "Ines", language: "en" },
  ruby: { name: "Ruby", language: "en" },
  sam: { name: "Sam", language: "en" },
  henry: { name: "Henry", language: "en" },
  mei: { name: "林梅", latin: "Lin Mei", language: "zh" },
  wei: { name: "王伟", latin: "Wang Wei", language: "zh" },
  na: { name: "李娜", latin: "Li Na", language: "zh" },
  min: { name: "张敏", latin: "Zhang Min", language: "zh" },
  chen: { name: "陈晨", latin: "Chen Chen", language: "zh" },
  lei: { name: "赵磊", latin: "Zhao Lei", language: "zh" },
  ting: { name: "周婷", latin: "Zhou Ting", language: "zh" },
  hao: { name: "吴昊", latin: "Wu Hao", language: "zh" },
  yue: { name: "孙悦", latin: "Sun Yue", language: "zh" },
  jing: { name: "何静", latin: "He Jing", language: "zh" },
  yang: { name: "徐洋", latin: "Xu Yang", language: "zh" },
  fang: { name: "郭芳", latin: "Guo Fang", language: "zh" },
} as const satisfies Record<string, Customer>;

export type CustomerKey = keyof typeof CUSTOMERS;
