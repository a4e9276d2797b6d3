import { CUSTOMERS, DOORS, type Customer, type CustomerKey, type DoorKey, type Language } from "./cast.ts";
import { createGuests, type Guest } from "./guests.ts";
import { follow, look } from "./http.ts";
import type { Stage } from "./stage.ts";
import { act, type Performance } from "./steps.ts";
import type { Scene, Visit } from "./story.ts";
import type { Teller } from "./tell.ts";

/** How the apps that fetch previews name themselves. */
const PREVIEW_BOTS = ["TelegramBot (like TwitterBot)", "WhatsApp/2.23.20.0"];

/** Plays the scenes, one after the other, against the running hub, and tells each as it happens. */
export async function play(stage: Stage, scenes: readonly Scene[], teller: Teller, signal: AbortSignal): Promise<void> {
  const show: Performance = {
    ...{ stage, teller, signal, guest: createGuests(stage, signal) },
    ...{ met: new Map(), known: new Map(), lastSale: new Map(), sales: 0, welcomed: false },
  };
  let today = "";
  for (const scene of scenes) {
    signal.throwIfAborted();
    stage.clock.set(scene.at);
    if (scene.at.toDateString() !== today) await teller.day(scene.at);
    today = scene.at.toDateString();
    if (scene.type === "visit") await visit(show, scene.visit, scene.at);
    else if (scene.type === "previews") await fetchPreviews(show, scene.door, scene.at);
    else await passBy(show, scene.hits, scene.at);
  }
  stage.clock.setToNow();
}

async function visit(show: Performance, scene: Visit, at: Date): Promise<void> {
  const me = await arrive(show, scene, at);
  for (const step of scene.steps) {
    show.signal.throwIfAborted();
    await act(show, step, scene.who, me);
  }
}

async function arrive(show: Performance, { who, through, on }: Visit, at: Date): Promise<Guest> {
  const { stage, teller, met } = show;
  const door = DOORS.find(({ key }) => key === through);
  const where = door?.leadsTo ?? on ?? met.get(who) ?? "telegram";
  const isNew = !met.has(who);
  met.set(who, where);
  const { finds, again } = SAY[teller.language];
  const way = door?.comes[teller.language] ?? (isNew ? finds[where] : again);
  await teller.arrives(at, nameOf(who, teller.language), way);

  const me = show.guest(who, where);
  if (!door && !isNew) return me;
  await me.enter(door && (await follow(stage.url, stage.doors.get(door.key)!.code)));
  const welcome = await me.hears();
  if (!show.welcomed) for (const { text } of welcome) await teller.answers(text);
  show.welcomed = true;
  return me;
}

async function fetchPreviews({ stage, teller }: Performance, door: DoorKey, at: Date): Promise<void> {
  const words = SAY[teller.language];
  await teller.arrives(at, words.shop, words.letter);
  for (const bot of PREVIEW_BOTS) await look(stage.url, stage.doors.get(door)!.code, bot);
  await teller.aside(words.previews);
}

async function passBy({ stage, teller }: Performance, hits: Partial<Record<DoorKey, number>>, at: Date): Promise<void> {
  const came = DOORS.flatMap((door) => (hits[door.key] ? [{ door, count: hits[door.key]! }] : []));
  for (const { door, count } of came) {
    for (let n = 0; n < count; n++) await follow(stage.url, stage.doors.get(door.key)!.code);
  }
  const all = came.reduce((sum, { count }) => sum + count, 0);
  if (all === 0) return;
  const names = came.map(({ door, count }) => `${door.name[teller.language]} ${count}`);
  await teller.aside(SAY[teller.language].passersBy(teller.clock(at), all, names));
}

function nameOf(who: CustomerKey, language: Language): string {
  const { name, latin }: Customer = CUSTOMERS[who];
  return language === "en" && latin ? `${latin} ${name}` : name;
}

const SAY = {
  en: {
    finds: { telegram: "finds the bot by its name", website: "opens the chat on the website" },
    again: "writes again",
    shop: "The shop",
    letter: "sends its newsletter",
    previews: "Telegram and WhatsApp fetch a preview of its link; they are not counted as hits",
    passersBy: (time: string, all: number, doors: string[]) =>
      `by ${time}, ${all} more looked and went on: ${doors.join(", ")}`,
  },
  zh: {
    finds: { telegram: "搜索名称找到了机器人", website: "在网站上打开了聊天" },
    again: "又来留言",
    shop: "店铺",
    letter: "寄出了邮件通讯",
    previews: "Telegram 和 WhatsApp 抓取了链接预览，不计入点击",
    passersBy: (time: string, all: number, doors: string[]) =>
      `截至 ${time}，另有 ${all} 人看看就走：${doors.join("，")}`,
  },
} as const;
