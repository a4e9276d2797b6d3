import type { HandoverKind, Hours, RuleView } from "../contract/api-handover.ts";
import type { Language } from "../lib/language.ts";
import { isOpen, nextOpening } from "./hours.ts";

/** What was handed over. */
export interface Ask {
  conversationId: string;
  kind: HandoverKind;
  /** What was said, for its topic. */
  text: string;
  language: Language | null;
  channelId: string;
  stage: string | null;
  labelIds: readonly string[];
  /** The door that brought the person, and whose it is. */
  entryPointId: string | null;
  ownerId: string | null;
}

export interface TeamState {
  id: string;
  name: string;
  nameZh: string | null;
  languages: readonly Language[];
  hours: Hours | null;
  isDefault: boolean;
}

export interface PersonState {
  staffId: string;
  name: string;
  topics: readonly string[];
  labelIds: readonly string[];
  languages: readonly Language[];
  hours: Hours | null;
  capacity: number;
  answersAt: "console" | "place";
  isAway: boolean;
  teamIds: readonly string[];
  /** Open conversations that they have now. */
  load: number;
  /** When they were last given one. */
  lastAt: Date | null;
}

export interface Desk {
  rules: readonly RuleView[];
  teams: readonly TeamState[];
  people: readonly PersonState[];
}

export interface Decision {
  /** Who gets it now; null: it waits in line. */
  staffId: string | null;
  teamId: string | null;
  /** Of the ones it may go to, those on duty now, busy or not. */
  onDuty: number;
  /** When the next of them is; null: somebody is, or nobody knows. */
  opensAt: Date | null;
  /** Nobody of ours could ever get it: no team, no rule, no owner. */
  nobody: boolean;
  /** How it was decided, in plain words. */
  why: string[];
}

interface Target {
  people: PersonState[];
  team: TeamState | null;
  why: string;
}

/** Who takes it, and why; the least busy of those who may, are on duty, know the topic and speak the language. */
export function decide(ask: Ask, desk: Desk, now: Date): Decision {
  const target = targetOf(ask, desk);
  const fallback = defaultTarget(desk);
  const first = choose(ask, target, desk, now);
  if (first.staffId !== null || first.onDuty > 0 || !fallback || fallback.team?.id === target.team?.id) return first;
  // Nobody of them is on duty: better a colleague today than the right one on Monday.
  const second = choose(ask, fallback, desk, now);
  return second.onDuty > 0 ? { ...second, why: [...first.why, ...second.why] } : first;
}

/** Does the rule speak of what was asked? */
export function matches(rule: RuleView, ask: Ask): boolean {
  if (!rule.enabled) return false;
  if (rule.kinds.length > 0 && !rule.kinds.includes(ask.kind)) return false;
  if (rule.words.length > 0 && !rule.words.some((word) => holds(ask.text, word))) return false;
  if (rule.labelIds.length > 0 && !rule.labelIds.some((id) => ask.labelIds.includes(id))) return false;
  if (rule.stages.length > 0 && !rule.stages.some((stage) => stage === ask.stage)) return false;
  return (
    isOrAny(rule.language, ask.language) &&
    isOrAny(rule.entryPointId, ask.entryPointId) &&
    isOrAny(rule.channelId, ask.channelId)
  );
}

function isOrAny<T>(wanted: T | null, given: T | null): boolean {
  return wanted === null || wanted === given;
}

/** Words of letters with spaces between them are whole words; Chinese has no spaces. */
export function holds(text: string, word: string): boolean {
  const fold = (each: string) => each.normalize("NFKC").toLowerCase();
  const [where, what] = [fold(text), fold(word)];
  if (what === "") return false;
  if (/\p{Script=Han}/u.test(what)) return where.includes(what);
  for (let at = where.indexOf(what); at >= 0; at = where.indexOf(what, at + 1)) {
    const before = where[at - 1] ?? " ";
    const after = where[at + what.length] ?? " ";
    if (!isLatin(before) && !isLatin(after)) return true;
  }
  return false;
}

function isLatin(char: string): boolean {
  return /[\p{L}\p{N}]/u.test(char) && !/\p{Script=Han}/u.test(char);
}

function targetOf(ask: Ask, desk: Desk): Target {
  return (
    byRule(ask, desk) ??
    byOwner(ask.ownerId, desk, "the owner of their entry point") ??
    byTopic(ask, desk) ??
    defaultTarget(desk) ?? { people: [], team: null, why: "there is no team" }
  );
}

