import { z } from "zod";
import type { WebhookRequest } from "../contract/index.ts";
import { CommandFault } from "./fault.ts";

const Values = z.record(
  z.string(),
  z.union([z.string(), z.array(z.string())], "each value must be a text or a list of texts"),
);

/** An HTTP request as somebody wrote it down. */
const RecordedRequest = z.object({
  method: z.string("it must be a text such as POST").min(1).default("POST"),
  path: z.string("it must be a text such as /").default("/"),
  query: z.union([z.string(), Values], "it must be an object of texts, or a query string").default({}),
  headers: Values.default({}),
  bodyBase64: z.base64("it must be the body's bytes in Base64").default(""),
});

const CHANNEL_ADDRESS = /^\/webhooks\/[0-9a-f-]{36}(?=\/|$)/i;

/** The request as the adapter gets it from the door. @throws CommandFault that names each wrong field. */
export function requestFrom(recorded: unknown, name: string): WebhookRequest {
  const { data, error } = RecordedRequest.safeParse(recorded);
  if (!data) {
    const faults = error.issues.map(({ path, message }) => `${path.join(".") || "request"}: ${message}`);
    throw new CommandFault(`${name} is no recorded request (${faults.join("; ")}).`);
  }
  const [path = "", inPath] = data.path.split("?", 2);
  return {
    method: data.method.toUpperCase(),
    path: `/${path.replace(CHANNEL_ADDRESS, "").replace(/^\//, "")}`,
    query: queryOf(data.query, inPath),
    headers: headersOf(data.headers),
    body: Buffer.from(data.bodyBase64, "base64"),
  };
}

function queryOf(query: string | Record<string, string | string[]>, inPath = ""): URLSearchParams {
  const all = new URLSearchParams(inPath);
  const given =
    typeof query === "string"
      ? [...new URLSearchParams(query)]
      : Object.entries(query).flatMap(([name, values]) => [values].flat().map((value) => [name, value] as const));
  for (const [name, value] of given) all.append(name, value);
  return all;
}

/** Lower-case names, as node:http gives them; a name that comes twice has a list. */
function headersOf(headers: Record<string, string | string[]>): WebhookRequest["headers"] {
  const all: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  for (const [name, values] of Object.entries(headers)) (all[name.toLowerCase()] ??= []).push(...[values].flat());
  return Object.fromEntries(
    Object.entries(all).map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  );
}
