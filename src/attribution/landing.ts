import type { Both } from "../contract/api-attribution.ts";
import { cleanText, type Clock, type Part } from "../contract/index.ts";
import type { Answer, Responder, Turn, TurnMessage } from "../corridor/index.ts";
import { languageOf, languageOfTag, type Language } from "../lib/language.ts";
import type { Database } from "../store/index.ts";
import { codesIn, foldCase, oneSlipAway, typedCode } from "./codes.ts";
import { behindKeyword, foldKeyword } from "./keywords.ts";
import { findLandings, LANDING, type LandingRow } from "./landing-store.ts";

export interface LandingParts {
  db: Database;
  clock: Clock;
  /** The option of a choice that, when pressed, is answered with the article; without it, no article is. */
  articleOption?: (slug: string) => string;
}

const READ_AS: Readonly<Record<Language, (code: string) => string>> = {
  en: (code) => `I read your code as ${code}. If that is wrong, please send it once more.`,
  zh: (code) => `您输入的编号我识别为 ${code}。如果不对，请再发送一次。`,
};

const IN_PERSON: Both = {
  en: "Hello, and welcome! Your personal contact will answer you here.",
  zh: "您好，欢迎光临！您的专属客户经理会在这里亲自回复您。",
};

/** A text that asks something, besides the code in it. */
const ASKS =
  /[?？]|吗|嗎|呢|多少|几点|幾點|怎么|怎麼|什么|什麼|哪|能不能|可以|\b(?:what|when|where|who|how|which|why|can|do|does|is|are)\b/i;

/**
 * First in line: says what the entry point has for who comes through it, once per person and entry, and takes the code or
 * keyword out of what the others are asked. What else the person asked is theirs to answer.
 */
export function createLanding({ db, clock, articleOption }: LandingParts): Responder {
  return {
    name: LANDING,
    async respond(turn): Promise<Answer | undefined> {
      const entryPointIds = [...new Set(turn.messages.flatMap(({ entryPointId }) => entryPointId ?? []))];
      if (entryPointIds.length === 0 || turn.conversation.kind !== "direct" || !turn.contact) return undefined;
      const rows = await findLandings(db, { entryPointIds, contactId: turn.contact.id, now: clock.now() });
      const doors = new Map(rows.map((row) => [row.id, row]));
      return answerOf(turn, doors, articleOption);
    },
  };
}

/** A message through a door, and what it says besides the door's own word. */
interface Came {
  message: TurnMessage;
  door: LandingRow;
  besides: string;
  /** The code as it was meant, where one slip was put right. */
  readAs: string | undefined;
}

function answerOf(
  turn: Turn,
  doors: ReadonlyMap<string, LandingRow>,
  articleOption: LandingParts["articleOption"],
): Answer | undefined {
  const came = cameThrough(turn, doors);
  const manager = came.findLast(({ door }) => door.isOn && door.assigneeId !== null)?.door;
  const isSilent = manager !== undefined && manager.landing.bot !== "answers";
  const last = came.findLast(({ door }) => door.isOn && !door.isSaid && hasSomething(door));
  const language = languageOfTurn(turn, came);
  const words = last ? wordsOf(last.door, isSilent) : [];
  const parts = [...correctionOf(came), ...words].map((both) => text(both, language));
  const pick = last && articlePick(last, articleOption);
  const hasWords = words.length > 0 || pick !== undefined;
  const rest = [...restOf(turn, came, { hasWords, isSilent }), ...(pick ? [pick] : [])];
  if (parts.length === 0 && !manager && sameAs(rest, turn.messages)) return undefined;
  return {
    ...{ parts, rest },
    ...(language && { language }),
    ...(last && hasWords && { evidence: { entryPointId: last.door.id } }),
    ...(manager?.assigneeId && { assigneeId: manager.assigneeId }),
    ...(isSilent && { handover: "came to their account manager" }),
  };
}

function cameThrough(turn: Turn, doors: ReadonlyMap<string, LandingRow>): Came[] {
  return turn.messages.flatMap((message): Came[] => {
    const door = message.entryPointId ? doors.get(message.entryPointId) : undefined;
    return door ? [{ message, door, ...besidesDoor(message, door) }] : [];
  });
}

function correctionOf(came: readonly Came[]): Both[] {
  const code = came.findLast(({ readAs }) => readAs !== undefined)?.readAs;
  return code === undefined ? [] : [{ en: READ_AS.en(code), zh: READ_AS.zh(code) }];
}