function byRule(ask: Ask, desk: Desk): Target | undefined {
  for (const rule of [...desk.rules].sort((a, b) => a.position - b.position)) {
    if (!matches(rule, ask)) continue;
    const found = ruleTarget(rule, ask, desk);
    if (found) return found;
  }
  return undefined;
}

function ruleTarget({ to, name }: RuleView, ask: Ask, desk: Desk): Target | undefined {
  const why = `rule: ${name}`;
  if (to.type === "owner") return byOwner(ask.ownerId, desk, why);
  if (to.type === "expert") return byOwner(to.staffId, desk, why);
  const team = desk.teams.find(({ id }) => id === to.teamId);
  return team && teamTarget(team, desk, why);
}

function byOwner(staffId: string | null, { people }: Desk, why: string): Target | undefined {
  const person = people.find((each) => each.staffId === staffId);
  return person && { people: [person], team: null, why };
}

/** The experts who know most of what was asked. */
function byTopic(ask: Ask, { people }: Desk): Target | undefined {
  const scored = people.map((person) => ({ person, score: knowledgeOf(person, ask) }));
  const best = Math.max(0, ...scored.map(({ score }) => score));
  if (best === 0) return undefined;
  const experts = scored.filter(({ score }) => score === best).map(({ person }) => person);
  return { people: experts, team: null, why: `topic: ${topicsIn(experts[0]!, ask).join(", ") || "label"}` };
}

function knowledgeOf(person: PersonState, ask: Ask): number {
  return topicsIn(person, ask).length + person.labelIds.filter((id) => ask.labelIds.includes(id)).length;
}

function topicsIn({ topics }: PersonState, { text }: Ask): string[] {
  return topics.filter((topic) => holds(text, topic));
}

function defaultTarget(desk: Desk): Target | undefined {
  const team = desk.teams.find(({ isDefault }) => isDefault);
  return team && teamTarget(team, desk, "the default team");
}

function teamTarget(team: TeamState, { people }: Desk, why: string): Target {
  return { people: people.filter(({ teamIds }) => teamIds.includes(team.id)), team, why };
}

function choose(ask: Ask, { people, team, why }: Target, desk: Desk, now: Date): Decision {
  const speakers = people.filter((person) => speaks(person, ask.language));
  const able = speakers.length > 0 ? speakers : people; // somebody must answer
  const hours = new Map(able.map((person) => [person, hoursOf(person, team, desk)]));
  const onDuty = able.filter((person) => !person.isAway && hours.get(person)!.some((each) => isOpen(each, now)));
  const free = onDuty.filter(({ load, capacity }) => load < capacity).sort(lessBusy);
  const openings = able.flatMap((person) => hours.get(person)!.flatMap((each) => nextOpening(each, now) ?? []));
  const opensAt = openings.filter((at) => at > now).sort((a, b) => a.getTime() - b.getTime())[0] ?? null;
  const words = [why];
  if (speakers.length === 0 && people.length > 0 && ask.language) words.push(`nobody there speaks ${ask.language}`);
  words.push(free[0] ? "the least busy" : onDuty.length > 0 ? "all are busy" : "nobody is on duty");
  return {
    staffId: free[0]?.staffId ?? null,
    teamId: team?.id ?? null,
    onDuty: onDuty.length,
    opensAt: onDuty.length > 0 ? null : (opensAt ?? teamOpening(team, now)),
    nobody: able.length === 0 && team === null,
    why: words,
  };
}

/** An empty team's hours still say when somebody should be there. */
function teamOpening(team: TeamState | null, now: Date): Date | null {
  const opens = team?.hours ? nextOpening(team.hours, now) : undefined;
  return opens && opens > now ? opens : null;
}

function speaks({ languages }: PersonState, language: Language | null): boolean {
  return language === null || languages.length === 0 || languages.includes(language);
}

/** Their own hours; else the team's that is asked, else those of all their teams. */
function hoursOf(person: PersonState, team: TeamState | null, { teams }: Desk): (Hours | null)[] {
  if (person.hours) return [person.hours];
  if (team) return [team.hours];
  const own = teams.filter(({ id }) => person.teamIds.includes(id)).map(({ hours }) => hours);
  return own.length > 0 ? own : [null];
}

function lessBusy(a: PersonState, b: PersonState): number {
  const byLoad = a.load / a.capacity - b.load / b.capacity;
  if (byLoad !== 0) return byLoad;
  const byTurn = (a.lastAt?.getTime() ?? 0) - (b.lastAt?.getTime() ?? 0);
  return byTurn !== 0 ? byTurn : a.staffId < b.staffId ? -1 : 1;
}
