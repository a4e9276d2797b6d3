import type {
  ExpertBody,
  ExpertView,
  HandoverSettings,
  HandoverView,
  PlaceCode,
  PlaceView,
  RuleBody,
  RuleView,
  TeamBody,
  TeamView,
} from "../contract/api-handover.ts";
import { Conflict, Invalid, NotFound, type Asker, type Clock } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import type { Database } from "../store/index.ts";
import * as bridges from "./bridge-store.ts";
import { newPlaceCode, placeCodeIn } from "./codes.ts";
import { decide } from "./decide.ts";
import * as store from "./desk-store.ts";
import * as queue from "./queue-store.ts";
import { summaryOf } from "./summary-store.ts";

export interface DeskParts {
  db: Database;
  clock: Clock;
  /** Rules or settings are others now. */
  onChanged(): void;
}

/** Who may be handed what, as people set it up; and what stands in the queue. */
export interface HandoverDesk {
  teams(): Promise<TeamView[]>;
  putTeam(id: string | undefined, body: TeamBody): Promise<TeamView>;
  /** @throws NotFound, Conflict while a rule leads to it */
  removeTeam(id: string): Promise<void>;
  experts(): Promise<ExpertView[]>;
  putExpert(staffId: string, body: ExpertBody): Promise<ExpertView>;
  removeExpert(staffId: string): Promise<ExpertView>;
  rules(): Promise<RuleView[]>;
  putRule(id: string | undefined, body: RuleBody): Promise<RuleView>;
  removeRule(id: string): Promise<void>;
  settings(): Promise<HandoverSettings>;
  putSettings(settings: HandoverSettings): Promise<HandoverSettings>;
  /** The latest one of a conversation. */
  ofConversation(id: string): Promise<HandoverView | null>;
  places(asker: Asker): Promise<PlaceView[]>;
  newPlaceCode(asker: Asker): Promise<PlaceCode>;
  removePlace(id: string, asker: Asker): Promise<void>;
  isAway(asker: Asker): Promise<boolean>;
  setAway(asker: Asker, isAway: boolean): Promise<void>;
}

const CODE_MS = 10 * 60_000;

export function createHandoverDesk({ db, clock, onChanged }: DeskParts): HandoverDesk {
  const known = <T>(found: T | undefined, what: string): T => {
    if (found === undefined) throw new NotFound(`There is no such ${what}.`);
    return found;
  };
  const teams = () => store.listTeams(db, clock.now());
  const experts = async () => (await store.listPeople(db)).map(expertView);
  const findTeam = async (id: string) =>
    known(
      (await teams()).find((team) => team.id === id),
      "team",
    );
  const findExpert = async (staffId: string) =>
    known(
      (await experts()).find((expert) => expert.staffId === staffId),
      "agent",
    );

  return {
    teams,
    async putTeam(id = newId(), body) {
      await db.transaction((tx) => store.putTeam(tx, id, body, clock.now()));
      onChanged();
      return findTeam(id);
    },
    async removeTeam(id) {
      const rule = (await store.listRules(db)).find(({ to }) => to.type === "team" && to.teamId === id);
      if (rule) throw new Conflict(`The rule "${rule.name}" leads to this team. Change or remove the rule first.`);
      if (!(await store.deleteTeam(db, id))) throw new NotFound("There is no such team.");
      onChanged();
    },
    experts,
    async putExpert(staffId, body) {
      if (!(await store.putExpert(db, staffId, body))) throw new NotFound("There is no such agent.");
      return findExpert(staffId);
    },
    async removeExpert(staffId) {
      if (!(await store.deleteExpert(db, staffId))) throw new NotFound("Nothing was said about this person.");
      return findExpert(staffId);
    },
    ...rulesDesk({ db, clock, onChanged }),
    ...ownDesk({ db, clock }),
    ofConversation: (id) => handoverOf({ db, clock }, id),
  };
}

type RulesDesk = Pick<HandoverDesk, "rules" | "putRule" | "removeRule" | "settings" | "putSettings">;

