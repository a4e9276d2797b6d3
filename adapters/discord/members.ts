import type { Entry, HubEvent } from "../../src/contract/index.ts";
import { actorOf, type Self } from "./people.ts";
import { guildPlace } from "./place.ts";
import type { Added, InviteSeen, User } from "./wire.ts";

interface Membership {
  guild_id: string;
  user: User;
  nick?: string | null | undefined;
  joined_at?: string | null | undefined;
}

/** Somebody came to the server; by which invite, our side has seen (or not: then nothing is said). */
export function fromJoin({ guild_id, user, nick, joined_at }: Membership, added: Added, self: Self): HubEvent {
  const member = actorOf(user, self, { nick });
  const entry = added.invite && entryOf(added.invite);
  return {
    type: "joined",
    id: `member:${guild_id}:${user.id}:${joined_at ?? added.id ?? ""}`,
    ...guildPlace(guild_id, added),
    actor: member,
    sentAt: joined_at ? new Date(joined_at) : new Date(added.receivedAt ?? 0),
    member,
    ...(entry && { entry }),
  };
}

export function fromLeave({ guild_id, user }: Membership, added: Added, self: Self): HubEvent {
  const member = actorOf(user, self);
  return {
    type: "left",
    id: `left:${guild_id}:${user.id}:${added.id ?? ""}`,
    ...guildPlace(guild_id, added),
    sentAt: new Date(added.receivedAt ?? 0),
    member,
  };
}

/** Our own coming and going. */
export function fromGuildChange(
  {
    id: guildId,
    name,
    joined_at,
  }: { id: string; name?: string | null | undefined; joined_at?: string | null | undefined },
  type: "joined" | "left",
  added: Added,
  self: Self,
): HubEvent {
  const at = type === "joined" && joined_at ? new Date(joined_at) : new Date(added.receivedAt ?? 0);
  return {
    type,
    id: `self:${guildId}:${type === "joined" && joined_at ? joined_at : (added.id ?? "")}`,
    ...guildPlace(guildId, name ? { ...added, guild: name } : added),
    sentAt: at,
    member: { id: self.id, isBot: true, isSelf: true },
  };
}

function entryOf({ code, inviter, channel, candidates = [] }: InviteSeen): Entry | undefined {
  if (code !== undefined) {
    const details = { ...(inviter && { inviter }), ...(channel && { channel }) };
    return {
      alias: code,
      method: "invite",
      raw: `https://discord.gg/${code}`,
      ...(Object.keys(details).length > 0 && { details }),
    };
  }
  if (candidates.length === 0) return undefined;
  const raw = `one of ${candidates.map((each) => each.code).join(", ")}`;
  return { candidates: candidates.map((each) => ({ alias: each.code, weight: each.weight })), method: "invite", raw };
}
