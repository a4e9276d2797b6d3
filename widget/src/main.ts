import { createChat, type Chat } from "./chat.ts";
import { createCommands, warn, type Tributary } from "./commands.ts";
import { createKeep } from "./keep.ts";
import { landingOf } from "./landing.ts";
import { readOptions, type Options } from "./options.ts";
import { createWindow } from "./view/window.ts";
import { createVisitor } from "./visitor.ts";
import { createWire } from "./wire.ts";
import { createSay } from "./words.ts";

const global = window as unknown as { tributary?: Tributary; crypto: Crypto };

/** A UUID, also on pages without https, where the browser's own function is missing. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function start(options: Options): Chat {
  const keep = createKeep(options.channel, () => localStorage);
  const tab = createKeep(options.channel, () => sessionStorage);
  const landing = landingOf(tab, { address: location.href, referrer: document.referrer, newId });
  const wire = createWire(options.base);
  const visitor = createVisitor({ wire, keep, landing, locale: options.locale });
  const now = () => Date.now();
  const isVisible = () => !document.hidden;
  const surroundings = { now, random: Math.random, newId, isVisible, isOnline: () => navigator.onLine };
  const chat = createChat({ wire, keep, visitor, consent: options.consent, ...surroundings });
  const host = createWindow({ chat, keep, options, say: createSay(options.language), now });
  document.body.append(host);
  follow(chat, `tributary:${options.channel}`);
  if (options.isPage || options.isOpen) chat.open();
  else if (visitor.isKnown()) chat.resume();
  return chat;
}

/** The tab and the line come and go, and other tabs say things too. */
function follow(chat: Chat, prefix: string): void {
  document.addEventListener("visibilitychange", () => chat.look());
  for (const name of ["online", "offline", "pageshow"]) window.addEventListener(name, () => chat.look());
  window.addEventListener("storage", ({ key }) => {
    if (key === prefix || key?.startsWith(`${prefix}:`)) chat.otherTab(key.slice(prefix.length + 1));
  });
}

function mount(script: HTMLScriptElement): void {
  const around = { pageLanguage: document.documentElement.lang, browserLanguages: navigator.languages };
  const options = readOptions(script.src, script.dataset, around);
  if (!options) return warn("the script tag needs data-channel with the id of your website channel.");
  const before = global.tributary;
  const commands = createCommands(start(options));
  global.tributary = Object.assign(commands, before, { q: undefined });
  for (const [command, value] of [...(before?.q ?? [])].map((each) => [...Array.from(each)]))
    commands(String(command), value);
}

/** Once for each page, however often the tag stands on it. */
function begin(): void {
  const script = (own ?? document.querySelector("script[data-channel][src*='widget.js']")) as HTMLScriptElement | null;
  if (!script || document.documentElement.dataset.tributary === script.dataset.channel) return;
  if (script.dataset.channel) document.documentElement.dataset.tributary = script.dataset.channel;
  mount(script);
}

// Known only while the script runs for the first time.
const own = document.currentScript;
if (document.body) begin();
else document.addEventListener("DOMContentLoaded", begin);
