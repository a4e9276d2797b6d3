import { HubError, plainText, type Clock, type Log, type Part } from "../contract/index.ts";
import { windowState, type Grant, type Outbox } from "../corridor/index.ts";
import { languageOfTag, type Language } from "../lib/language.ts";
import { LOCKS } from "../lib/locks.ts";
import type { Database, Transaction } from "../store/index.ts";
import * as bridges from "./bridge-store.ts";
import { customerWords, EXPERT_WORDS, helpWords, listWords, openedWords } from "./expert-words.ts";
import { giveBack } from "./queue-store.ts";
import { readExpert, type Meaning } from "./read-expert.ts";
import { summaryOf } from "./summary-store.ts";
import { resumePlace } from "./resume-store.ts";
import { RESUME } from "./words.ts";

/** Who may speak: given by whoever joins the rooms. */
export interface Speakers {
  outbox: Outbox;
  /** Writes as one of ours, in the caller's transaction; the conversation becomes theirs. */
  reply(tx: Transaction, conversationId: string, text: string, staffId: string): Promise<unknown>;
}

export interface CarryParts {
  db: Database;
  clock: Clock;
  log: Log;
  changed(conversationId: string): void;
  /** Remembers that this transaction speaks to one of ours. */
  ours(tx: Transaction, conversationId: string): void;
}

const TRY_LOCK = "SELECT pg_try_advisory_xact_lock($1) AS got";
const AT_ONCE = 0;
const POLL_MS = 300;

/**
 * Carries the oldest that waits: what it says and that it is carried are one transaction, so that it is said once, whoever
 * stops when. What cannot be said is set aside with its reason, and its writer told. A loop's step.
 */
export function createCarrier(parts: CarryParts) {
  const { db, clock, log, changed } = parts;
  return async function step(speakers: Speakers): Promise<number> {
    const next = await bridges.nextRelay(db);
    if (!next) return POLL_MS;
    let relay: bridges.Relay | undefined;
    try {
      relay = await db.transaction(async (tx) => {
        const [lock] = await tx.query<{ got: boolean }>(TRY_LOCK, [LOCKS.relays]);
        relay = lock?.got ? await bridges.nextRelay(tx) : undefined;
        if (!relay) return undefined;
        await carry(tx, relay, speakers, parts);
        await bridges.finishRelay(tx, relay.n, { state: "done", reason: null, at: clock.now() });
        return relay;
      });
    } catch (error) {
      if (!(error instanceof HubError) || !relay) throw error;
      log.warn({ err: error, conversationId: relay.conversationId }, "A message could not be carried across a bridge.");
      await setAside(relay, error, speakers, parts);
    }
    if (!relay) return POLL_MS;
    speakers.outbox.wake();
    changed(relay.conversationId);
    return AT_ONCE;
  };
}

function carry(tx: Transaction, relay: bridges.Relay, speakers: Speakers, parts: CarryParts): Promise<void> {
  switch (relay.kind) {
    case "registered":
      return welcome(tx, relay, speakers, parts);
    case "given-back":
      return resume(tx, relay, speakers, parts);
    case "expert":
      return fromExpert(tx, relay, speakers, parts);
    case "customer":
    case "opened":
    case "moved":
      return toExpert(tx, relay, speakers, parts);
  }
}

/** Says something to one of ours, in their place. */
async function tell(
  tx: Transaction,
  placeConversationId: string,
  text: string,
  { outbox }: Speakers,
  { ours }: CarryParts,
): Promise<string[]> {
  ours(tx, placeConversationId);
  return outbox.say({ conversationId: placeConversationId, author: "bot", parts: [{ type: "text", text }] }, tx);
}

async function toExpert(tx: Transaction, relay: bridges.Relay, speakers: Speakers, parts: CarryParts): Promise<void> {
  const bridge = relay.bridgeId === null ? undefined : await bridges.findBridge(tx, relay.bridgeId);
  if (!bridge) return;
  const text = await wordsFor(tx, relay, bridge);
  if (text === undefined) return;
  const messageIds = await tell(tx, bridge.placeConversationId, text, speakers, parts);
  await bridges.noteBridgeMessages(tx, bridge.id, messageIds);
}

/** Undefined when there is nothing to be told any more. */
async function wordsFor(tx: Transaction, relay: bridges.Relay, bridge: bridges.BridgeEnd): Promise<string | undefined> {
  const language = languageOf(bridge.language);
  if (relay.kind === "moved") return EXPERT_WORDS[language].moved(bridge.number);
  if (!bridge.isOpen) return undefined;
  if (relay.kind === "opened") return openedWords(bridge, await summaryOf(tx, bridge.conversationId, null), language);
  const said = await bridges.readSaid(tx, relay);
  return said && said.parts.length > 0 ? customerWords(bridge, said.parts, said.isEdited, language) : undefined;
}

