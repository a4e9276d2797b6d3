import { ChannelError, parseJson, type AdapterTools, type Json } from "../../src/contract/index.ts";
import {
  createGraphClient,
  momentOf,
  memberOf,
  numberIn,
  textIn,
  type GraphClient,
  type GraphOptions,
} from "../graph/index.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Instagram's tokens live for 60 days and can be renewed when they are a day old. */
const LIFE_MS = 60 * DAY_MS;
const RENEW_AFTER_MS = 7 * DAY_MS;
/** Between looks at what another hub did. */
const LOOK_MS = 10 * MINUTE_MS;
const AGAIN_MS = 6 * 60 * MINUTE_MS;
const KEY = "token";

interface Renewed {
  /** The setting that it came from: a new one ends it. */
  from: string;
  token: string;
  at: number;
}

/**
 * A client whose token is renewed by itself, once a week, by one hub for all. The setting's own token would be dead after
 * 60 days; the renewed one is kept sealed in the channel's cache.
 */
export function createRenewingClient(options: GraphOptions, { cache, clock, log }: AdapterTools): GraphClient {
  const { accessToken: given } = options;
  const fingerprint = given.slice(-8);
  let client = createGraphClient(options);
  let lookedMs = Number.NEGATIVE_INFINITY;
  let renewFromMs = Number.NEGATIVE_INFINITY;

  async function current(signal: AbortSignal): Promise<GraphClient> {
    if (clock.monotonicMs() - lookedMs < LOOK_MS) return client;
    lookedMs = clock.monotonicMs();
    const stored = read(await cache.get(KEY));
    const own = stored?.from === fingerprint ? stored : undefined;
    if (own) client = createGraphClient({ ...options, accessToken: own.token });
    // The setting's age is not known: it is renewed at the first use, which Instagram refuses for one day at most.
    const isDue = !own || clock.now().getTime() - own.at > RENEW_AFTER_MS;
    if (isDue && clock.monotonicMs() >= renewFromMs) await renew(own?.token ?? given, signal);
    return client;
  }

  async function renew(token: string, signal: AbortSignal): Promise<void> {
    const old = createGraphClient({ ...options, accessToken: token });
    try {
      const turn = `${KEY}:${Math.floor(clock.now().getTime() / LOOK_MS)}`;
      await cache.once(turn, LOOK_MS, async () => {
        const answer = (await old.call(
          "GET",
          "refresh_access_token",
          { query: { grant_type: "ig_refresh_token" } },
          signal,
        )) as Json;
        const fresh = textIn(answer, "access_token");
        if (fresh === undefined) throw new ChannelError("refused", "Instagram renewed the token and did not name it.");
        const lifeMs = Math.min((numberIn(answer, "expires_in") ?? 0) * 1_000 || LIFE_MS, LIFE_MS);
        const renewed: Renewed = { from: fingerprint, token: fresh, at: clock.now().getTime() };
        await cache.set(KEY, JSON.stringify(renewed), lifeMs);
        client = createGraphClient({ ...options, accessToken: fresh });
        return "done";
      });
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error;
      renewFromMs = clock.monotonicMs() + AGAIN_MS;
      log.warn({ err: error }, "the Instagram token could not be renewed; the one at hand is used on");
    }
  }

  return {
    async call(method, path, input, signal) {
      return (await current(signal)).call(method, path, input, signal);
    },
    async download(url, withToken, signal) {
      return client.download(url, withToken, signal);
    },
  };
}

function read(stored: string | undefined): Renewed | undefined {
  if (stored === undefined) return undefined;
  const value = parseJson(stored);
  const [from, token] = [textIn(value, "from"), textIn(value, "token")];
  const at = momentOf(memberOf(value, "at"))?.getTime();
  return from !== undefined && token !== undefined && at !== undefined ? { from, token, at } : undefined;
}
