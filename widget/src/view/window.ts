import type { Chat } from "../chat.ts";
import type { Keep } from "../keep.ts";
import type { Options } from "../options.ts";
import { unreadOf } from "../state.ts";
import type { Say } from "../words.ts";
import { el, icon, setAttribute, setText, show } from "./dom.ts";
import { createPanel } from "./panel.ts";
import { styleOf, wear } from "./style.ts";

export interface WindowParts {
  chat: Chat;
  keep: Keep;
  options: Options;
  say: Say;
  now(): number;
}

const PHONE = "(max-width: 480px)";

/** Puts the chat on the page, in a shadow where the website's styles and scripts do not reach by accident. */
export function createWindow(parts: WindowParts): HTMLElement {
  const { chat, options, say } = parts;
  const { store } = chat;
  const panel = createPanel(parts);
  const badge = el("span", { class: "badge" });
  const words = el("span", {}, options.launcher ?? "");
  const launcher = el(
    "button",
    {
      ...{ type: "button", class: "launcher", "aria-haspopup": "dialog", "aria-controls": "panel" },
      onclick: () => (store.state.isOpen ? chat.close() : chat.open()),
    },
    icon("chat"),
    icon("close"),
    words,
    badge,
  );
  const root = el("div", {
    class: options.isPage ? "root page" : "root",
    lang: options.language === "zh" ? "zh-Hans" : "en",
  });
  root.append(panel.element, ...(options.isPage ? [] : [launcher]));
  const host = el("div", { "data-side": options.position, "data-page": options.isPage });
  const shadow = host.attachShadow({ mode: "open" });
  wear(shadow, styleOf(options.theme, options.color));
  shadow.append(root);
  let wasOpen = false;

  function draw(): void {
    const { state } = store;
    const unread = unreadOf(state);
    const isShown = state.isOpen || options.isPage;
    setAttribute(host, "data-open", isShown);
    show(panel.element, isShown);
    setAttribute(panel.element, "aria-modal", isModal() && "true");
    setAttribute(launcher, "aria-expanded", String(state.isOpen));
    setAttribute(launcher, "aria-label", labelOf(state.isOpen, unread));
    setText(badge, unread > 99 ? "99+" : String(unread));
    show(words, options.launcher !== undefined && !state.isOpen);
    show(badge, unread > 0 && !isShown);
    panel.draw(state);
    tellTitle(isShown && !document.hidden ? 0 : unread);
    if (isShown !== wasOpen) moveFocus(isShown);
    wasOpen = isShown;
  }

  function labelOf(isOpen: boolean, unread: number): string {
    const name = isOpen ? say("close") : (options.launcher ?? say("open"));
    return unread > 0 && !isOpen ? `${name} (${say("unread", { n: unread })})` : name;
  }

  function moveFocus(isOpen: boolean): void {
    if (isOpen) panel.toEnd();
    if (isOpen && !options.isPage) panel.focus();
    else if (!isOpen && (shadow.activeElement || document.activeElement === document.body)) launcher.focus();
  }

  const isModal = () => !options.isPage && matchMedia(PHONE).matches && store.state.isOpen;

  root.addEventListener("keydown", (event) => {
    event.stopPropagation(); // the website's own shortcuts are not meant
    if (event.key === "Escape" && !event.isComposing && !options.isPage) chat.close();
    if (event.key === "Tab" && isModal()) keepInside(event, shadow, panel.element);
  });
  store.onChange(draw);
  draw();
  return host;
}

/** On a phone the chat covers the page: Tab goes round in it. */
function keepInside(event: KeyboardEvent, shadow: ShadowRoot, panel: HTMLElement): void {
  const all = [...panel.querySelectorAll<HTMLElement>("a[href],button:not(:disabled),textarea,[tabindex='0']")];
  const seen = all.filter((each) => each.getClientRects().length > 0);
  const edge = event.shiftKey ? seen[0] : seen.at(-1);
  if (shadow.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? seen.at(-1) : seen[0])?.focus();
}

/** "(2) The page's own title": the part in brackets is ours, and goes again. */
function tellTitle(unread: number): void {
  const own = document.title.replace(/^\(\d+\) /, "");
  const title = unread > 0 ? `(${unread}) ${own}` : own;
  if (document.title !== title && (unread > 0 || told)) document.title = title;
  told = unread > 0;
}
let told = false;
