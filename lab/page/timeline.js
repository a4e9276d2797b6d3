import { arrange, button, byId, fill, make } from "./dom.js";
import { here } from "./here.js";
import { spoken, words } from "./words.js";

const HALTS = ["arrived", "stored", "answered", "sent", "called"];
/** A longer silence begins a new stretch. */
const PAUSE_MS = 4_000;
const MOST = 600;

/** The hub's steps on one platform, by their ids. */
const steps = new Map();
/** Nothing up to this moment is shown. */
let from = "";
const hidden = new Set();
const opened = new Set();

/** Adds what is new, or changed. */
export function takeSteps(news) {
  for (const step of news) steps.set(step.id, step);
  drawTimeline();
}

export function drawTimeline() {
  const list = byId("steps");
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  const shown = [...steps.values()]
    .filter(({ at }) => at > from)
    .sort(inOrder)
    .slice(-MOST);
  const visible = shown.filter(({ halt }) => !hidden.has(halt));
  arrange(
    list,
    visible.map((step, at) => item(step, visible[at - 1])),
  );
  const isEmpty = shown.every(({ halt }) => halt === "called"); // the hub says hello to a platform before anybody writes
  list.hidden = isEmpty;
  drawEmpty(isEmpty);
  drawHalts(shown);
  if (isAtEnd) list.scrollTop = list.scrollHeight;
}

function drawHalts(shown) {
  const chip = (halt, count) => {
    const box = make("input", { type: "checkbox", checked: !hidden.has(halt), data: { key: `halt ${halt}` } });
    box.onchange = () => {
      if (box.checked) hidden.delete(halt);
      else hidden.add(halt);
      drawTimeline();
    };
    return make("label", { className: "halt" }, box, make("span", { textContent: `${words().halt[halt]} ${count}` }));
  };
  const items = HALTS.map((halt) => {
    const count = shown.filter((step) => step.halt === halt).length;
    return { key: JSON.stringify([spoken(), halt, count, hidden.has(halt)]), draw: () => chip(halt, count) };
  });
  arrange(byId("halts"), items);
}

function item(step, before) {
  const isFresh = before === undefined || Date.parse(step.at) - Date.parse(before.at) > PAUSE_MS;
  const key = JSON.stringify([spoken(), isFresh, opened.has(step.id), step]);
  return { key, draw: () => drawStep(step, isFresh) };
}

function drawStep(step, isFresh) {
  const { id, halt, kind, at, facts } = step;
  const sentence = words().step[kind](facts, titleOf(facts), clock);
  const isOpen = opened.has(id);
  const toggle = () => {
    if (isOpen) opened.delete(id);
    else opened.add(id);
    drawTimeline();
  };
  const look = { className: "plain", data: { key: id }, "aria-expanded": isOpen };
  return make(
    "li",
    { className: `step ${halt} ${isBad(step) ? "bad" : ""} ${isFresh ? "fresh" : ""}` },
    make("time", { dateTime: at, title: new Date(at).toLocaleString(), textContent: clock(at, true) }),
    make("span", { className: `badge ${halt}`, textContent: words().halt[halt] }),
    make("p", { className: "what", textContent: sentence }),
    button(words().json, toggle, look),
    isOpen ? inside(step) : null,
  );
}

/** Another platform. */
export function forgetSteps() {
  steps.clear();
  from = "";
  drawTimeline();
}

/** What has been is shown no more; what comes is. */
export function clearSteps() {
  from = [...steps.values()].sort(inOrder).at(-1)?.at ?? from;
  drawTimeline();
}

/** An entry point's name in the language that is spoken. */
function titleOf({ entryPointId, door }) {
  const doors = here.platforms.flatMap((platform) => platform.doors);
  return doors.find((each) => each.entryPointId === entryPointId)?.title[spoken()] ?? door;
}

function inOrder(a, b) {
  return a.at.localeCompare(b.at) || HALTS.indexOf(a.halt) - HALTS.indexOf(b.halt) || a.id.localeCompare(b.id);
}

function isBad({ facts }) {
  return facts.state === "dead" || facts.state === "failed" || facts.state === "refused" || facts.status >= 400;
}

function inside({ json, fixture }) {
  const said = make("output", { className: "quiet" });
  const copy = async () => {
    const text = `${JSON.stringify(fixture, null, 2)}\n`;
    const copied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    said.textContent = copied ? words().copied : words().copyFailed;
  };
  const pre = make("pre", { textContent: JSON.stringify(json, null, 2), tabIndex: 0 });
  const offer = fixture && make("p", { className: "copy" }, button(words().copy, copy), said);
  return make("div", { className: "inside" }, offer, pre);
}

function clock(at, isExact = false) {
  const moment = new Date(at);
  const time = moment.toLocaleTimeString(spoken() === "zh" ? "zh-CN" : "en-GB", { hour12: false });
  return isExact ? `${time}.${String(moment.getMilliseconds()).padStart(3, "0")}` : time;
}

function drawEmpty(isEmpty) {
  const box = byId("empty");
  box.hidden = !isEmpty;
  if (!isEmpty) return;
  const rows = words().emptySteps.map(([halt, meaning]) =>
    make(
      "li",
      {},
      make("span", { className: `badge ${halt}`, textContent: words().halt[halt] }),
      make("span", { textContent: meaning }),
    ),
  );
  fill(box, make("p", { textContent: words().empty }), make("ol", {}, ...rows));
}
