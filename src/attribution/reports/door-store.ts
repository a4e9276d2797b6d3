import type { Queryable } from "../../store/index.ts";

/** An entry point, as far as grouping by it needs. */
export interface DoorFacts {
  id: string;
  name: string;
  medium: string;
  campaign: string | null;
  region: string | null;
  owner: string | null;
  channelId: string | null;
  channelName: string | null;
}

const DOORS = `
  SELECT e.id, e.name, e.medium, e.campaign, e.region, e.owner, e.channel_id AS "channelId", c.name AS "channelName"
  FROM entry_point e LEFT JOIN channel c ON c.id = e.channel_id`;

export async function readDoors(db: Queryable): Promise<Map<string, DoorFacts>> {
  return new Map((await db.query<DoorFacts>(DOORS)).map((door) => [door.id, door]));
}
