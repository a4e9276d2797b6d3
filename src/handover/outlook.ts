import type { Queryable } from "../store/index.ts";
import { decide, type Ask, type Desk } from "./decide.ts";
import { readDesk } from "./desk-store.ts";
import { countAhead, medianMinutes } from "./queue-store.ts";
import type { Outlook } from "./words.ts";

/** What happens to this conversation if it is handed over now; undefined where there is nobody it could go to. */
export async function outlookFor(db: Queryable, ask: Ask, now: Date): Promise<Outlook | undefined> {
  const desk = await readDesk(db, now);
  const { staffId, teamId, opensAt, onDuty, nobody } = decide(ask, desk, now);
  if (nobody || (onDuty === 0 && opensAt === null)) return undefined;
  const ahead = await countAhead(db, teamId);
  return {
    position: staffId === null || ahead > 0 ? ahead + 1 : null,
    opensAt,
    timeZone: zoneOf(desk, teamId),
    medianMinutes: await medianMinutes(db, teamId, now),
  };
}

/** On whose calendar "tomorrow" is: the team's, else the default team's. */
export function zoneOf({ teams }: Desk, teamId: string | null): string {
  const team = teams.find(({ id }) => id === teamId) ?? teams.find(({ isDefault }) => isDefault) ?? teams[0];
  return team?.hours?.timeZone ?? "UTC";
}
