import { CARRIED } from "./decode.ts";
import type { InviteWatch } from "./invite-watch.ts";
import { fieldsOf } from "./surroundings.ts";

type Fields = Record<string, unknown>;

/** What of a dispatch is to be stored, if anything; what it says about servers and invites is noted on the way. */
export function createNotices(
  invites: InviteWatch,
  watchesMembers: boolean,
): (t: string, d: Fields) => Fields | undefined {
  const guilds = new Set<string>();

  /** After READY each server is told in full; only one that was not in the list is news. */
  function noticeGuild(t: string, d: Fields): Fields | undefined {
    if (typeof d.id !== "string" || d.unavailable === true) return undefined;
    if (t === "GUILD_DELETE") return guilds.delete(d.id) ? { id: d.id } : undefined;
    if (watchesMembers) invites.begin(d.id, typeof d.vanity_url_code === "string");
    if (guilds.has(d.id)) return undefined;
    guilds.add(d.id);
    return { id: d.id, name: d.name, joined_at: d.joined_at };
  }

  return (t, d) => {
    if (t === "READY") {
      for (const guild of Array.isArray(d.guilds) ? d.guilds : []) guilds.add(String(fieldsOf(guild).id));
      return undefined;
    }
    const guildId = typeof d.guild_id === "string" ? d.guild_id : "";
    if (guildId) guilds.add(guildId); // a resumed session has no READY
    if (t === "INVITE_CREATE") invites.created(guildId, d);
    if (t === "INVITE_DELETE") invites.deleted(guildId, d.code);
    if (t === "GUILD_CREATE" || t === "GUILD_DELETE") return noticeGuild(t, d);
    return CARRIED.has(t) ? d : undefined;
  };
}
