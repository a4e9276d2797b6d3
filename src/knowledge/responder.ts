import { plainText, type Clock } from "../contract/index.ts";
import type { Answer, Responder, Turn, TurnMessage } from "../corridor/index.ts";
import type { Library } from "./library.ts";
import { planAnswer, type Said } from "./plan.ts";
import { answerOf, pressedOption } from "./say.ts";
import { mayBePick, pickOf } from "./small-talk.ts";

interface ResponderParts {
  clock: Clock;
  library(): Promise<Library>;
  /** The slugs that we offered last in this conversation, if the last thing we said was an offer. */
  lastOffer(conversationId: string): Promise<string[]>;
}

const MENTION = /(?<!\S)@\S+/gu;

/** Answers from the articles, asks back when two are near, keeps silent when none is. */
export function createResponder({ clock, library, lastOffer }: ResponderParts): Responder {
  return {
    name: "knowledge",
    async respond(turn): Promise<Answer | undefined> {
      const known = await library();
      if (known.index.size === 0) return undefined;
      const said = { ...hear(turn), viewer: { stage: turn.contact?.stage, at: clock.now() } };
      const last = said.texts.at(-1);
      if (said.texts.length === 1 && last !== undefined && said.picked.length === 0 && mayBePick(last)) {
        takePick(said, last, await lastOffer(turn.conversation.id));
      }
      if (said.texts.length === 0 && said.picked.length === 0) return undefined;
      return answerOf(planAnswer(said, known));
    },
  };
}

/** What a prepared text carries for us ("[K7mQ2xVb9c] Hello!"): it is no part of the question. */
const ENTRY_CODE = /\[[\w-]{6,64}\]/g;

/** What a turn says to us. In groups, what people say to each other is none of our business. */
export function hear(turn: Turn): Said {
  const isGroup = turn.conversation.kind !== "direct";
  const ours = turn.messages.filter(
    (message) => !message.authorIsBot && (!isGroup || message.addressed || message.pressed !== null),
  );
  const pressed = ours.flatMap(({ pressed: id }) => (id === null ? [] : (pressedOption(id) ?? [])));
  const texts = ours.filter((message) => message.pressed === null).map((message) => wordsOf(message));
  return {
    texts: texts
      .map((text) => (isGroup ? text.replace(MENTION, " ") : text).replaceAll(ENTRY_CODE, " ").trim())
      .filter((text) => text !== ""),
    picked: [...new Set(pressed.flatMap((option) => (option === "none" ? [] : [option.slug])))],
    tags: [turn.conversation.language, turn.contact?.locale],
  };
}

/** The written words alone: a file's name asks nothing. */
function wordsOf({ parts }: TurnMessage): string {
  return plainText(parts.filter((part) => part.type === "text"));
}

function takePick(said: Said, text: string, offered: readonly string[]): void {
  const pick = offered.length > 0 ? pickOf(text, offered.length) : undefined;
  if (pick === undefined) return;
  said.texts = [];
  if (pick !== "none") said.picked = [offered[pick]!];
}
