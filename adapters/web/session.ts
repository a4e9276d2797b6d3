import { randomBytes, randomUUID } from "node:crypto";
import { z } from "zod";
import type { Arrival, Entry, Received } from "../../src/contract/index.ts";
import { verifyIdentity } from "./identity.ts";
import { entryOf, tellsSomething } from "./landing.ts";
import { arrivalOf, type Desk } from "./desk.ts";
import { jsonReply } from "./reply.ts";
import type { Session, Visitor } from "./visitor-token.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
/** A proven visitor proves it again after a week: a stolen token is worth no longer. */
const VERIFIED_DAYS = 7;

const PageView = z.object({
  /** Made by the page for each view, so that a repeated request is the same visit. */
  pageId: z.uuid().toLowerCase().optional(),
  page: z.string().max(8_000).optional(),
  referrer: z.string().max(8_000).optional(),
  entry: z.string().max(200).optional(),
  utm: z.record(z.string().max(50), z.string().max(1_000)).optional(),
  locale: z
    .string()
    .regex(/^[a-z]{2,3}(-[a-z0-9]{1,8})*$/i)
    .max(35)
    .optional(),
  consent: z.boolean().optional(),
});
const SessionRequest = PageView.extend({
  visitorToken: z.string().max(4_000).optional(),
  identity: z.unknown().optional(),
});
const IdentifyRequest = PageView.loose();

type View = z.infer<typeof PageView>;

/** Opens the chat: a new visitor, the one they were, or the user that the website vouches for. */
export function openSession(desk: Desk): Received {
  const { identity, visitorToken, ...view } = desk.read(SessionRequest);
  const before = readToken(desk, visitorToken) ?? desk.visitorIfAny();
  if (identity !== undefined) return enterAs(desk, proven(desk, identity), before, view);
  if (before && (before.verified || !desk.settings.requireIdentity)) return comeBack(desk, before, view);
  if (desk.settings.requireIdentity) throw desk.unproven("This chat is for signed-in users: send a proof of identity.");
  const visitor = { place: `visitor:${randomBytes(16).toString("base64url")}`, verified: false };
  return { arrivals: [entered(desk, visitor, view, { entry: entryOf(view) })], reply: welcome(desk, visitor, false) };
}

/** The website vouches for somebody who has been chatting already, or starts now. */
export function identify(desk: Desk): Received {
  const view = desk.read(IdentifyRequest);
  return enterAs(desk, proven(desk, view), desk.visitorIfAny(), PageView.parse(view));
}

function proven(desk: Desk, given: unknown): Visitor {
  const visitor = verifyIdentity(given, desk.settings.identitySecret, desk.now());
  if (typeof visitor === "string") throw desk.unproven(visitor);
  return visitor;
}

function readToken({ tokens }: Desk, token: string | undefined): Session | undefined {
  return token === undefined ? undefined : tokens.read(token);
}

/** What was said without a name moves along to the user; what another user said stays theirs. */
function enterAs(desk: Desk, user: Visitor, before: Session | undefined, view: View): Received {
  const placeBefore = before && !before.verified ? before.place : undefined;
  const entry = entryOf(view);
  const isNews = !isSame(before, user) || tellsSomething(entry, view);
  const told = { ...((!before || tellsSomething(entry, view)) && { entry }), ...(placeBefore && { placeBefore }) };
  return {
    arrivals: isNews ? [entered(desk, user, view, told)] : [],
    reply: welcome(desk, user, before !== undefined),
  };
}

function isSame(before: Visitor | undefined, now: Visitor): boolean {
  return before?.place === now.place && before.name === now.name && before.email === now.email;
}

/** An anonymous visitor's token is renewed at each visit; a proven one's lasts as long as the proof made it. */
function comeBack(desk: Desk, visitor: Session, view: View): Received {
  const entry = entryOf(view);
  const arrivals = tellsSomething(entry, view) ? [entered(desk, visitor, view, { entry })] : [];
  return { arrivals, reply: welcome(desk, visitor, true) };
}

function entered(desk: Desk, visitor: Visitor, view: View, told: { entry?: Entry; placeBefore?: string }): Arrival {
  const id = view.pageId ?? randomUUID();
  const { entry, placeBefore } = told;
  return arrivalOf(desk, visitor, {
    kind: "entered",
    id,
    ...(entry && { entry: { ...entry } }),
    ...(placeBefore && { placeBefore }),
    ...(view.locale && { locale: view.locale }),
  });
}

function welcome(desk: Desk, visitor: Visitor & { expiresAt?: Date }, resumed: boolean) {
  const { sessionDays, name } = desk.settings;
  const fullLife = Math.min(sessionDays, visitor.verified ? VERIFIED_DAYS : sessionDays) * DAY_MS;
  const left = visitor.verified && visitor.expiresAt ? visitor.expiresAt.getTime() - desk.now().getTime() : fullLife;
  const { token, expiresAt } = desk.tokens.issue(visitor, Math.min(left, fullLife));
  return jsonReply(200, {
    visitorToken: token,
    conversation: visitor.place,
    verified: visitor.verified,
    resumed,
    expiresAt: expiresAt.toISOString(),
    ...(name && { name }),
  });
}
