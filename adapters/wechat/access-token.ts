import { createHash, randomUUID } from "node:crypto";
import { ChannelError, type AdapterTools } from "../../src/contract/index.ts";
import { assertWell, harmless, readAnswer, type Ask } from "./http.ts";

const SECOND_MS = 1_000;
const LIFE_MS = 7_200 * SECOND_MS;
/** WeChat makes the next token five minutes before the end; the old one stays good for as long. */
const MARGIN_MS = 240 * SECOND_MS;
const PATIENCE_MS = 10 * SECOND_MS;
/** WeChat takes 20 forced renewals a day, 30 seconds apart. */
const BETWEEN_FORCED_MS = 600 * SECOND_MS;
const KEY = "access-token";

export interface AccessTokens {
  current(): Promise<string>;
  /** WeChat called this token invalid: the one after it. */
  after(stale: string): Promise<string>;
}

interface Held {
  token: string;
  untilMs: number;
}

export interface AccessTokenParts {
  appId: string;
  appSecret: string;
  apiRoot: string;
  ask: Ask;
  tools: AdapterTools;
}

/**
 * The account's one access token, by WeChat's stable interface, shared by all hubs through the cache. The token that
 * follows a stale one stands under the stale one's own key, so that however many calls find it stale, in however many
 * hubs, one of them renews it.
 */
export function createAccessTokens(parts: AccessTokenParts): AccessTokens {
  const { cache, clock } = parts.tools;
  const request = (force: boolean) => requestToken(parts, force);
  const underWay = new Map<string, Promise<Held>>();
  let held: Held | undefined;

  const isGood = ({ untilMs }: Held) => untilMs > clock.now().getTime();

  /** Here once, whoever asks; among the hubs `once` sees to the same. */
  function shared(key: string, make: () => Promise<Held>): Promise<Held> {
    const running = underWay.get(key);
    if (running) return running;
    const started = cache
      .once(key, LIFE_MS, async () => JSON.stringify(await make()))
      .then(read)
      .finally(() => underWay.delete(key));
    underWay.set(key, started);
    return started;
  }

  async function follow({ token: stale }: Pick<Held, "token">): Promise<Held> {
    const next = await shared(`${KEY} after ${digest(stale)}`, () => renew(stale));
    await cache.set(KEY, JSON.stringify(next), LIFE_MS);
    return isGood(next) || next.token === stale ? next : follow(next);
  }

  async function renew(stale: string): Promise<Held> {
    const fresh = await request(false);
    return fresh.token === stale && (await mayForce()) ? request(true) : fresh;
  }

  async function mayForce(): Promise<boolean> {
    const mine = randomUUID();
    return (await cache.once(`${KEY} forced`, BETWEEN_FORCED_MS, async () => mine)) === mine;
  }

  return {
    async current() {
      if (held && isGood(held)) return held.token;
      const last = held ?? (await shared(KEY, () => request(false)));
      held = isGood(last) ? last : await follow(last);
      return held.token;
    },
    async after(stale) {
      const known = await cache.get(KEY);
      const last = known === undefined ? undefined : read(known);
      held = last && last.token !== stale && isGood(last) ? last : await follow({ token: stale });
      return held.token;
    },
  };
}

async function requestToken(
  { appId, appSecret, apiRoot, ask, tools }: AccessTokenParts,
  force: boolean,
): Promise<Held> {
  const { clock } = tools;
  const body = JSON.stringify({
    grant_type: "client_credential",
    appid: appId,
    secret: appSecret,
    force_refresh: force,
  });
  const init = { method: "POST", headers: { "content-type": "application/json" }, body };
  const limit = new AbortController();
  const done = new AbortController();
  void clock.sleep(PATIENCE_MS, done.signal).then(() => limit.abort());
  try {
    const answer = await readAnswer(await ask(`${apiRoot}/cgi-bin/stable_token`, init, limit.signal));
    assertWell(answer, clock.now(), [appSecret]);
    return heldIn(answer.fields, clock.now());
  } catch (error) {
    throw harmless(error);
  } finally {
    done.abort();
  }
}

function heldIn({ access_token: token, expires_in: seconds }: Readonly<Record<string, unknown>>, now: Date): Held {
  if (typeof token !== "string" || !/^[\w-]{1,1024}$/.test(token))
    throw new ChannelError("unreachable", "WeChat answered without an access token.");
  const lifeMs = typeof seconds === "number" && seconds > 0 ? Math.min(seconds * SECOND_MS, LIFE_MS) : LIFE_MS;
  return { token, untilMs: now.getTime() + Math.max(lifeMs - MARGIN_MS, 30 * SECOND_MS) };
}

function read(value: string): Held {
  return JSON.parse(value) as Held;
}

function digest(token: string): string {
  return createHash("sha256").update(token).digest("hex").slice(0, 32);
}
