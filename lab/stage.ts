import { readFile } from "node:fs/promises";
import path from "node:path";
import { createApi, type Api } from "../demo/api.ts";
import type { Config } from "../src/config.ts";
import type { EntryPoint, EntryPointDetail } from "../src/contract/api-attribution.ts";
import type { ChannelView } from "../src/contract/api-channels.ts";
import type { NewArticle } from "../src/contract/api-knowledge.ts";
import type { Clock, EmulatedPlatform, Log } from "../src/contract/index.ts";
import { createHub, type Hub } from "../src/hub.ts";
import { PLATFORMS, type Both, type PlatformKind } from "./platforms.ts";

const ARTICLES = path.resolve(import.meta.dirname, "../demo/shop-articles.json");

/** The doors that stand open on every platform. */
const DOORS = [
  { medium: "poster", title: { en: "Poster in the shop window", zh: "橱窗海报" } },
  { medium: "newsletter", title: { en: "Newsletter", zh: "邮件通讯" } },
] as const satisfies readonly { medium: string; title: Both }[];

/** An entry point of the lab. */
export interface LabDoor {
  entryPointId: string;
  title: Both;
  code: string;
  /** What its QR code says. */
  url: string;
  /** Where that leads; null where the platform gave no link. */
  deepLink: string | null;
}

export interface LabPlatform extends Pick<PlatformKind, "title" | "idle" | "typesCodes"> {
  /** The adapter's name. */
  name: string;
  emulated: EmulatedPlatform;
  channelId: string;
  /** Where the platform delivers to; null where the hub asks by itself. */
  webhookUrl: string | null;
  doors: readonly LabDoor[];
}

export type Stage = Awaited<ReturnType<typeof setStage>>;

interface StageParts {
  config: Config;
  clock: Clock;
  log: Log;
  kinds?: readonly PlatformKind[];
}

/**
 * The same hub as `npm start` runs, on a database that has no owner yet: a channel on each emulated platform, the demo's
 * answers, and a few entry points for each channel.
 * @throws ConfigError
 */
export async function setStage({ config, clock, log, kinds = PLATFORMS }: StageParts) {
  const hub = await createHub({ config, clock, log });
  const emulated: EmulatedPlatform[] = [];
  const stop = () => hub.stop().finally(() => Promise.all(emulated.map((each) => each.close())));
  try {
    await hub.start();
    const owner = createApi(hub.url, await claim(hub));
    await owner.post("/articles/import", JSON.parse(await readFile(ARTICLES, "utf8")) as NewArticle[]);
    for (const kind of kinds) emulated.push(await kind.emulate());
    const open = kinds.map((kind, at) => openPlatform(hub, owner, kind, emulated[at]!));
    const platforms: readonly LabPlatform[] = await Promise.all(open);
    return { hub, platforms, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Becomes the owner by the one-time link that a first start prints. */
async function claim(hub: Hub): Promise<string> {
  const link = await hub.claims.issue();
  const code = new URL(link?.url ?? hub.url).pathname.split("/").at(-1) ?? "";
  const owner = { name: "Lab", email: "lab@tributary.example", password: crypto.randomUUID() };
  const claimed = await hub.claims.claim(code, owner);
  if (!("staffId" in claimed)) throw new Error(`The hub could not be claimed: ${JSON.stringify(claimed)}.`);
  return (await hub.tokens.create({ name: "lab", role: "owner", staffId: claimed.staffId }, "cli")).token;
}

async function openPlatform(
  hub: Hub,
  owner: Api,
  { title, idle, typesCodes }: PlatformKind,
  emulated: EmulatedPlatform,
): Promise<LabPlatform> {
  const { adapter: name, settings } = emulated;
  const channel = await owner.post<ChannelView>("/channels", { adapter: name, name: `${title.en} (lab)`, settings });
  await emulated.attach(new URL(`webhooks/${channel.id}`, hub.url));
  const doors: LabDoor[] = [];
  for (const door of DOORS) {
    const { id } = await owner.post<EntryPoint>("/entry-points", {
      ...{ name: door.title.en, medium: door.medium, channelId: channel.id },
    });
    const { code, url, deepLink } = await owner.get<EntryPointDetail>(`/entry-points/${id}`);
    doors.push({ entryPointId: id, title: door.title, code, url, deepLink });
  }
  const how = { ...(idle && { idle }), ...(typesCodes && { typesCodes }) };
  return { name, title, ...how, emulated, channelId: channel.id, webhookUrl: channel.webhookUrl, doors };
}
