import type { Chat } from "../chat.ts";
import type { Keep } from "../keep.ts";
import type { Options } from "../options.ts";
import { inOrder, type State } from "../state.ts";
import type { Say } from "../words.ts";
import { createComposer } from "./composer.ts";
import { el, icon, setText, show } from "./dom.ts";
import { createLog } from "./log.ts";
import { link } from "./rich.ts";

export interface PanelParts {
  chat: Chat;
  keep: Keep;
  options: Options;
  say: Say;
  now(): number;
}

const SVG = "http://www.w3.org/2000/svg";

/** The window of the chat: its head, the log, and where one writes. */
export function createPanel({ chat, keep, options, say, now }: PanelParts) {
  const { outbox, attachments } = chat;
  const { language, isPage } = options;
  const name = el(isPage ? "h1" : "h2", { class: "name", id: "name", dir: "auto" });
  const closer = el(
    "button",
    { type: "button", class: "tool", "aria-label": say("close"), onclick: () => chat.close() },
    icon("close"),
  );
  const notice = el("p", { class: "notice", role: "status" });
  const log = createLog({
    say,
    language,
    now,
    fetch: chat.file,
    press: chat.press,
    retry: outbox.retry,
    discard: outbox.discard,
  });
  const intro = el("p", { class: "intro", dir: "auto" }, options.greeting ?? say("intro"));
  const composer = createComposer({ say, keep, outbox, attachments, typing: chat.typing });
  const person = el(
    "button",
    { type: "button", class: "quiet person", onclick: () => outbox.add({ text: say("personWords") }) },
    icon("person"),
    say("person"),
  );
  const foot = el(
    "div",
    { class: "foot" },
    composer.element,
    el("div", { class: "under-foot" }, person, privacy(options, say)),
  );
  const gate = el(
    "div",
    { class: "gate" },
    el("p", {}, options.greeting ?? say("intro")),
    el("p", {}, ...privacyWords(options, say)),
    el("button", { type: "button", class: "primary", onclick: () => (chat.agree(), composer.focus()) }, say("start")),
  );
  const head = el("div", { class: "head" }, mark(), name, !isPage && closer);
  const element = el(
    isPage ? "main" : "div",
    { class: "panel", ...(!isPage && { role: "dialog", id: "panel" }), "aria-labelledby": "name", tabindex: -1 },
    ...[head, notice, log.element, gate, foot],
  );
  log.element.querySelector(".list")!.before(intro);

  return {
    element,
    focus: () => (chat.store.state.mayStart ? composer.focus() : gate.querySelector("button")!.focus()),
    toEnd: log.toEnd,
    draw(state: State): void {
      setText(name, options.title ?? state.name ?? say("title"));
      const text = noticeOf(state, say);
      setText(notice, text);
      show(notice, text !== "");
      show(gate, !state.mayStart);
      show(log.element, state.mayStart);
      show(foot, state.mayStart && state.trouble !== "notAllowed");
      show(
        person,
        inOrder(state.messages.values())
          .filter(({ from }) => from !== "visitor")
          .at(-1)?.from !== "agent",
      );
      composer.draw(state);
      log.draw(state);
    },
  };
}

function noticeOf({ trouble, line, hasLoaded, mayStart }: State, say: Say): string {
  if (!mayStart) return "";
  if (trouble) return say(trouble);
  if (line === "down") return say(navigator.onLine ? "unreachable" : "offline");
  return hasLoaded ? "" : say("connecting");
}

/** What the visitor is told about what is kept of them. */
function privacy(options: Options, say: Say): HTMLElement {
  return el("span", {}, ...privacyWords(options, say));
}

function privacyWords({ privacyUrl }: Options, say: Say): (Node | string)[] {
  return privacyUrl === undefined ? [say("keeps")] : [say("keeps"), " ", link(privacyUrl, say("privacy"))];
}

/** Three streams that join. */
function mark(): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", "M4 4c1 6 4 8 8 9M12 3v18M20 4c-1 6-4 8-8 9");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "mark");
  svg.setAttribute("aria-hidden", "true");
  svg.append(path);
  return svg;
}
