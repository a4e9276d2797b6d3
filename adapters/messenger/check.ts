import type { Check, Json } from "../../src/contract/index.ts";
import { idIn, memberOf, objectIn, textIn, type GraphClient, type JsonObject } from "../graph/index.ts";
import { checkMessaging } from "../graph/messaging.ts";
import { FIELDS } from "./inbound.ts";
import type { Settings } from "./settings.ts";

/** What `doctor` says of a Page. */
export function check(client: GraphClient, settings: Settings, signal: AbortSignal): Promise<Check[]> {
  const { pageId, appId } = settings;
  return checkMessaging(
    {
      client,
      node: pageId,
      appId,
      fields: FIELDS,
      subscribeHint:
        "Run: cli channel register, with the channel's id; or tick the fields at App Dashboard, Messenger, API setup, Webhooks.",
      account: (stop) => accountChecks(client, settings, stop),
      profile: { query: {}, judge: judgeProfile },
    },
    signal,
  );
}

async function accountChecks(
  client: GraphClient,
  { pageId, username }: Settings,
  signal: AbortSignal,
): Promise<Check[]> {
  const page = (await client.call("GET", "me", { query: { fields: "id,name,username" } }, signal)) as Json;
  const id = idIn(page, "id");
  const name = textIn(page, "name") ?? "?";
  if (id !== pageId)
    return [
      {
        name: "token",
        ok: false,
        detail: `The token opens ${name} (${id ?? "?"}), the setting "pageId" says ${pageId}. Take the token of that Page, or correct the setting.`,
      },
    ];
  const real = textIn(page, "username");
  const token = { name: "token", ok: true, detail: `The token opens the Page ${name}.` };
  if (username === undefined || real === undefined || real.toLowerCase() === username.toLowerCase()) return [token];
  const detail = `The setting "username" says ${username}, the Page is called ${real}: entry links would lead elsewhere. Correct the setting.`;
  return [token, { name: "username", ok: false, detail }];
}

/** Meta tells the door of a new person only with a button that opens the chat. */
function judgeProfile(profile: JsonObject): Check {
  const name = "entry door";
  const breakers = memberOf(profile, "ice_breakers");
  if (objectIn(profile, "get_started") || (Array.isArray(breakers) && breakers.length > 0))
    return { name, ok: true, detail: "New chats open with a button, which tells the link a person came by." };
  return {
    name,
    ok: false,
    detail:
      "There is no Get Started button, so the link that a new person came by is lost. Run: cli channel setup, with the channel's id and get-started.",
  };
}
