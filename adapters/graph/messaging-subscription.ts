import type { Json } from "../../src/contract/index.ts";
import type { GraphClient } from "./client.ts";
import { idIn, memberOf, objectsIn } from "./values.ts";

/** The fields that the app is called for on this account; `undefined` where it is not subscribed at all. */
export async function subscribedFields(
  client: Pick<GraphClient, "call">,
  node: string,
  appId: string,
  signal: AbortSignal,
): Promise<string[] | undefined> {
  const answer = (await client.call("GET", `${node}/subscribed_apps`, {}, signal)) as Json;
  const apps = objectsIn(answer, "data");
  // Instagram names no app: there the token belongs to one app alone.
  const own = apps.find((app) => idIn(app, "id") === appId) ?? apps.find((app) => idIn(app, "id") === undefined);
  const fields = memberOf(own, "subscribed_fields");
  return own && (Array.isArray(fields) ? fields.filter((field) => typeof field === "string") : []);
}

/** Adds what is needed and leaves what the operator ticked besides. */
export async function subscribe(
  client: Pick<GraphClient, "call">,
  node: string,
  appId: string,
  needed: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const before = (await subscribedFields(client, node, appId, signal)) ?? [];
  const missing = needed.filter((field) => !before.includes(field));
  if (missing.length === 0) return;
  const subscribed_fields = [...before, ...missing].join(",");
  await client.call("POST", `${node}/subscribed_apps`, { json: { subscribed_fields } }, signal);
}
