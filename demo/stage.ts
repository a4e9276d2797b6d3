import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { createTelegramEmulator } from "../adapters/telegram/emulator.ts";
import { readConfig } from "../src/config.ts";
import type { EntryPoint } from "../src/contract/api-attribution.ts";
import type { ChannelView } from "../src/contract/api-channels.ts";
import type { ArticleView, NewArticle } from "../src/contract/api-knowledge.ts";
import type { VoiceSettings } from "../src/contract/api-voice.ts";
import { createHub, type Hub } from "../src/hub.ts";
import { createLog } from "../src/lib/log.ts";
import { createApi, type Api } from "./api.ts";
import { DOORS, SITE, CURRENCY, type DoorKey, type Language } from "./cast.ts";
import { createDemoClock } from "./demo-clock.ts";
import { emptyDirectory } from "./directory.ts";

const ARTICLES = path.resolve(import.meta.dirname, "../demo/shop-articles.json");
const BOT = "lantern_tea_bot";
const DEFAULT_PORT = 8080;
/** The person of the shop who owns the hub and answers where the bot does not know. */
export const AGENT = { name: { en: "Lan", zh: "小兰" }, email: "lan@lantern-tea.example" } as const;

export type Stage = Awaited<ReturnType<typeof setStage>>;

/**
 * The same hub as `npm start` runs, with an emulated Telegram, a website chat, the shop's knowledge base and its entry
 * points. The story begins at `begin`.
 * @throws ConfigError
 */
export async function setStage({ begin, language }: { begin: Date; language: Language }) {
  const clock = createDemoClock();
  const config = await readDemoConfig();
  const log = createLog(config.logLevel);
  await emptyDirectory(config.dataDir, { clock, log });
  clock.set(begin);
  const hub = await createHub({ config, clock, log, learns: false }); // a model that arrives halfway would change the story
  const telegram = await createTelegramEmulator({ username: BOT, now: clock.now });
  const stop = () => hub.stop().finally(() => telegram.close());
  try {
    await hub.start();
    const token = await claim(hub, language);
    const owner = createApi(hub.url, token);
    const channels = await openChannels(owner, telegram);
    const articles = await importArticles(owner);
    await letArticlesAnswer(owner);
    const doors = await openDoors(owner, channels.telegram, language);
    const tokenFor = async (name: string, role: string) =>
      (await owner.post<{ token: string }>("/tokens", { name, role })).token;
    const till = createApi(hub.url, await tokenFor("till in the shop", "agent"));
    return {
      ...{ clock, hub, url: hub.url, telegram, owner, till, tokenFor },
      ...{ channels, articles, doors, config, stop },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What of the environment is the demo's; a real database, above all, is not. */
async function readDemoConfig(env: NodeJS.ProcessEnv = process.env) {
  const taken = env["PORT"] ? {} : { PORT: (await isFree(DEFAULT_PORT)) ? String(DEFAULT_PORT) : "0" };
  const dataDir = path.join(env["TRIBUTARY_DATA_DIR"] || "data", "demo");
  const given = { PORT: env["PORT"], LOG_LEVEL: env["LOG_LEVEL"] || "silent" };
  return readConfig({ ...given, ...taken, TRIBUTARY_DATA_DIR: dataDir, ALLOW_PRIVATE_ADDRESSES: "true" });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer().once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

/** Becomes the owner by the one-time link that a first start prints. */
async function claim(hub: Hub, language: Language): Promise<string> {
  const link = await hub.claims.issue();
  const code = new URL(link?.url ?? hub.url).pathname.split("/").at(-1) ?? "";
  const owner = { name: AGENT.name[language], email: AGENT.email, password: crypto.randomUUID() };
  const claimed = await hub.claims.claim(code, owner);
  if (!("staffId" in claimed)) throw new Error(`The hub could not be claimed: ${JSON.stringify(claimed)}.`);
  return (await hub.tokens.create({ name: "demo", role: "owner", staffId: claimed.staffId }, "cli")).token;
}

async function openChannels(
  owner: Api,
  { apiRoot, token, username }: { apiRoot: string; token: string; username: string },
) {
  const telegram = await owner.post<ChannelView>("/channels", {
    ...{ adapter: "telegram", name: "Telegram (emulated)" },
    settings: { apiRoot, token, username },
    // Telegram lets a bot write to one chat once a second; days pass in seconds here.
    rates: { channel: { count: 100, perMs: 1_000 }, place: { count: 100, perMs: 1_000 } },
  });
  const website = await owner.post<ChannelView>("/channels", {
    ...{ adapter: "web", name: "Website chat" },
    settings: { secret: crypto.randomUUID(), allowedOrigins: [SITE], siteUrl: `${SITE}/` },
  });
  return { telegram: telegram.id, website: website.id };
}

/** The shop has words of its own for whoever complains: the case that is opened says nothing beside them. */
async function letArticlesAnswer(owner: Api): Promise<void> {
  const settings = await owner.get<VoiceSettings>("/voice/settings");
  await owner.put("/voice/settings", { ...settings, acknowledge: false });
}

async function importArticles(owner: Api): Promise<ReadonlyMap<string, ArticleView>> {
  await owner.post("/articles/import", JSON.parse(await readFile(ARTICLES, "utf8")) as NewArticle[]);
  const { items } = await owner.get<{ items: ArticleView[] }>("/articles?limit=200");
  return new Map(items.map((article) => [article.slug, article]));
}

async function openDoors(owner: Api, channelId: string, language: Language): Promise<ReadonlyMap<DoorKey, EntryPoint>> {
  const made = new Map<DoorKey, EntryPoint>();
  for (const { key, name, medium, placement, leadsTo, cost } of DOORS) {
    const about = { name: name[language], medium, placement: placement[language], campaign: "spring" };
    const target = leadsTo === "website" ? { targetUrl: `${SITE}/` } : { channelId };
    made.set(
      key,
      await owner.post<EntryPoint>("/entry-points", {
        ...about,
        ...target,
        cost: { amount: cost, currency: CURRENCY },
      }),
    );
  }
  return made;
}
