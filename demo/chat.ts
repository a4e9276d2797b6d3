import { createInterface, type Interface } from "node:readline";
import type { ContactRow, ConversationView } from "../src/contract/api-conversations.ts";
import type { z } from "zod";
import { look } from "./http.ts";
import { CHAT_WORDS } from "./chat-words.ts";
import { DOORS, type Language } from "./cast.ts";
import { padRight, shorten, wrap } from "./columns.ts";
import { onTelegram, type Guest, type Heard } from "./guests.ts";
import type { Stage } from "./stage.ts";
import type { Teller } from "./tell.ts";

export interface ChatParts {
  stage: Stage;
  teller: Teller;
  signal: AbortSignal;
  input: NodeJS.ReadableStream & { isTTY?: boolean };
  output: NodeJS.WritableStream;
  showTable(): Promise<void>;
}

const YOU = { id: 5_200_000_001, name: "Alex" };
const LOOK_MS = 60;

/** Lets whoever sits at the terminal be a customer. Resolves when they leave. */
export async function chat(parts: ChatParts): Promise<void> {
  const { stage, teller, signal, input, output } = parts;
  const ending = new AbortController();
  const lines = createInterface({
    input,
    output,
    prompt: teller.paint(" you › ", "cyan"),
    terminal: input.isTTY === true,
  });
  const customer = createCustomer(stage, teller.language, signal);
  const end = () => ending.abort();
  signal.addEventListener("abort", end, { once: true });
  lines.on("SIGINT", end).on("close", end);

  explain(teller);
  const hearing = hear(parts, customer, lines, ending.signal);
  lines.prompt();
  const commands = createCommands(parts, customer, end);
  let last = Promise.resolve();
  lines.on("line", (line) => {
    last = last
      .then(() => commands(line.trim()))
      .catch((error: unknown) => teller.paragraph(error instanceof Error ? error.message : String(error)))
      .finally(() => !ending.signal.aborted && lines.prompt());
  });
  await new Promise<void>((resolve) => ending.signal.addEventListener("abort", () => resolve(), { once: true }));
  lines.close();
  await Promise.allSettled([last, hearing]);
}

/** Alex, whose language can change; the buttons under the bot's last message that had some. */
interface Alex {
  guest: Guest;
  buttons: string[];
  speak(language: Language): void;
}

function createCustomer(stage: Stage, first: Language, signal: AbortSignal): Alex {
  const speaking = (language: Language) => onTelegram(stage, { ...YOU, language }, signal);
  const base = speaking(first);
  const alex: Alex = {
    guest: base,
    buttons: [],
    // The first one goes on listening: it knows what was heard already.
    speak: (language) => void (alex.guest = { ...speaking(language), looks: base.looks, hears: base.hears }),
  };
  return alex;
}

