import type { Entry, HubEvent, Json } from "../../src/contract/index.ts";
import { idIn, memberOf, momentOf, objectsIn, textIn, type JsonObject } from "../graph/index.ts";
import { digestOf } from "./arrivals.ts";
import { MEMBER, personIn } from "./people.ts";
import { groupPlace } from "./place.ts";

/** Who came into a group or left it; the rest of a group's life is not carried. */
export function fromGroup(item: JsonObject): HubEvent[] {
  const groupId = idIn(item, "group_id");
  const sentAt = momentOf(memberOf(item, "timestamp"));
  const type = textIn(item, "type") ?? "";
  const place = groupId === undefined ? "account" : groupPlace(groupId);
  const base = { place, placeKind: "group" as const, sentAt: sentAt ?? new Date(0) };
  const joined = type === "group_participants_add" ? peopleIn(item, "added_participants") : [];
  const left = type === "group_participants_remove" ? peopleIn(item, "removed_participants") : [];
  if (groupId === undefined || sentAt === undefined || joined.length + left.length === 0)
    return [
      { type: "unknown", id: digestOf(item), ...base, reason: `It is a change of a group: "${type.slice(0, 100)}".` },
    ];

  const second = Math.floor(sentAt.getTime() / 1_000);
  const entry = entryOf(item, groupId);
  return [
    ...joined.map(({ actor: member }): HubEvent => {
      return { type: "joined", id: `${groupId}:${member.id}:${second}`, ...base, member, ...(entry && { entry }) };
    }),
    ...left.map(({ actor: member }): HubEvent => {
      return { type: "left", id: `${groupId}:${member.id}:${second}`, ...base, member };
    }),
  ];
}

function peopleIn(item: JsonObject, list: string) {
  const people = new Map(
    objectsIn(item, list).flatMap((member) => {
      const person =
        personIn(member, value(member), MEMBER) ?? personIn(member, undefined, { user: "", phone: "input" });
      return person ? [[person.id, person] as const] : [];
    }),
  );
  return [...people.values()];
}

/** A member carries its own profile. */
function value(member: JsonObject): Json {
  return { contacts: [member] };
}

/** A group has one invite link, so that the group is the door. */
function entryOf(item: JsonObject, groupId: string): Entry | undefined {
  const reason = textIn(item, "reason");
  return reason === "invite_link" ? { alias: groupId, method: "invite", raw: reason } : undefined;
}
