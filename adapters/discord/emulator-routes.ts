import { randomBytes } from "node:crypto";
import type { GatewayServer } from "./emulator-gateway.ts";
import type { Interactions } from "./emulator-interactions.ts";
import { visibleChannel, visibleMessage, type Messages, type Upload } from "./emulator-messages.ts";
import { invalid, missingAccess, missingPermissions, Refusal } from "./emulator-refusal.ts";
import {
  directChannel,
  rawChannel,
  rawGuild,
  rawInvite,
  rawMessage,
  type Fields,
  type Guild,
  type World,
} from "./emulator-world.ts";

export interface Asked {
  ids: string[];
  query: URLSearchParams;
  body: Fields;
  files: Upload[];
}
export interface Route {
  method: string;
  path: RegExp;
  /** Whether the bot's token is needed; an interaction's own is enough for the others. */
  needsToken: boolean;
  run(asked: Asked): unknown;
}

export interface RouteParts {
  world: World;
  messages: Messages;
  interactions: Interactions;
  gateway: GatewayServer;
  /** For GET /gateway/bot and the app. */
  app: { url: () => string; flags: () => number; startsLeft: number; commands: Fields[] };
}

/** Discord's REST API, as far as a bot of ours uses it. */
export function createRoutes(parts: RouteParts): Route[] {
  return [...appRoutes(parts), ...messageRoutes(parts), ...guildRoutes(parts), ...interactionRoutes(parts)];
}

function route(method: string, path: string, run: Route["run"], needsToken = true): Route {
  const pattern = path.replaceAll(":id", "(\\d{15,20})").replaceAll(":any", "([^/]+)");
  return { method, path: new RegExp(`^${pattern}$`), needsToken, run };
}

function appRoutes({ world, interactions, app }: RouteParts): Route[] {
  const shown = () => ({
    id: world.bot.id,
    name: "Emulated",
    flags: app.flags(),
    verify_key: interactions.line.publicKey,
    interactions_endpoint_url: interactions.line.endpoint?.href ?? null,
  });
  return [
    route("GET", "/users/@me", () => world.bot),
    route("GET", "/applications/@me", shown),
    route("PATCH", "/applications/@me", async ({ body }) => {
      if ("interactions_endpoint_url" in body) await interactions.line.set(body.interactions_endpoint_url);
      return shown();
    }),
    route("PUT", "/applications/:id/commands", ({ body }) => {
      app.commands.splice(0, Infinity, ...(body as unknown as Fields[]));
      return app.commands;
    }),
    route("GET", "/gateway/bot", () => ({
      url: app.url(),
      shards: 1,
      session_start_limit: { total: 1_000, remaining: app.startsLeft, reset_after: 14_400_000, max_concurrency: 1 },
    })),
    route("POST", "/users/@me/channels", ({ body }) => {
      const known = [...world.direct.values()].find(({ person }) => person?.id === body.recipient_id)?.person;
      if (!known) throw new Refusal(400, 50_033, "Invalid Recipient(s)");
      return rawChannel(directChannel(world, known));
    }),
  ];
}

function messageRoutes({ world, messages }: RouteParts): Route[] {
  const at = "/channels/:id/messages";
  return [
    route("GET", "/channels/:id", ({ ids }) => rawChannel(visibleChannel(world, ids[0] ?? ""))),
    route("POST", at, ({ ids, body, files }) => messages.create(ids[0] ?? "", body, files)),
    route("GET", at, ({ ids, query }) =>
      messages.list(ids[0] ?? "", query.get("after") ?? "0", Number(query.get("limit") ?? 50)),
    ),
    route("GET", `${at}/:id`, ({ ids }) =>
      rawMessage(world, visibleMessage(world, ids[0] ?? "", ids[1] ?? "").message),
    ),
    route("PATCH", `${at}/:id`, ({ ids, body }) => messages.edit(ids[0] ?? "", ids[1] ?? "", body)),
    route("DELETE", `${at}/:id`, ({ ids }) => messages.remove(ids[0] ?? "", ids[1] ?? "")),
    route("PUT", `${at}/:id/reactions/:any/@me`, ({ ids }) => react(ids, true)),
    route("DELETE", `${at}/:id/reactions/:any/@me`, ({ ids }) => react(ids, false)),
    route("POST", "/channels/:id/typing", ({ ids }) => void visibleChannel(world, ids[0] ?? "")),
  ];

  function react([channel = "", message = "", emoji = ""]: string[], on: boolean): undefined {
    return messages.react(channel, message, decodeURIComponent(emoji), on);
  }
}

function guildRoutes({ world }: RouteParts): Route[] {
  const guildOf = ([id = ""]: string[]): Guild => {
    const guild = world.guilds.get(id);
    if (!guild) throw missingAccess();
    return guild;
  };
  return [
    route("GET", "/guilds/:id", ({ ids }) => rawGuild(world, guildOf(ids))),
    route("GET", "/guilds/:id/invites", ({ ids }) => {
      const guild = guildOf(ids);
      if (!guild.showsInvites) throw missingPermissions();
      return [...guild.invites.values()].map((invite) => rawInvite(world, invite));
    }),
    route("GET", "/guilds/:id/vanity-url", ({ ids }) => guildOf(ids).vanity ?? { code: null, uses: 0 }),
    route("POST", "/channels/:id/invites", ({ ids, body }) => createInvite(world, ids[0] ?? "", body)),
  ];
}

function createInvite(world: World, channelId: string, { max_uses, max_age }: Fields): Fields {
  const channel = visibleChannel(world, channelId);
  if (!channel.guild) throw invalid("channel: Cannot execute action on this channel type");
  if (!channel.canWrite) throw missingPermissions();
  const invite = {
    code: randomBytes(6).toString("base64url").replaceAll(/[-_]/g, "x"),
    channelId,
    uses: 0,
    maxUses: Number(max_uses ?? 0),
    maxAgeS: Number(max_age ?? 86_400),
    createdAt: world.now().getTime(),
    inviter: world.bot,
  };
  channel.guild.invites.set(invite.code, invite);
  const raw = rawInvite(world, invite);
  world.dispatch("INVITE_CREATE", raw);
  return raw;
}

function interactionRoutes({ interactions }: RouteParts): Route[] {
  return [
    route(
      "POST",
      "/interactions/:id/:any/callback",
      ({ ids, body }) => interactions.callback(ids[0] ?? "", ids[1] ?? "", body),
      false,
    ),
    route(
      "POST",
      "/webhooks/:id/:any",
      ({ ids, body, files }) => interactions.followUp(ids[1] ?? "", body, files),
      false,
    ),
    route(
      "PATCH",
      "/webhooks/:id/:any/messages/@original",
      ({ ids, body, files }) => interactions.editOriginal(ids[1] ?? "", body, files),
      false,
    ),
    route("GET", "/webhooks/:id/:any/messages/@original", ({ ids }) => interactions.original(ids[1] ?? ""), false),
  ];
}