/** Prints what the bot says, whenever it says it. */
async function hear({ stage, teller }: ChatParts, alex: Alex, lines: Interface, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const news = await alex.guest.looks();
    if (news.length > 0) {
      process.stdout.write("\r\u001b[K");
      for (const heard of news) print(teller, alex, heard);
      await hintAtAgent(stage, teller, alex);
      lines.prompt(true);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function print(teller: Teller, alex: Alex, { text, buttons }: Heard): void {
  wrap(text, 68).forEach((line, at) => teller.line(`${at === 0 ? teller.paint(" bot › ", "blue") : "       "}${line}`));
  if (buttons.length === 0) return;
  alex.buttons = buttons;
  buttons.forEach((label, at) => teller.line(`       ${teller.paint(`${at + 1}`, "bold")}  ${label}`));
  teller.line(teller.paint(`       ${CHAT_WORDS[teller.language].press}`, "dim"));
}

/** While an agent has the conversation the bot is silent, which looks like a fault to who does not know. */
async function hintAtAgent(stage: Stage, teller: Teller, alex: Alex): Promise<void> {
  if ((await conversationOf(stage, alex))?.owner !== "agent") return;
  teller.line(teller.paint(`       ${CHAT_WORDS[teller.language].agentHasIt}`, "dim"));
}

type Command = (rest: string) => Promise<void> | void;

function createCommands(parts: ChatParts, alex: Alex, end: () => void): (line: string) => Promise<void> {
  const { stage, teller } = parts;
  const words = () => CHAT_WORDS[teller.language];
  const speak = (language: Language) => {
    teller.speak(language);
    alex.speak(language);
    teller.paragraph(words().speaking);
  };
  const commands: Readonly<Record<string, Command>> = {
    "/help": () => explain(teller),
    "/scan": (code) => scan(parts, alex, code),
    "/press": async (number) => {
      const label = alex.buttons[Number(number) - 1];
      if (label === undefined) return teller.paragraph(words().noButton);
      await alex.guest.presses(label);
    },
    "/zh": () => speak("zh"),
    "/en": () => speak("en"),
    "/people": () => showPeople(stage, teller),
    "/table": () => parts.showTable(),
    "/lan": async (text) => {
      const id = (await conversationOf(stage, alex))?.id;
      if (id === undefined || text === "") return teller.paragraph(words().nothingYet);
      await stage.owner.post(`/conversations/${id}/messages`, { text });
    },
    "/back": async () => {
      const id = (await conversationOf(stage, alex))?.id;
      if (id === undefined) return teller.paragraph(words().nothingYet);
      await stage.owner.post(`/conversations/${id}/give-back`);
      teller.paragraph(words().givenBack);
    },
    "/quit": end,
  };

  return async (line) => {
    if (line === "") return;
    const [, name = "", rest = ""] = /^(\/\S+)\s*(.*)$/s.exec(line) ?? [];
    if (name === "") {
      await hintAtAgent(stage, teller, alex);
      await alex.guest.says(line);
    } else if (commands[name]) await commands[name](rest);
    else teller.paragraph(words().unknown(name));
  };
}

/** Follows a code as a telephone does: by its letters, or by the number of the entry point. */
async function scan({ stage, teller }: ChatParts, alex: Alex, given: string): Promise<void> {
  const words = CHAT_WORDS[teller.language];
  const door = DOORS[Number(given) - 1];
  const code = door ? stage.doors.get(door.key)!.code : given;
  if (code === "") return teller.paragraph(words.whichCode);
  const response = await look(stage.url, code, "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Mobile");
  const target = response.headers.get("location");
  if (target === null) return teller.paragraph(words.unknownCode);
  if (!target.startsWith("https://t.me/")) return teller.paragraph(words.elsewhere(target));
  teller.paragraph(teller.paint(target, "dim"));
  await alex.guest.enter(new URL(target));
}

async function conversationOf(stage: Stage, alex: Alex): Promise<ConversationView | undefined> {
  const { items } = await stage.owner.get<{ items: ConversationView[] }>("/conversations?limit=200");
  return items.find(({ place }) => place === alex.guest.place());
}

async function showPeople(stage: Stage, teller: Teller): Promise<void> {
  const { items } = await stage.owner.get<{ items: z.infer<typeof ContactRow>[] }>("/contacts?limit=200");
  const words = CHAT_WORDS[teller.language];
  const cells = items.map(({ name, stage: reached }) => {
    return padRight(shorten(name ?? words.visitor, 14), 15) + padRight(words.stages[reached] ?? reached, 10);
  });
  for (let at = 0; at < cells.length; at += 3)
    teller.line(
      `  ${cells
        .slice(at, at + 3)
        .join("")
        .trimEnd()}`,
    );
}

function explain(teller: Teller): void {
  const words = CHAT_WORDS[teller.language];
  teller.heading(words.title);
  teller.paragraph(words.you);
  for (const [command, meaning] of words.commands)
    teller.line(`  ${teller.paint(padRight(command, 14), "cyan")}${meaning}`);
  teller.line();
}
