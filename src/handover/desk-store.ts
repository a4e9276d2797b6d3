import type {
  ExpertBody,
  ExpertView,
  HandoverSettings,
  RuleBody,
  RuleView,
  TeamBody,
  TeamView,
} from "../contract/api-handover.ts";
import type { Clock } from "../contract/index.ts";
import type { Database, Queryable, Transaction } from "../store/index.ts";
import type { Desk, PersonState, TeamState } from "./decide.ts";
import { isOpen } from "./hours.ts";

export const DEFAULTS: HandoverSettings = { onWish: true, onAnger: true, resumeAfterHours: null };

// ── Teams ──

const TEAMS = `
  SELECT t.id, t.name, t.name_zh AS "nameZh", t.languages, t.hours, t.is_default AS "isDefault",
         ARRAY(SELECT m.staff_id FROM team_member m JOIN staff s ON s.id = m.staff_id AND s.ended_at IS NULL
               WHERE m.team_id = t.id ORDER BY s.name) AS "memberIds",
         (SELECT count(*)::int FROM handover h WHERE h.team_id = t.id AND h.state = 'waiting') AS waiting
  FROM team t ORDER BY t.is_default DESC, t.name`;

export async function listTeams(db: Queryable, now: Date): Promise<TeamView[]> {
  const rows = await db.query<Omit<TeamView, "isOpen">>(TEAMS);
  return rows.map((row) => ({ ...row, isOpen: isOpen(row.hours, now) }));
}

const PUT_TEAM = `
  INSERT INTO team (id, name, name_zh, languages, hours, is_default, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT (id) DO UPDATE SET name = $2, name_zh = $3, languages = $4, hours = $5, is_default = $6`;

/** Another team that was the default is so no more. */
export async function putTeam(tx: Transaction, id: string, body: TeamBody, now: Date): Promise<void> {
  const { name, nameZh, languages, hours, isDefault, memberIds } = body;
  if (isDefault) await tx.query("UPDATE team SET is_default = false WHERE is_default AND id <> $1", [id]);
  await tx.query(PUT_TEAM, [id, name, nameZh, languages, hours && JSON.stringify(hours), isDefault, now]);
  await tx.query("DELETE FROM team_member WHERE team_id = $1", [id]);
  await tx.query(
    `INSERT INTO team_member (team_id, staff_id)
     SELECT $1, s.id FROM staff s WHERE s.id = ANY ($2::uuid[]) AND s.role IN ('owner', 'admin', 'agent') AND s.ended_at IS NULL`,
    [id, memberIds],
  );
}

const DELETE_TEAM = `
  WITH members AS (DELETE FROM team_member WHERE team_id = $1), waiting AS (
    UPDATE handover SET team_id = NULL WHERE team_id = $1 AND state = 'waiting'
  ) DELETE FROM team WHERE id = $1 RETURNING id`;

export async function deleteTeam(db: Queryable, id: string): Promise<boolean> {
  return (await db.query(DELETE_TEAM, [id])).length > 0;
}

// ── Experts ──

// Everybody who may hold conversations; what nobody has said about them is what a newcomer has.
const PEOPLE = `
  SELECT s.id AS "staffId", s.name, coalesce(e.topics, '{}') AS topics, coalesce(e.label_ids, '{}') AS "labelIds",
         coalesce(e.languages, '{}') AS languages, e.hours, coalesce(e.capacity, 5) AS capacity,
         coalesce(e.answers_at, 'console') AS "answersAt", coalesce(e.is_away, false) AS "isAway",
         coalesce(e.is_named, false) AS "isNamed",
         ARRAY(SELECT m.team_id FROM team_member m WHERE m.staff_id = s.id) AS "teamIds",
         (SELECT count(*)::int FROM conversation c
          WHERE c.assignee_id = s.id AND c.owner = 'agent' AND c.status = 'open') AS load,
         (SELECT max(h.assigned_at) FROM handover h WHERE h.staff_id = s.id AND h.state <> 'closed') AS "lastAt",
         (SELECT count(*)::int FROM staff_place p WHERE p.staff_id = s.id AND p.ended_at IS NULL) AS places
  FROM staff s LEFT JOIN expert e ON e.staff_id = s.id
  WHERE s.ended_at IS NULL AND s.role IN ('owner', 'admin', 'agent') ORDER BY s.name, s.id`;

export type PersonRow = PersonState & Pick<ExpertView, "isNamed" | "places">;

export const listPeople = (db: Queryable) => db.query<PersonRow>(PEOPLE);

const PUT_EXPERT = `
  INSERT INTO expert (staff_id, is_named, topics, label_ids, languages, hours, capacity, answers_at)
  SELECT s.id, true, $2, $3, $4, $5, $6, $7 FROM staff s
  WHERE s.id = $1 AND s.ended_at IS NULL AND s.role IN ('owner', 'admin', 'agent')
  ON CONFLICT (staff_id) DO UPDATE SET is_named = true, topics = $2, label_ids = $3, languages = $4, hours = $5, capacity = $6,
    answers_at = $7
  RETURNING staff_id`;

