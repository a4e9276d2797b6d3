import { createContext, use } from "react";
import zh from "./zh.json";

export type Language = "en" | "zh";

/** Keys are plain English, so that the code reads as the screen does; `{name}` stands for a value. */
export type Translate = (english: string, values?: Readonly<Record<string, string | number>>) => string;

const CHINESE: Readonly<Record<string, string>> = zh;

export function translator(language: Language): Translate {
  return (english, values = {}) => {
    const words = language === "zh" ? (CHINESE[english] ?? english) : english;
    return words.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  };
}

export interface Speech {
  language: Language;
  t: Translate;
  speak(language: Language): void;
}

export const SpeechContext = createContext<Speech | undefined>(undefined);

export function useSpeech(): Speech {
  const speech = use(SpeechContext);
  if (!speech) throw new Error("There is no language above this component.");
  return speech;
}

const KEPT = "tributary.language";

/** What was chosen here before, else what the browser speaks. */
export function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept === "en" || kept === "zh") return kept;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export function keepLanguage(language: Language): void {
  localStorage.setItem(KEPT, language);
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
}
