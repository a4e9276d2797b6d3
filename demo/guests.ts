import { createBrowser, type SeenMessage } from "../adapters/web/emulator.ts";
import type { Stage } from "./stage.ts";
import { CUSTOMERS, SITE, type CustomerKey } from "./cast.ts";

/** A message as a customer sees it. */
export interface Heard {
  text: string;
  /** What the buttons under it say. */
  buttons: string[];
}

/** A customer with a telephone in their hand, or before the website. */
export interface Guest {
  /** Where the hub keeps their conversation. */
  place(): string;
  /** Opens the chat; with the address that an entry point led to, if one did. */
  enter(address?: URL): Promise<unknown>;
  says(text: string): Promise<unknown>;
  presses(label: string): Promise<unknown>;
  /** What came since they last looked; waits until there is something. */
  hears(): Promise<Heard[]>;
  /** What came since they last looked, now. */
  looks(): Promise<Heard[]>;
}

const PATIENCE_MS = 15_000;
const LOOK_MS = 15;
const FIRST_ID = 5_100_000_001;

/** Brings the customers in, each with one account. */
export function createGuests(stage: Stage, signal: AbortSignal) {
  const known = new Map<CustomerKey, Guest>();
  return function guest(key: CustomerKey, on: "telegram" | "website"): Guest {
    const { name, language } = CUSTOMERS[key];
    const id = FIRST_ID + Object.keys(CUSTOMERS).indexOf(key);
    const made =
      known.get(key) ??
      (on === "telegram" ? onTelegram(stage, { id, name, language }, signal) : onWebsite(stage, language, signal));
    known.set(key, made);
    return made;
  };
}

export function onTelegram(
  { telegram }: Pick<Stage, "telegram">,
  { id, name, language }: { id: number; name: string; language: string },
  signal: AbortSignal,
): Guest {
  const person = telegram.person(id, name, { language });
  let seen = 0;
  const looks = async () => {
    const news = telegram.replies(id).slice(seen);
    seen += news.length;
    return news.map(({ text, payload }) => ({ text, buttons: buttonsOf(payload) }));
  };
  return {
    place: () => String(id),
    enter: async (address) => person.scans(address?.searchParams.get("start") ?? undefined),
    says: async (text) => person.says(text),
    presses: async (label) => person.presses(label),
    looks,
    hears: () => untilNews(looks, signal),
  };
}

function buttonsOf(payload: Record<string, unknown>): string[] {
  const markup = payload.reply_markup as { inline_keyboard?: { text: string }[][] } | undefined;
  return (markup?.inline_keyboard ?? []).flat().map(({ text }) => text);
}

function onWebsite(stage: Stage, locale: string, signal: AbortSignal): Guest {
  const browser = createBrowser({ url: new URL(`webhooks/${stage.channels.website}`, stage.url).href, origin: SITE });
  const seen = new Set<string>();
  let place = "";
  const looks = async () => {
    const screen = await browser.catchUp();
    const news = screen.filter(({ id, from }) => from !== "visitor" && !seen.has(id));
    for (const { id } of news) seen.add(id);
    return news.map(({ parts }) => ({
      text: parts.map(({ text, prompt }) => text ?? prompt ?? "").join("\n"),
      buttons: parts.flatMap(optionsOf).map(({ label }) => label),
    }));
  };
  return {
    place: () => place,
    async enter(address) {
      const page = address?.href ?? `${SITE}/`;
      const { conversation } = await browser.open({ page, locale, referrer: address ? "https://search.example/" : "" });
      place = conversation;
    },
    says: (text) => browser.say(text),
    async presses(label) {
      const options = browser.screen.flatMap(({ id: message, parts }) =>
        parts.flatMap(optionsOf).map((option) => ({ ...option, message })),
      );
      const chosen = options.findLast((option) => option.label === label);
      if (!chosen) throw new Error(`There is no button “${label}”.`);
      await browser.press(chosen.id, chosen.message);
    },
    looks,
    hears: () => untilNews(looks, signal),
  };
}

function optionsOf(part: SeenMessage["parts"][number]): { id: string; label: string }[] {
  return (part.options ?? []) as { id: string; label: string }[];
}

async function untilNews(looks: () => Promise<Heard[]>, signal: AbortSignal): Promise<Heard[]> {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end;) {
    signal.throwIfAborted();
    const news = await looks();
    if (news.length > 0) return news;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  throw new Error("The hub gave no answer within 15 s. Run the demo again with LOG_LEVEL=info to see why.");
}
