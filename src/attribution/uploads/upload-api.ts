import type { ZodType } from "zod";
import type { Line } from "../../contract/api-conversions.ts";
import type { UploadApiName } from "../../contract/api-uploads.ts";
import type { Json } from "../../contract/index.ts";

/** All that may be said of a conversion to an advertising platform. What somebody wrote is not in it. */
export interface UploadFacts {
  /** What was bought; of a refund, what it takes back. */
  conversion: {
    id: string;
    kind: string;
    /** Minor units. */
    amount: number;
    currency: string;
    at: Date;
    offline: boolean;
    lines: readonly Line[];
  };
  /** Where a refund is to be told; `kept` is what is left of the conversion after all its refunds. */
  refund: { id: string; amount: number; kept: number; at: Date } | null;
  contactId: string;
  /** The newest of each before the conversion, by its name: "gclid". */
  clicks: Readonly<Record<string, Click>>;
  emails: readonly string[];
  phones: readonly string[];
  accounts: readonly { adapter: string; externalId: string }[];
  /** They agreed to be shown advertisements of their own. */
  personalised: boolean;
}

export interface Click {
  value: string;
  at: Date;
}

/** What is going to leave, without the credentials. */
export interface Leaving {
  url: string;
  body: Json;
}

/** It can leave, or it cannot and why, in words for a person. */
export type Built = Leaving | { withheld: string };

/** What the platform said. */
export type Said = "taken" | { refused: string } | { later: string; retryAfterMs?: number };

/** One call, with the answer read; a network that fails is `later`. */
export type Call = (
  url: string,
  init: { headers: Record<string, string>; body: string },
) => Promise<{ status: number; body: Json; retryAfterMs?: number } | { later: string }>;

/** What a sender is lent. */
export interface SendTools {
  call: Call;
  /** Keeps a value for some time in this process: an access token. */
  remember(key: string, make: () => Promise<{ value: string; forMs: number } | Said>): Promise<string | Said>;
}

/** How to tell one platform. */
export interface UploadApi<Settings = unknown> {
  readonly name: UploadApiName;
  readonly settings: ZodType<Settings>;
  /** Names of the settings that are secrets. */
  readonly secrets: readonly string[];
  /** By what the platform could know the person again; nothing means that it is not told at all. */
  keys(facts: UploadFacts): string[];
  build(facts: UploadFacts, settings: Settings, now: Date): Built;
  send(leaving: Leaving, settings: Settings, tools: SendTools): Promise<Said>;
}

/** Infers the settings' type and forgets it for the list. */
export function defineApi<Settings>(api: UploadApi<Settings>): UploadApi {
  return api as unknown as UploadApi;
}

const DAY_MS = 86_400_000;

export function daysBetween(earlier: Date, later: Date): number {
  return (later.getTime() - earlier.getTime()) / DAY_MS;
}

/** Why it is too late to tell, if it is. */
export function tooOld(at: Date, now: Date, days: number, who: string): { withheld: string } | undefined {
  if (daysBetween(at, now) <= days) return undefined;
  return { withheld: `It happened more than ${days} days ago; ${who} no longer takes it.` };
}

/** The parts that are there. */
export function present<T extends object>(parts: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as never;
}
