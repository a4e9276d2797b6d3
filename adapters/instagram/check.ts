import type { Check, Json } from "../../src/contract/index.ts";
import { idIn, memberOf, textIn, type GraphClient, type JsonObject } from "../graph/index.ts";
import { checkMessaging } from "../graph/messaging.ts";
import { fieldsOf } from "./inbound.ts";
import type { Settings } from "./settings.ts";

/** What `doctor` says of an account. */
export function check(
  client: GraphClient,
  settings: Settings,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Check[]> {
  const { appId } = settings;
  return checkMessaging(
    {
      client,
      node: "me",
      appId,
      fields: fieldsOf(settings),
      subscribeHint:
        "Run: cli channel register, with the channel's id; the address itself is typed in at App Dashboard, Instagram, Webhooks.",
      account: (stop) => accountChecks(client, settings, stop),
      profile: { query, judge: judgeProfile },
    },
    signal,
  );
}

async function accountChecks(
  client: GraphClient,
  { accountId, login, username }: Settings,
  signal: AbortSignal,
): Promise<Check[]> {
  const own = login === "instagram";
  const query = { fields: own ? "user_id,username" : "id,username" };
  const account = (await client.call("GET", own ? "me" : accountId, { query }, signal)) as Json;
  const id = idIn(account, own ? "user_id" : "id");
  const name = textIn(account, "username") ?? "?";
  if (id !== accountId) {
    const detail = `The token opens @${name}, whose deliveries name ${id ?? "?"}; the setting "accountId" says ${accountId}. Correct the setting, or nothing that comes in is read.`;
    return [{ name: "account", ok: false, detail }];
  }
  const token = { name: "token", ok: true, detail: `The token opens @${name}.` };
  if (username === undefined || username.toLowerCase() === name.toLowerCase()) return [token];
  const detail = `The setting "username" says ${username}, the account is called ${name}: entry links would lead elsewhere. Correct the setting.`;
  return [token, { name: "username", ok: false, detail }];
}

/** Instagram names the door of a new person only together with an ice breaker. */
function judgeProfile(profile: JsonObject): Check {
  const name = "entry door";
  const breakers = memberOf(profile, "ice_breakers") ?? memberOf(profile, "call_to_actions");
  if (Array.isArray(breakers) && breakers.length > 0)
    return { name, ok: true, detail: "New chats offer questions, which tell the link a person came by." };
  return {
    name,
    ok: false,
    detail:
      "There are no ice breakers, so the link that a new person came by is lost. Run: cli channel setup, with the channel's id and ice-breakers.",
  };
}