/** False when there is nobody of ours with this id who may hold conversations. */
export async function putExpert(db: Queryable, staffId: string, body: ExpertBody): Promise<boolean> {
  const { topics, labelIds, languages, hours, capacity, answersAt } = body;
  const values = [staffId, topics, labelIds, languages, hours && JSON.stringify(hours), capacity, answersAt];
  return (await db.query(PUT_EXPERT, values)).length > 0;
}

export async function deleteExpert(db: Queryable, staffId: string): Promise<boolean> {
  return (await db.query("DELETE FROM expert WHERE staff_id = $1 RETURNING staff_id", [staffId])).length > 0;
}

const AWAY = `
  INSERT INTO expert (staff_id, is_named, topics, label_ids, languages, is_away) VALUES ($1, false, '{}', '{}', '{}', $2)
  ON CONFLICT (staff_id) DO UPDATE SET is_away = $2`;

export async function setAway(db: Queryable, staffId: string, isAway: boolean): Promise<void> {
  await db.query(AWAY, [staffId, isAway]);
}

export async function isAway(db: Queryable, staffId: string): Promise<boolean> {
  const rows = await db.query<{ isAway: boolean }>(`SELECT is_away AS "isAway" FROM expert WHERE staff_id = $1`, [
    staffId,
  ]);
  return rows[0]?.isAway ?? false;
}

// ── Rules and settings ──

const RULES = `
  SELECT id, name, enabled, position, begins, kinds, words, label_ids AS "labelIds", language, entry_point_id AS "entryPointId",
         channel_id AS "channelId", stages, target AS "to"
  FROM handover_rule ORDER BY position, name, id`;

export const listRules = (db: Queryable) => db.query<RuleView>(RULES);

const PUT_RULE = `
  INSERT INTO handover_rule (id, name, enabled, position, begins, kinds, words, label_ids, language, entry_point_id, channel_id, stages, target)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
  ON CONFLICT (id) DO UPDATE SET name = $2, enabled = $3, position = $4, begins = $5, kinds = $6, words = $7, label_ids = $8,
    language = $9, entry_point_id = $10, channel_id = $11, stages = $12, target = $13`;

export async function putRule(db: Queryable, id: string, rule: RuleBody): Promise<void> {
  const { name, enabled, position, begins, kinds, words, labelIds, language, entryPointId, channelId, stages, to } =
    rule;
  const when = [kinds, words, labelIds, language, entryPointId, channelId, stages];
  await db.query(PUT_RULE, [id, name, enabled, position, begins, ...when, JSON.stringify(to)]);
}

export async function deleteRule(db: Queryable, id: string): Promise<boolean> {
  return (await db.query("DELETE FROM handover_rule WHERE id = $1 RETURNING id", [id])).length > 0;
}

const SETTINGS = `
  SELECT on_wish AS "onWish", on_anger AS "onAnger", resume_after_hours AS "resumeAfterHours" FROM handover_setting`;

export async function readSettings(db: Queryable): Promise<HandoverSettings> {
  return (await db.query<HandoverSettings>(SETTINGS))[0] ?? DEFAULTS;
}

const PUT_SETTINGS = `
  INSERT INTO handover_setting (id, on_wish, on_anger, resume_after_hours) VALUES (1, $1, $2, $3)
  ON CONFLICT (id) DO UPDATE SET on_wish = $1, on_anger = $2, resume_after_hours = $3`;

export async function putSettings(db: Queryable, settings: HandoverSettings): Promise<void> {
  await db.query(PUT_SETTINGS, [settings.onWish, settings.onAnger, settings.resumeAfterHours]);
}

// ── All of it, for a decision ──

/** As it stands now. */
export async function readDesk(db: Queryable, now: Date): Promise<Desk> {
  const rules = await listRules(db);
  const teams: TeamState[] = await listTeams(db, now);
  const people = await listPeople(db);
  return { rules, teams, people: people.map((person) => inTeams(person, teams)) };
}

/** Who has no languages of their own speaks those of their teams. */
function inTeams(person: PersonState, teams: readonly TeamState[]): PersonState {
  if (person.languages.length > 0) return person;
  const own = teams.filter(({ id }) => person.teamIds.includes(id));
  const any = own.length === 0 || own.some(({ languages }) => languages.length === 0);
  return { ...person, languages: any ? [] : [...new Set(own.flatMap(({ languages }) => languages))] };
}

export interface Known {
  settings: HandoverSettings;
  rules: readonly RuleView[];
  hasTeams: boolean;
}

const KNOWN_MS = 3_000;

/** Rules and settings, asked for with every message and therefore remembered for some seconds. */
export function createKnown(db: Database, clock: Clock) {
  let kept: { known: Promise<Known>; untilMs: number } | undefined;
  const read = async (): Promise<Known> => {
    const [settings, rules, teams] = await Promise.all([
      readSettings(db),
      listRules(db),
      db.query("SELECT 1 FROM team LIMIT 1"),
    ]);
    return { settings, rules, hasTeams: teams.length > 0 };
  };
  return {
    current(): Promise<Known> {
      if (kept && clock.monotonicMs() < kept.untilMs) return kept.known;
      const known = read();
      kept = { known, untilMs: clock.monotonicMs() + KNOWN_MS };
      known.catch(() => (kept = undefined));
      return known;
    },
    forget: () => (kept = undefined),
  };
}