async function fromExpert(tx: Transaction, relay: bridges.Relay, speakers: Speakers, parts: CarryParts): Promise<void> {
  const said = await bridges.readSaid(tx, relay);
  if (!said || said.staffId === null) return; // taken back, or no longer one of ours
  const language = languageOf(said.language);
  const answer = (text: string) => tell(tx, relay.conversationId, text, speakers, parts);
  const text = writtenIn(said.parts);
  if (text === "") return void (await answer(EXPERT_WORDS[language].files));
  const open = (await bridges.openBridges(tx, said.staffId)).filter(({ isOpen }) => isOpen);
  const meaning = readExpert(
    text,
    open.map(({ number }) => number),
    said.quoted ?? undefined,
  );
  const bridge = "number" in meaning ? open.find(({ number }) => number === meaning.number) : undefined;
  if (bridge) await act(tx, meaning, bridge, said.staffId, speakers);
  const words = wordsBack(meaning, open, language);
  if (words !== undefined) await answer(words);
  if (text !== "" && said.parts.some(({ type }) => type === "file")) await answer(EXPERT_WORDS[language].files);
}

/** What an expert's message does to the customer's conversation. */
async function act(
  tx: Transaction,
  meaning: Meaning,
  { conversationId }: bridges.BridgeEnd,
  staffId: string,
  { outbox, reply }: Speakers,
): Promise<void> {
  if (meaning.do === "reply") await reply(tx, conversationId, meaning.text, staffId);
  if (meaning.do === "back") {
    await outbox.note(conversationId, { type: "given-back", staffId }, tx);
    await giveBack(tx, conversationId);
  }
  if (meaning.do === "done") {
    await outbox.note(conversationId, { type: "resolved", staffId }, tx);
    await tx.query("UPDATE conversation SET status = 'resolved' WHERE id = $1", [conversationId]);
  }
}

/** What the expert is told; nothing when their words went on. */
function wordsBack(meaning: Meaning, open: readonly bridges.BridgeEnd[], language: Language): string | undefined {
  const words = EXPERT_WORDS[language];
  switch (meaning.do) {
    case "reply":
      return undefined;
    case "done":
      return words.done(meaning.number);
    case "back":
      return words.back(meaning.number);
    case "unknown":
      return words.unknown(meaning.number);
    case "which":
      return words.which(listWords(open, language));
    case "none":
      return words.none;
    case "list":
      return listWords(open, language);
    case "help":
      return helpWords(language);
  }
}

async function welcome(tx: Transaction, relay: bridges.Relay, speakers: Speakers, parts: CarryParts): Promise<void> {
  const place = await resumePlace(tx, relay.conversationId);
  if (!place?.staffName) return;
  const words = EXPERT_WORDS[languageOf(place.staffLanguage)];
  await tell(tx, relay.conversationId, words.registered(place.staffName), speakers, parts);
}

/** The bot says that it is back, where it may still speak and was asked to by a person. */
async function resume(
  tx: Transaction,
  relay: bridges.Relay,
  { outbox }: Speakers,
  { clock }: CarryParts,
): Promise<void> {
  const place = await resumePlace(tx, relay.conversationId);
  if (!place || place.owner !== "bot" || place.isQuiet || !place.wasHandedOver || !place.isOpen) return;
  if (place.grants && !windowState(place.grants as Grant[], clock.now()).open) return;
  const language = languageOfTag(place.language) ?? languageOfTag(place.locale) ?? "en";
  await outbox.say(
    { conversationId: relay.conversationId, author: "bot", parts: [{ type: "text", text: RESUME[language] }] },
    tx,
  );
}

/** It failed for good; an expert who wrote it is told so. */
async function setAside(relay: bridges.Relay, error: HubError, speakers: Speakers, parts: CarryParts): Promise<void> {
  const { db, clock } = parts;
  const failed = { state: "failed" as const, reason: error.message, at: clock.now() };
  if (relay.kind !== "expert") return bridges.finishRelay(db, relay.n, failed);
  try {
    await db.transaction(async (tx) => {
      await bridges.finishRelay(tx, relay.n, failed);
      const said = await bridges.readSaid(tx, relay);
      const words = EXPERT_WORDS[languageOf(said?.language ?? null)];
      await tell(tx, relay.conversationId, words.failed(error.message), speakers, parts);
    });
  } catch (cause) {
    if (!(cause instanceof HubError)) throw cause;
    await bridges.finishRelay(db, relay.n, failed);
  }
}

/** The written words alone. */
function writtenIn(parts: readonly Part[]): string {
  return plainText(parts.filter(({ type }) => type !== "file")).trim();
}

function languageOf(tag: string | null): Language {
  return languageOfTag(tag) ?? "en";
}
