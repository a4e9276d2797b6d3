import type { AdapterTools, Json } from "../../src/contract/index.ts";
import type { Call } from "./api.ts";
import type { Errands } from "./errands.ts";
import { createMemory } from "./memory.ts";

// LINE's events name nobody. Names are looked up beside the answering of the webhook and stand in what arrives after
// that: a person who follows is asked about then, and is known when they write.

const DAY_MS = 86_400_000;
const FAILED_MS = 600_000;
const TIMEOUT_MS = 10_000;
const MOST = 10_000;
const MAX_NAME = 200;

interface Name {
  name?: string;
  locale?: string;
  /** When to ask again. */
  untilMs: number;
}

interface Names {
  name?: string;
  locale?: string;
  placeTitle?: string;
}

export interface People {
  /** What is known of an event's person and group now; what is not is looked up for the next time. */
  about(source: { userId?: string; groupId?: string; roomId?: string }): Names | undefined;
}

export interface PeopleParts {
  call: Call;
  errands: Errands;
  tools: AdapterTools;
}

export function createPeople({ call, errands, tools }: PeopleParts): People {
  const memory = createMemory<Name>(MOST);
  const nowMs = () => tools.clock.monotonicMs();

  function look(path: string, field: "displayName" | "groupName"): Name | undefined {
    const found = memory.get(path);
    if (found && found.untilMs > nowMs()) return found;
    const pending = { ...found, untilMs: nowMs() + FAILED_MS }; // one look-up at a time
    if (errands.run(() => learn(path, field))) memory.set(path, pending);
    return found;
  }

  async function learn(path: string, field: "displayName" | "groupName"): Promise<void> {
    const key = `name ${path}`;
    const kept = await tools.cache.get(key);
    const text = kept ?? (await ask(path, field));
    if (kept === undefined) await tools.cache.set(key, text, DAY_MS);
    memory.set(path, { ...(JSON.parse(text) as Omit<Name, "untilMs">), untilMs: nowMs() + DAY_MS });
  }

  async function ask(path: string, field: "displayName" | "groupName"): Promise<string> {
    const { body } = await call({ method: "GET", path }, AbortSignal.timeout(TIMEOUT_MS));
    const name = wordsIn(body[field]);
    const locale = wordsIn(body.language);
    return JSON.stringify({ ...(name && { name }), ...(locale && { locale }) });
  }

  return {
    about({ userId, groupId, roomId }) {
      const person = userId === undefined ? undefined : look(profilePath(userId, groupId, roomId), "displayName");
      const group = groupId === undefined ? undefined : look(`/v2/bot/group/${part(groupId)}/summary`, "groupName");
      if (person?.name === undefined && person?.locale === undefined && group?.name === undefined) return undefined;
      return {
        ...(person?.name !== undefined && { name: person.name }),
        ...(person?.locale !== undefined && { locale: person.locale }),
        ...(group?.name !== undefined && { placeTitle: group.name }),
      };
    },
  };
}

/** In groups also those who are no friends of the account can be asked about. */
function profilePath(userId: string, groupId?: string, roomId?: string): string {
  if (groupId !== undefined) return `/v2/bot/group/${part(groupId)}/member/${part(userId)}`;
  if (roomId !== undefined) return `/v2/bot/room/${part(roomId)}/member/${part(userId)}`;
  return `/v2/bot/profile/${part(userId)}`;
}

function part(id: string): string {
  return encodeURIComponent(id);
}

function wordsIn(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.slice(0, MAX_NAME) : undefined;
}

/** An event's source as it came, unchecked. */
export function sourceOf(event: Json): { userId?: string; groupId?: string; roomId?: string } {
  const source = isObject(event) ? event.source : undefined;
  if (!isObject(source)) return {};
  const { userId, groupId, roomId } = source;
  return { ...id("userId", userId), ...id("groupId", groupId), ...id("roomId", roomId) };
}

function id<Name extends string>(name: Name, value: Json | undefined): { [key in Name]?: string } {
  const isId = typeof value === "string" && /^[\w-]{1,100}$/.test(value);
  return (isId ? { [name]: value } : {}) as { [key in Name]?: string };
}

export function isObject(value: Json | undefined): value is { [key: string]: Json | undefined } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
