import { ChannelError, parseJson, type Cache, type Clock, type Json, type Log } from "../../src/contract/index.ts";
import type { GraphClient } from "./client.ts";
import type { Noted } from "./messaging-payload.ts";
import { isObject, textIn } from "./values.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** How long a profile is taken as it was. */
const KEPT_MS = 7 * DAY_MS;
/** When to ask again where Meta told nothing. */
const AGAIN_MS = 60 * MINUTE_MS;
const PATIENCE_MS = 10_000;
const MOST_AT_ONCE = 8;
const MOST_REMEMBERED = 10_000;
const PERSON_ID = /^\d{1,32}$/;

export type Person = NonNullable<Noted["person"]>;

/** Deliveries carry no names, and decoding may ask nobody: what is known of a person is noted beside each item. */
export interface People {
  /** What is known by now. Asking Meta takes longer than a delivery may: the answer serves the next one. */
  known(id: string): Promise<Person | undefined>;
}

export interface PeopleParts {
  client: Pick<GraphClient, "call">;
  cache: Cache;
  clock: Clock;
  log: Log;
  /** The fields of a profile: "first_name,last_name". */
  fields: string;
}

export function createPeople({ client, cache, clock, log, fields }: PeopleParts): People {
  const remembered = new Map<string, { person: Person; untilMs: number }>();
  let asking = 0;
  let quietUntilMs = 0;

  function remember(id: string, person: Person, forMs: number): void {
    remembered.delete(id);
    remembered.set(id, { person, untilMs: clock.monotonicMs() + forMs });
    for (const oldest of remembered.keys()) {
      if (remembered.size <= MOST_REMEMBERED) break;
      remembered.delete(oldest);
    }
  }

  async function ask(id: string): Promise<void> {
    const abort = new AbortController();
    const answered = new AbortController();
    asking++;
    void clock.sleep(PATIENCE_MS, answered.signal).then(() => abort.abort());
    try {
      const profile = personIn((await client.call("GET", id, { query: { fields } }, abort.signal)) as Json);
      await cache.set(`person:${id}`, JSON.stringify(profile), KEPT_MS);
      remember(id, profile, AGAIN_MS);
    } catch (error) {
      // A name is no reason to hold anything up: some people do not let apps see theirs.
      if (error instanceof ChannelError && error.retryAfterMs) quietUntilMs = clock.monotonicMs() + error.retryAfterMs;
      log.debug({ err: error }, "a person's profile could not be read");
    } finally {
      asking--;
      answered.abort();
    }
  }

  return {
    async known(id) {
      if (!PERSON_ID.test(id)) return undefined;
      const found = remembered.get(id);
      if (found && found.untilMs > clock.monotonicMs()) return found.person;
      const stored = await cache.get(`person:${id}`);
      remember(id, stored === undefined ? {} : personIn(parseJson(stored)), AGAIN_MS);
      if (stored === undefined && asking < MOST_AT_ONCE && clock.monotonicMs() >= quietUntilMs) void ask(id);
      else if (stored === undefined) remembered.delete(id);
      return remembered.get(id)?.person;
    },
  };
}

/** Messenger tells first and last names, Instagram a name and a username. */
function personIn(profile: Json): Person {
  if (!isObject(profile)) return {};
  const parts = [textIn(profile, "first_name"), textIn(profile, "last_name")].filter(Boolean).join(" ");
  const name = textIn(profile, "name") ?? (parts || undefined);
  const username = textIn(profile, "username");
  const locale = textIn(profile, "locale")?.replace("_", "-");
  return {
    ...(name !== undefined && { name: name.slice(0, 200) }),
    ...(username !== undefined && { username: username.slice(0, 200) }),
    ...(locale !== undefined && { locale: locale.slice(0, 35) }),
  };
}
