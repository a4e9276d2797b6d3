import { ChannelError, type PlaceKind } from "../../src/contract/index.ts";
import type { LineSource } from "./payload.ts";

// A place is the id that LINE's push takes: a person's (U...), a group's (C...) or a room's (R...).

/** Where an answer goes; `undefined` where LINE does not say. */
export function placeOf(source: LineSource | undefined): { place: string; placeKind: PlaceKind } | undefined {
  const group = source?.groupId ?? source?.roomId;
  if (group !== undefined) return { place: group, placeKind: "group" };
  return source?.userId === undefined ? undefined : { place: source.userId, placeKind: "direct" };
}

/** @throws ChannelError when this is no place on LINE */
export function readPlace(place: string): string {
  if (!/^[UCR][\w-]{1,64}$/.test(place)) throw new ChannelError("refused", "This is not a place on LINE.");
  return place;
}

export function isPerson(place: string): boolean {
  return place.startsWith("U");
}
