import { inOrder, type State } from "../state.ts";
import { ownId, type Message, type Pending } from "../message.ts";
import type { Language, Word } from "../words.ts";
import { el, setAttribute, show } from "./dom.ts";
import { drawPart, drawReactions, type PartParts } from "./parts.ts";

export interface LogParts extends Omit<PartParts, "onGrown"> {
  language: Language;
  now(): number;
  retry(id: string): void;
  discard(id: string): void;
}

/** One line of the log and what it was drawn from: it is drawn anew only when that has changed. */
interface Row {
  key: string;
  element: HTMLElement;
}

interface Entry {
  id: string;
  key: string;
  draw(): HTMLElement;
}

const PAGE = 100;
const NEAR_END = 80;

/** The conversation, in the order in which it was held. */
export function createLog(parts: LogParts) {
  const { say } = parts;
  const list = el("div", { class: "list" });
  const earlier = el("button", { type: "button", class: "quiet", onclick: () => grow() }, say("earlier"));
  const dots = el("div", { class: "dots", role: "img", "aria-label": say("answering") }, el("i"), el("i"), el("i"));
  const newer = el("button", { type: "button", class: "newer", onclick: () => toEnd() }, say("newer"));
  const scroller = el(
    "div",
    { class: "log", role: "log", "aria-live": "polite", "aria-label": say("log"), tabindex: 0, onscroll: () => look() },
    earlier,
    list,
    dots,
  );
  const rows = new Map<string, Row>();
  let shown = PAGE;
  let state: State | undefined;
  let isAtEnd = true;

  const toEnd = () => {
    isAtEnd = true;
    scroller.scrollTop = scroller.scrollHeight;
    show(newer, false);
  };
  const stay = () => isAtEnd && toEnd();

  function look(): void {
    isAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END;
    if (isAtEnd) show(newer, false);
  }

  function grow(): void {
    const before = scroller.scrollHeight;
    shown += PAGE;
    isAtEnd = false;
    if (state) draw(state);
    scroller.scrollTop += scroller.scrollHeight - before;
  }

  function draw(next: State): void {
    state = next;
    const all = entriesOf(next, { ...parts, onGrown: stay });
    const entries = all.slice(-shown);
    const last = entries.at(-1);
    const isNews = last !== undefined && !rows.has(last.id);
    setAttribute(scroller, "aria-busy", !next.hasLoaded && "true");
    show(earlier, entries.length < all.length);
    show(dots, next.isAnswering);
    arrange(list, rows, entries);
    if (isNews && last.id.startsWith(ownId(""))) isAtEnd = true; // they wrote it: they want to see it
    if (isNews && !isAtEnd && next.hasLoaded) show(newer, true);
    stay();
  }

  show(newer, false);
  return { element: el("div", { class: "log-box" }, scroller, newer), draw, toEnd };
}

/** Makes the list show these entries, moving and redrawing as little as can be. */
function arrange(list: HTMLElement, rows: Map<string, Row>, entries: readonly Entry[]): void {
  const wanted = new Set(entries.map(({ id }) => id));
  for (const [id, { element }] of rows) {
    if (wanted.has(id)) continue;
    element.remove();
    rows.delete(id);
  }
  entries.forEach(({ id, key, draw }, at) => {
    const row = rows.get(id);
    const element = row?.key === key ? row.element : draw();
    if (row && row.element !== element) row.element.replaceWith(element);
    if (list.children[at] !== element) list.insertBefore(element, list.children[at] ?? null);
    rows.set(id, { key, element });
  });
}

