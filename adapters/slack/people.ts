import type { Actor } from "../../src/contract/index.ts";
import type { Noted, Said } from "./payload.ts";
import type { Names } from "./words.ts";

/** Whom an event was delivered to, and what is known besides it. */
export interface Scene {
  /** Our bot's user, as far as the event or the settings tell. */
  self?: string | undefined;
  /** Our app's id. */
  app?: string | undefined;
  team?: string | undefined;
  enterprise?: string | undefined;
  noted: Noted;
}

/** A person as Slack names them, with what was looked up about them. */
export function actorOf(
  id: string,
  scene: Scene,
  more: Partial<Actor> & { team?: string | null | undefined } = {},
): Actor {
  const { team, ...given } = more;
  const known = scene.noted.people?.find((person) => person.id === id);
  const attributes = attributesOf(team, scene);
  return {
    id,
    ...named("name", known?.name || given.name),
    ...named("username", known?.username || given.username),
    ...named("locale", known?.locale),
    isBot: given.isBot ?? known?.isBot ?? id === "USLACKBOT",
    ...(id === scene.self && { isSelf: true }),
    ...(attributes && { attributes }),
  };
}

function named<Key extends string>(key: Key, value: string | null | undefined): { [K in Key]?: string } {
  return (value ? { [key]: value } : {}) as { [K in Key]?: string };
}

/** Somebody of another workspace, or of an Enterprise Grid. */
function attributesOf(team: string | null | undefined, scene: Scene): Record<string, string> | undefined {
  const foreign = team && team !== scene.team ? { team } : undefined;
  return foreign || scene.enterprise
    ? { ...foreign, ...(scene.enterprise && { enterprise: scene.enterprise }) }
    : undefined;
}

/** Who wrote a message. A bot without a user of its own is named by its bot id. */
export function writerOf(message: Said, scene: Scene): { actor?: Actor } {
  const { user, bot_id, username, bot_profile, user_team, team } = message;
  const id = user ?? bot_id;
  if (!id) return {};
  const name = username || bot_profile?.name;
  return {
    actor: actorOf(id, scene, { ...(name && { name }), ...(bot_id && { isBot: true }), team: user_team ?? team }),
  };
}

/** What our own app wrote comes back. */
export function isOwn({ user, bot_id, app_id, bot_profile }: Said, { self, app }: Scene): boolean {
  if (user && user === self) return true;
  const by = app_id ?? bot_profile?.app_id;
  return Boolean(bot_id && by && app && by === app);
}

export function mentionsSelf(text: string | null | undefined, { self }: Scene): boolean {
  return Boolean(self && text && (text.includes(`<@${self}>`) || text.includes(`<@${self}|`)));
}

export function namesIn({ noted }: Scene): Names {
  return (id) => noted.people?.find((person) => person.id === id)?.name ?? undefined;
}
