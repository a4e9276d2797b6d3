import { createHash } from "node:crypto";
import type { ClusterView } from "../contract/api-learning.ts";
import { LANGUAGES, spokenLanguage, type Language } from "../lib/language.ts";
import { nearKey, readText } from "./engine/index.ts";
import { termsOf } from "./terms.ts";

/** A question that people were left with. */
export interface Unanswered {
  question: string;
  conversationId: string;
  at: Date;
}

export interface Cluster {
  /** Of its first question: it stays while questions join. */
  id: string;
  /** Oldest first. */
  questions: Unanswered[];
}

/** Of the terms of two questions, by what they tell, so much in common makes them one. */
const ALIKE = 0.3;

/** What two wordings of one question share, and nobody can read: it is kept when a question was dismissed. */
export function questionKey(question: string): string {
  return createHash("sha256")
    .update(nearKey(readText(question)))
    .digest("hex");
}

interface Group extends Cluster {
  /** Sum of the members' vectors, each of length 1. */
  middle: Map<string, number>;
}

/**
 * Puts questions that ask about the same together. Each, from the oldest on, joins the nearest group if that is near
 * enough, and opens one of its own else: the same questions always fall into the same groups.
 */
export function clustersOf(questions: readonly Unanswered[]): Cluster[] {
  const inOrder = [...questions].sort((a, b) => +a.at - +b.at);
  const vectors = vectorsOf(inOrder.map(({ question }) => question));
  const groups: Group[] = [];
  const holders = new Map<string, Set<number>>(); // by term, the groups that have it
  inOrder.forEach((each, at) => {
    const vector = vectors[at]!;
    const near = nearestGroup(vector, groups, holders);
    const number = near ?? groups.length;
    const group = (groups[number] ??= {
      id: questionKey(each.question).slice(0, 16),
      questions: [],
      middle: new Map(),
    });
    group.questions.push(each);
    for (const [term, value] of vector) {
      group.middle.set(term, (group.middle.get(term) ?? 0) + value);
      holders.set(term, (holders.get(term) ?? new Set()).add(number));
    }
  });
  return groups
    .map(({ id, questions: own }) => ({ id, questions: own }))
    .sort((a, b) => b.questions.length - a.questions.length || +latest(b) - +latest(a));
}

function nearestGroup(
  vector: ReadonlyMap<string, number>,
  groups: readonly Group[],
  holders: ReadonlyMap<string, ReadonlySet<number>>,
): number | undefined {
  const candidates = new Set([...vector.keys()].flatMap((term) => [...(holders.get(term) ?? [])]));
  let [best, most] = [undefined as number | undefined, ALIKE];
  for (const number of candidates) {
    const { middle } = groups[number]!;
    const length = Math.sqrt([...middle.values()].reduce((sum, value) => sum + value * value, 0)) || 1;
    let product = 0;
    for (const [term, value] of vector) product += (value * (middle.get(term) ?? 0)) / length;
    if (product > most) [best, most] = [number, product];
  }
  return best;
}

/** Each question's terms by weight and rarity, brought to length 1. */
function vectorsOf(questions: readonly string[]): Map<string, number>[] {
  const terms = questions.map((question) => termsOf(readText(question)));
  const users = new Map<string, number>();
  for (const each of terms) for (const term of each.keys()) users.set(term, (users.get(term) ?? 0) + 1);
  return terms.map((each) => {
    const masses = [...each].map(([term, weight]): [string, number] => [
      term,
      weight * Math.log(1 + questions.length / users.get(term)!),
    ]);
    const length = Math.sqrt(masses.reduce((sum, [, mass]) => sum + mass * mass, 0)) || 1;
    return new Map(masses.map(([term, mass]) => [term, mass / length]));
  });
}

function latest({ questions }: Cluster): Date {
  return questions.at(-1)!.at;
}

const MOST_EXAMPLES = 5;
const MOST_PHRASINGS = 20;
const LONGEST_PHRASING = 300;
const LONGEST_TITLE = 120;
const LONGEST_SLUG = 56;

/** A group as people are shown it, with an article to be written. @param nearest the slug of the nearest article. */
export function describeCluster({ id, questions }: Cluster, nearest: string | null): ClusterView {
  const chinese = questions.filter(({ question }) => spokenLanguage(question) === "zh").length;
  const language: Language = chinese * 2 > questions.length ? "zh" : "en";
  const wordings = distinct(questions.map(({ question }) => question));
  const inLanguage = (wanted: Language) =>
    wordings
      .filter((each) => spokenLanguage(each) === wanted && each.length <= LONGEST_PHRASING)
      .slice(0, MOST_PHRASINGS);
  const title = [...wordings].sort((a, b) => a.length - b.length)[0]!.slice(0, LONGEST_TITLE);
  return {
    ...{ id, count: questions.length, language, nearest },
    lastAt: latest({ id, questions }).toISOString(),
    examples: questions
      .slice(-MOST_EXAMPLES)
      .reverse()
      .map(({ at, ...each }) => ({ ...each, at: at.toISOString() })),
    draft: {
      ...{ title, language, slug: slugFrom(title, id) },
      phrasings: Object.fromEntries(LANGUAGES.map((each) => [each, inLanguage(each)])) as Record<Language, string[]>,
    },
  };
}

/** The first of each wording, by key. */
function distinct(questions: readonly string[]): string[] {
  const byKey = new Map<string, string>();
  for (const question of questions) {
    const line = question.replaceAll(/\s+/gu, " ").trim();
    const key = nearKey(readText(line));
    if (!byKey.has(key)) byKey.set(key, line);
  }
  return [...byKey.values()];
}

function slugFrom(title: string, id: string): string {
  const latin = title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, LONGEST_SLUG)
    .replaceAll(/^-+|-+$/g, "");
  return latin.length > 2 ? latin : `question-${id}`;
}
