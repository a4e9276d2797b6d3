import { webAddress } from "./address.ts";
import { languageFor, type Language } from "./words.ts";

/** What the website says on the script tag. */
export interface Options {
  channel: string;
  /** The channel's own address at the hub, without a slash at the end. */
  base: string;
  language: Language;
  /** As the visitor's browser or the website names it; the hub answers in it. */
  locale: string | undefined;
  color: string | undefined;
  theme: "light" | "dark" | "auto";
  position: "left" | "right";
  /** A whole page instead of a button in the corner. */
  isPage: boolean;
  title: string | undefined;
  greeting: string | undefined;
  launcher: string | undefined;
  privacyUrl: string | undefined;
  /** "ask": nothing is told to the hub before the visitor presses "Start the chat". */
  consent: "ask" | "given" | "refused" | undefined;
  isOpen: boolean;
}

const COLOR = /^#(?:[\da-f]{3}|[\da-f]{6})$/i;
const LOCALE = /^[a-z]{2,3}(-[a-z0-9]{1,8})*$/i;
const LONGEST = 400;

interface Surroundings {
  pageLanguage: string;
  browserLanguages: readonly string[];
}

/** Reads the script tag's data attributes; what makes no sense is as if it were not there. */
export function readOptions(src: string, data: Readonly<Record<string, string | undefined>>, around: Surroundings) {
  const { channel } = data;
  if (!channel || !/^[\w-]{1,64}$/.test(channel)) return undefined;
  const asked = data.language === "en" || data.language === "zh" ? data.language : undefined;
  const language = languageFor(asked, around.pageLanguage, around.browserLanguages);
  const [first] = around.browserLanguages;
  const options: Options = {
    channel,
    base: new URL(`webhooks/${channel}`, src).href,
    language,
    locale: localeOf(language, first),
    color: data.color && COLOR.test(data.color) ? data.color : undefined,
    theme: data.theme === "light" || data.theme === "dark" ? data.theme : "auto",
    position: data.position === "left" ? "left" : "right",
    isPage: data.mode === "page",
    title: words(data.title),
    greeting: words(data.greeting),
    launcher: words(data.launcher),
    privacyUrl: webAddress(data.privacy),
    consent: consentOf(data.consent),
    isOpen: data.open === "true",
  };
  return options;
}

/** The browser's own tag where it is of the chat's language: it tells the region too. */
function localeOf(language: Language, browser: string | undefined): string {
  return browser && LOCALE.test(browser) && browser.toLowerCase().startsWith(language) ? browser : language;
}

function words(text: string | undefined): string | undefined {
  return text?.trim().slice(0, LONGEST) || undefined;
}

function consentOf(text: string | undefined): Options["consent"] {
  if (text === "ask") return "ask";
  return text === "true" ? "given" : text === "false" ? "refused" : undefined;
}