/** As though the person had picked the entry point's article from an offer. */
function articlePick({ door, message }: Came, articleOption: LandingParts["articleOption"]): TurnMessage | undefined {
  const { article } = door.landing;
  if (!door.hasArticle || article === undefined || !articleOption) return undefined;
  return { ...message, type: "pressed", parts: [], text: "", pressed: articleOption(article) };
}

function hasSomething({ landing, assigneeId, hasArticle }: LandingRow): boolean {
  return landing.greeting !== undefined || landing.offer !== undefined || hasArticle || assigneeId !== null;
}

/** Whoever is handed to a person of ours is told so, if the entry point says nothing itself. */
function wordsOf({ landing: { greeting, offer }, assigneeId }: LandingRow, isSilent: boolean): Both[] {
  const words = [greeting, offer].flatMap((each) => each ?? []);
  return words.length === 0 && isSilent && assigneeId !== null ? [IN_PERSON] : words;
}

/**
 * What is left to the others. Coming in and naming the door ask nothing; words that a link had prepared ask something only
 * if they do. Where somebody of ours takes over, it is theirs to answer.
 */
function restOf(
  turn: Turn,
  came: readonly Came[],
  { hasWords, isSilent }: { hasWords: boolean; isSilent: boolean },
): TurnMessage[] {
  return turn.messages.flatMap((message): TurnMessage[] => {
    if (isSilent) return [];
    const door = came.find((each) => each.message === message);
    if (!door) return hasWords && message.type === "entered" ? [] : [message];
    if (door.besides === "") return hasWords ? [] : [{ ...message, type: "entered", parts: [], text: "" }];
    if (hasWords && !ASKS.test(door.besides)) return [];
    const words: Part[] = [{ type: "text", text: door.besides }];
    return [
      { ...message, parts: [...words, ...message.parts.filter(({ type }) => type !== "text")], text: door.besides },
    ];
  });
}

function sameAs(rest: readonly TurnMessage[], messages: readonly TurnMessage[]): boolean {
  return (
    rest.length === messages.length &&
    rest.every((message, at) => message.text === messages[at]?.text && message.type === messages[at].type)
  );
}

function besidesDoor(message: TurnMessage, { code, keyword }: LandingRow): Pick<Came, "besides" | "readAs"> {
  const plain = message.text.trim();
  if (message.type === "entered" || plain === "") return { besides: "", readAs: undefined };
  const written = codesIn(plain).find((each) => foldCase(each.code) === foldCase(code));
  if (written) return { besides: cleanText(withoutCode(plain, written.raw)), readAs: undefined };
  const typed = typedCode(plain);
  if (typed && foldCase(typed.code) === foldCase(code)) return { besides: "", readAs: undefined };
  if (keyword !== null) {
    const folded = foldKeyword(keyword);
    if (foldKeyword(plain) === folded) return { besides: "", readAs: undefined };
    return { besides: behindKeyword(plain, folded), readAs: undefined };
  }
  const isSlip = typed !== undefined && oneSlipAway(typed.code).includes(foldCase(code));
  return isSlip ? { besides: "", readAs: code } : { besides: plain, readAs: undefined };
}

/** Brackets around a code go with it. */
function withoutCode(plain: string, raw: string): string {
  const at = plain.indexOf(raw);
  const before = plain.slice(0, at).replace(/[[(（【《「]\s*$/u, "");
  const behind = plain.slice(at + raw.length).replace(/^\s*[\])）】》」]/u, "");
  return `${before} ${behind}`.replaceAll(/\s+/g, " ").trim();
}

/** As they wrote, else as was spoken before, else as their device is set; `undefined` leaves it to both. */
function languageOfTurn({ messages, conversation, contact }: Turn, came: readonly Came[]): Language | undefined {
  const words = messages.map((message) => came.find((each) => each.message === message)?.besides ?? message.text);
  return languageOf(words.join("\n")) ?? languageOfTag(conversation.language) ?? languageOfTag(contact?.locale);
}

/** In their language if it is there; in both where nobody knows which. */
export function text({ en, zh }: Both, language: Language | undefined): Part {
  const one = language === "zh" ? (zh ?? en) : language === "en" ? (en ?? zh) : undefined;
  return { type: "text", text: one ?? [...new Set([en, zh])].filter((each) => each !== undefined).join("\n\n") };
}
