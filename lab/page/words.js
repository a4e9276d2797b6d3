import { en } from "./words-en.js";
import { zh } from "./words-zh.js";

const KEPT = "tributary-lab-language";
const remembered = () => {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null; // a browser that keeps nothing
  }
};

let language = (remembered() ?? navigator.language).startsWith("zh") ? "zh" : "en";

/** The words of the language that is spoken now. */
export const words = () => (language === "zh" ? zh : en);
export const spoken = () => language;

export function switchLanguage() {
  language = language === "zh" ? "en" : "zh";
  try {
    localStorage.setItem(KEPT, language);
  } catch {
    // Then it is asked for again next time.
  }
}

/** Puts the fixed words of the page where they belong. */
export function sayFixedWords() {
  const here = words();
  document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
  document.title = `Tributary · ${here.lab}`;
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = here[element.dataset.word];
  for (const element of document.querySelectorAll("[data-label]"))
    element.setAttribute("aria-label", here[element.dataset.label]);
}
