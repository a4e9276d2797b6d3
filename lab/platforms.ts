import { createEmulated as discord } from "../adapters/discord/emulated.ts";
import { createEmulated as instagram } from "../adapters/instagram/emulated.ts";
import { createEmulated as line } from "../adapters/line/emulated.ts";
import { createEmulated as messenger } from "../adapters/messenger/emulated.ts";
import { createEmulated as slack } from "../adapters/slack/emulated.ts";
import { createEmulated as telegram } from "../adapters/telegram/emulated.ts";
import { createEmulated as web } from "../adapters/web/emulated.ts";
import { createEmulated as wechat } from "../adapters/wechat/emulated.ts";
import { createEmulated as whatsapp } from "../adapters/whatsapp/emulated.ts";
import type { EmulatedPlatform } from "../src/contract/index.ts";
import type { Language } from "../src/lib/language.ts";

export type Both = Readonly<Record<Language, string>>;

/** A platform that the lab can play. */
export interface PlatformKind {
  title: Both;
  emulate(): Promise<EmulatedPlatform>;
  /** Calls that come all the time and say nothing. */
  idle?: RegExp;
  /** The platform's links carry no code: people type it. */
  typesCodes?: boolean;
}

/** Every platform with an emulator, in the order of the page. */
export const PLATFORMS: readonly PlatformKind[] = [
  { title: { en: "Telegram", zh: "Telegram" }, emulate: () => telegram(), idle: /^\/getUpdates$/ },
  { title: { en: "WeChat", zh: "微信公众号" }, emulate: () => wechat() },
  { title: { en: "WhatsApp", zh: "WhatsApp" }, emulate: () => whatsapp() },
  { title: { en: "LINE", zh: "LINE" }, emulate: () => line() },
  { title: { en: "Messenger", zh: "Messenger" }, emulate: () => messenger() },
  { title: { en: "Instagram", zh: "Instagram" }, emulate: () => instagram() },
  { title: { en: "Slack", zh: "Slack" }, emulate: () => slack(), typesCodes: true },
  { title: { en: "Discord", zh: "Discord" }, emulate: () => discord() },
  { title: { en: "Website chat", zh: "网站聊天" }, emulate: () => web() },
];