function rulesDesk({ db, clock, onChanged }: DeskParts): RulesDesk {
  async function checkTarget({ to }: RuleBody): Promise<void> {
    const there =
      to.type === "owner" ||
      (to.type === "team"
        ? (await store.listTeams(db, clock.now())).some(({ id }) => id === to.teamId)
        : (await store.listPeople(db)).some(({ staffId }) => staffId === to.staffId));
    if (!there)
      throw new Invalid("The rule leads to nobody. Choose a team or one of your agents.", { "body.to": "Not there." });
  }

  return {
    rules: () => store.listRules(db),
    async putRule(id = newId(), body) {
      await checkTarget(body);
      await store.putRule(db, id, body);
      onChanged();
      return { id, ...body };
    },
    async removeRule(id) {
      if (!(await store.deleteRule(db, id))) throw new NotFound("There is no such rule.");
      onChanged();
    },
    settings: () => store.readSettings(db),
    async putSettings(settings) {
      await store.putSettings(db, settings);
      onChanged();
      return settings;
    },
  };
}

type OwnDesk = Pick<HandoverDesk, "places" | "newPlaceCode" | "removePlace" | "isAway" | "setAway">;

/** What people say of themselves. */
function ownDesk({ db, clock }: Pick<DeskParts, "db" | "clock">): OwnDesk {
  return {
    places: (asker) => bridges.placesOf(db, personOf(asker)),
    async newPlaceCode(asker) {
      const staffId = personOf(asker);
      const code = newPlaceCode();
      const now = clock.now();
      const expiresAt = new Date(now.getTime() + CODE_MS);
      await bridges.addCode(db, { hash: placeCodeIn(code)!, staffId, expiresAt, now });
      return { code, expiresAt: expiresAt.toISOString() };
    },
    async removePlace(id, asker) {
      const gone = await bridges.endPlace(db, id, personOf(asker), clock.now());
      if (!gone) throw new NotFound("You have no such place.");
    },
    isAway: (asker) => store.isAway(db, personOf(asker)),
    setAway: (asker, isAway) => store.setAway(db, personOf(asker), isAway),
  };
}

type Latest = NonNullable<Awaited<ReturnType<typeof queue.latestHandover>>>;

async function handoverOf({ db, clock }: Pick<DeskParts, "db" | "clock">, id: string): Promise<HandoverView | null> {
  const row = await queue.latestHandover(db, id);
  if (!row) return null;
  const { seq: _seq, ...rest } = row;
  const iso = (at: Date | null) => at?.toISOString() ?? null;
  const times = { assignedAt: iso(row.assignedAt), firstReplyAt: iso(row.firstReplyAt), closedAt: iso(row.closedAt) };
  const shown = row.state === "waiting" ? await queueOf(db, row, clock.now()) : null;
  return { ...rest, at: row.at.toISOString(), ...times, queue: shown, summary: await summaryOf(db, id, null) };
}

async function queueOf(db: Database, { id, conversationId, kind, team, at }: Latest, now: Date) {
  const teamId = team?.id ?? null;
  const ask = (await queue.readAsks(db, new Map([[conversationId, kind]]))).get(conversationId);
  const opensAt = ask ? decide(ask, await store.readDesk(db, now), now).opensAt : null;
  return {
    position: 1 + (await queue.countAhead(db, teamId, { at, id })),
    opensAt: opensAt?.toISOString() ?? null,
    medianMinutes: await queue.medianMinutes(db, teamId, now),
  };
}

function expertView({ lastAt: _lastAt, ...person }: store.PersonRow): ExpertView {
  return {
    ...person,
    topics: [...person.topics],
    labelIds: [...person.labelIds],
    languages: [...person.languages],
    teamIds: [...person.teamIds],
  };
}

/** @throws Conflict for a token that stands for nobody */
function personOf({ staffId }: Asker): string {
  if (staffId === null)
    throw new Conflict("This is about a person. Sign in instead of using a token of the organisation.");
  return staffId;
}
