import type { Queryable } from "../../store/index.ts";
import { apiNamed } from "./apis.ts";
import type { Leaving, UploadFacts } from "./upload-api.ts";
import { isAllowed, uploadsOf } from "./upload-store.ts";

/** What is to leave for a target, or why nothing does, or that something else has to go first. */
export type Verdict = Leaving | { withheld: string } | { wait: string };

/** Asked before each attempt: what people allow may have changed since it was put into the outbox. */
export async function judge(
  db: Queryable,
  target: { id: string; api: string; settings: unknown },
  facts: UploadFacts,
  now: Date,
): Promise<Verdict> {
  const api = apiNamed(target.api);
  if (!(await isAllowed(db, facts.contactId, target.id)))
    return { withheld: "The person has not allowed this target, or no longer does." };
  if (api.keys(facts).length === 0)
    return { withheld: "Nothing is known by which the platform could know the person again." };
  const built = api.build(facts, target.settings, now);
  if (!facts.refund || "withheld" in built) return built;
  const paid = (await uploadsOf(db, facts.conversion.id)).find(({ targetId }) => targetId === target.id);
  if (paid?.state === "sent") return built;
  if (paid?.state === "waiting") return { wait: "The conversion that it takes back has not been sent yet." };
  return { withheld: "The target was never told of the conversion that this takes back." };
}

/** Names of what leaves, without lists' numbers: "conversions.gclid". */
export function fieldsOf(body: unknown, before = ""): string[] {
  if (Array.isArray(body)) return [...new Set(body.flatMap((each) => fieldsOf(each, before)))];
  if (body === null || typeof body !== "object") return [before];
  const inner = Object.entries(body).flatMap(([key, value]) => fieldsOf(value, before ? `${before}.${key}` : key));
  return [...new Set(inner)];
}