function entriesOf(state: State, parts: LogParts & PartParts): Entry[] {
  const entries: Entry[] = [];
  const isSeen = ({ id, choice, failed }: Pending) =>
    !state.messages.has(ownId(id)) && (!choice || failed !== undefined || state.line === "down");
  const unsent = [...state.accepted.values(), ...state.pending].filter(isSeen);
  const messages = inOrder(state.messages.values());
  const lastOwn = unsent.length === 0 ? messages.filter(({ from }) => from === "visitor").at(-1)?.id : undefined;
  let day = "";
  let from = "";
  for (const message of messages) {
    const today = dayOf(message.sentAt, parts);
    if (today !== day && today !== "") {
      const text = today;
      entries.push({ id: `day ${message.id}`, key: text, draw: () => el("p", { class: "day" }, text) });
      from = "";
    }
    day = today || day;
    const isFirst = message.from !== from;
    from = message.from;
    const pressed = state.pressed[message.id];
    const status = message.id === lastOwn ? parts.say("sent") : "";
    const key = [message.version, isFirst, status, pressed].join(" ");
    entries.push({ id: message.id, key, draw: () => drawMessage(message, { isFirst, status, pressed }, parts) });
  }
  for (const item of unsent) {
    const status = statusOf(item, state);
    entries.push({ id: ownId(item.id), key: status, draw: () => drawPending(item, status, parts) });
  }
  return entries;
}

function drawMessage(
  message: Message,
  { isFirst, status, pressed }: { isFirst: boolean; status: string; pressed: string | undefined },
  parts: LogParts & PartParts,
): HTMLElement {
  const { from, deletedAt, editedAt, sentAt, reactions } = message;
  const who = parts.say(from === "visitor" ? "you" : from);
  const facts = [timeOf(sentAt, parts), editedAt && !deletedAt && parts.say("edited"), status]
    .filter(Boolean)
    .join(" · ");
  return el(
    "div",
    { class: `message ${from}${isFirst ? " first" : ""}${deletedAt ? " gone" : ""}` },
    el("span", { class: from === "visitor" || !isFirst ? "hidden" : "who" }, who),
    el("div", { class: "bubble" }, ...contentOf(message, pressed, parts)),
    drawReactions(reactions),
    el("span", { class: "facts" }, facts),
  );
}

/** One message that cannot be drawn leaves the others readable. */
function contentOf(message: Message, pressed: string | undefined, parts: LogParts & PartParts): Node[] {
  const instead = (word: Word) => [el("p", {}, parts.say(word))];
  if (message.deletedAt) return instead("deleted");
  try {
    const nodes = message.parts.flatMap((part) => drawPart(part, message, pressed, parts));
    return nodes.length > 0 ? nodes : instead("unreadable");
  } catch {
    return instead("unreadable");
  }
}

function statusOf({ id, failed }: Pending, { sending, line, accepted }: State): Word {
  if (failed) return failed;
  if (accepted.has(ownId(id))) return "sent";
  return sending === id || line !== "down" ? "sending" : "later";
}

function drawPending(item: Pending, status: string, parts: LogParts): HTMLElement {
  const { say, retry, discard } = parts;
  const { id, text, files = [], choice, failed } = item;
  const lines = [text, choice?.label, ...files.map(({ name }) => name)].filter((each) => each !== undefined);
  const button = (word: Word, act: (id: string) => void) =>
    el("button", { type: "button", class: "quiet", onclick: () => act(id) }, say(word));
  const facts = failed ? `${say("failed")}. ${say(failed)}` : say(status as Word);
  return el(
    "div",
    { class: `message visitor first pending ${failed ? "failed" : ""}` },
    el("span", { class: "hidden" }, say("you")),
    el("div", { class: "bubble" }, ...lines.map((line) => el("p", { dir: "auto" }, line))),
    el("span", { class: "facts" }, facts),
    failed && el("span", { class: "acts" }, button("retry", retry), button("discard", discard)),
  );
}

const TAGS = { en: "en-GB", zh: "zh-CN" } as const;

function timeOf(sentAt: string, { language }: LogParts): string {
  const at = new Date(sentAt);
  return isNaN(at.getTime()) ? "" : at.toLocaleTimeString(TAGS[language], { hour: "2-digit", minute: "2-digit" });
}

function dayOf(sentAt: string, { language, say, now }: LogParts): string {
  const at = new Date(sentAt);
  if (isNaN(at.getTime())) return "";
  const days = Math.round((midnight(new Date(now())) - midnight(at)) / 86_400_000);
  if (days === 0) return say("today");
  return days === 1 ? say("yesterday") : at.toLocaleDateString(TAGS[language], { dateStyle: "medium" });
}

const midnight = (at: Date) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
