import type { AnswerEvidence } from "../src/contract/api-knowledge.ts";
import type { Language } from "./cast.ts";
import { shorten, widthOf, wrap } from "./columns.ts";

const WIDTH = 80;
const INDENT = " ".repeat(9);

type Colour = "bold" | "dim" | "red" | "green" | "yellow" | "blue" | "cyan";
const CODES: Readonly<Record<Colour, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 };

export interface TellerOptions {
  language: Language;
  colour: boolean;
  /** So long between two lines, so that one can read along. */
  pauseMs: number;
  write(text: string): void;
  sleep(ms: number): Promise<void>;
}

/** What the bot did, how sure it was, and about which article; `chosen` where a button left it no doubt. */
export type Evidence = Pick<AnswerEvidence, "decision" | "score"> & { title: string; chosen: boolean };

export type Teller = ReturnType<typeof createTeller>;

/** Tells the story on a terminal of 80 columns. */
export function createTeller(options: TellerOptions) {
  const { colour, write, sleep, pauseMs } = options;
  let language = options.language;
  const paint = (text: string, ...colours: Colour[]) => (colour ? painted(text, colours) : text);
  const line = (text = "") => write(`${text}\n`);

  async function beat(text: string): Promise<void> {
    line(text);
    if (pauseMs > 0) await sleep(pauseMs);
  }

  /** At most two lines; `head` is how the text begins, in a colour of its own. */
  async function inset(mark: string, head: string, text: string, ...colours: Colour[]): Promise<void> {
    const room = WIDTH - INDENT.length - widthOf(mark);
    const [first = "", ...rest] = wrap(head + text.replace(/\s+/g, " ").trim(), room);
    const opening = paint(head, "blue") + paint(first.slice(head.length), ...colours);
    const second = rest.length > 0 ? [paint(shorten(rest.join(" "), room), ...colours)] : [];
    const lines = [paint(mark, "blue") + opening, ...second.map((each) => " ".repeat(widthOf(mark)) + each)];
    await beat(lines.map((each) => INDENT + each).join("\n"));
  }

  return {
    get language() {
      return language;
    },
    speak(wanted: Language): void {
      language = wanted;
    },
    line,
    paint,
    clock: timeOf,
    title(text: string): void {
      line();
      line(paint(`  ${text}`, "bold"));
      line(paint(`  ${"═".repeat(widthOf(text))}`, "cyan"));
    },
    paragraph(text: string, indent = 2): void {
      for (const each of wrap(text, WIDTH - indent - 1)) line(" ".repeat(indent) + each);
    },
    heading(text: string): void {
      line();
      line(paint(`  ${ruled(text)}`, "bold"));
    },
    day(date: Date): Promise<void> {
      line();
      return beat(paint(`  ${ruled(language === "en" ? englishDay(date) : chineseDay(date))}`, "dim"));
    },
    arrives: (at: Date, who: string, what: string) =>
      beat(
        `  ${paint(timeOf(at), "dim")}  ${paint(who, "bold")}${/\p{Script=Han}$/u.test(who) && language === "zh" ? "" : " "}${what}`,
      ),
    asks: (text: string) => inset("", "", `“${text}”`, "cyan"),
    presses: (label: string) => inset("", "", `[${label}]`, "cyan"),
    /** An answer, or an offer of buttons, or that a colleague takes over. */
    answers(text: string, evidence?: Evidence) {
      const colours: Colour[] = evidence && evidence.decision !== "answered" ? ["yellow"] : [];
      return inset("→ ", headOf(evidence, language), text, ...colours);
    },
    helps: (who: string, text: string) => inset("", `${who}${language === "en" ? ": " : "："}`, text, "green"),
    aside: (text: string) => inset("", "", text, "dim"),
    sells: (text: string) => inset("", "", text, "green"),
    loses: (text: string) => inset("", "", text, "red"),
  };
}

/** A heading with a rule up to the edge. */
function ruled(text: string): string {
  return `${text} ${"─".repeat(Math.max(3, WIDTH - 4 - widthOf(text)))}`;
}

function painted(text: string, colours: readonly Colour[]): string {
  return colours.reduce((inner, each) => `\u001b[${CODES[each]}m${inner}\u001b[0m`, text);
}

function timeOf(at: Date): string {
  return at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

/** What the bot did and how sure it was, as far as it is worth saying. */
function headOf(evidence: Evidence | undefined, language: Language): string {
  if (!evidence) return "";
  const sure = evidence.score > 0 && !evidence.chosen ? `${evidence.score.toFixed(2)} ` : "";
  const isTopical = evidence.decision === "answered" && evidence.title !== "";
  return isTopical ? `${sure}${evidence.title}${language === "en" ? ": " : "："}` : sure;
}

function englishDay(date: Date): string {
  return date.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" });
}

function chineseDay(date: Date): string {
  return `${date.getMonth() + 1} 月 ${date.getDate()} 日，${date.toLocaleDateString("zh-CN", { weekday: "long" })}`;
}
