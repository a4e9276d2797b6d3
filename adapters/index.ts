import type { Adapter } from "../src/contract/index.ts";
import discord from "./discord/index.ts";
import instagram from "./instagram/index.ts";
import line from "./line/index.ts";
import messenger from "./messenger/index.ts";
import slack from "./slack/index.ts";
import telegram from "./telegram/index.ts";
import web from "./web/index.ts";
import wechat from "./wechat/index.ts";
import whatsapp from "./whatsapp/index.ts";

/** The platforms this hub speaks. */
export const adapters: readonly Adapter[] = [
  discord,
  instagram,
  line,
  messenger,
  slack,
  telegram,
  web,
  wechat,
  whatsapp,
];
