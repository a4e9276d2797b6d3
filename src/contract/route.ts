import { z, type ZodType } from "zod";

/** What a person of ours is; each route says who may, and `tests/http/permissions.test.ts` asks every one of them. */
export type Role = "owner" | "admin" | "agent" | "moderator" | "marketer" | "viewer";
/** A viewer reads what is about nobody in particular: reports, channels, articles, entry points. */
export const ROLES: readonly Role[] = ["owner", "admin", "agent", "moderator", "marketer", "viewer"];

/** Who asks. */
export interface Asker {
  staffId: string | null;
  name: string;
  role: Role;
  /** The API token they showed. */
  tokenId?: string;
  /** The session whose cookie they showed. */
  sessionId?: string;
}

/** Where a request comes from, and the cookies that its browser keeps for us. */
export interface Caller {
  /** The network address, as far as proxies are believed. */
  address: string;
  /** The network that the address is one of: a /64 of IPv6 counts as one. */
  network: string;
  /** What the browser calls itself. */
  agent: string;
  /** The secret of the session that the browser keeps now, good or not. */
  session: string | undefined;
  /** The mark of a browser in which somebody has signed in before. */
  mark: string | undefined;
  /** Has the browser keep a session from now on, and a mark. */
  keep(session: { secret: string; expiresAt: Date; mark: string }): void;
  /** Has it forget the session. */
  forget(): void;
}

export interface RouteRequest<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
  asker: Asker;
  caller: Caller;
  signal: AbortSignal;
}

/** A page of a list; `next` is the cursor to ask on with, or null at the end. */
export interface Page<T> {
  items: T[];
  next: string | null;
}

/** A file that came as the request's body, as it was sent: its name and type are what the sender says. */
export interface Upload {
  bytes: Uint8Array;
  name: string;
  mimeType: string;
}

/** A file as an answer. It is served so that a browser neither runs nor guesses at it. */
export interface Download {
  bytes: Uint8Array;
  name: string;
  mimeType: string;
  /** A picture or a sound may be shown where it is asked for; everything else is saved. */
  inline: boolean;
  /** A page that we wrote: its own styles apply. Scripts never do. */
  isStyled?: true;
}

/** The response of a route that answers with a file. */
export const Download = z.custom<Download>().meta({ description: "The file." });

/** One operation of the API: who may, what is valid, what is done, what is shown. OpenAPI is drawn from it. */
export interface Route<Params = unknown, Query = unknown, Body = unknown, Result = unknown> {
  method: "get" | "post" | "put" | "patch" | "delete";
  /** Below /api/v1, with {names} for parameters: "/entry-points/{id}". */
  path: string;
  summary: string;
  roles: readonly Role[];
  /** Anybody may ask, without token or session: `roles` is empty, and `asker` is nobody. */
  open?: true;
  params?: ZodType<Params>;
  query?: ZodType<Query>;
  body?: ZodType<Body>;
  /** The body is a file: `body` is an `Upload`. Its name stands in X-File-Name, percent-encoded. */
  upload?: { maxBytes: number };
  response: ZodType<Result>;
  /** The result is a `Download`; only for get. */
  download?: true;
  status?: 200 | 201 | 202;
  /** The result holds a secret that is shown once: it is never kept for a repeated idempotency key. */
  secret?: true;
  handle(request: RouteRequest<Params, Query, Body>): Promise<Result>;
}

/** Infers the types of one route and forgets them for the list. */
export function defineRoute<Params, Query, Body, Result>(route: Route<Params, Query, Body, Result>): Route {
  return route as unknown as Route;
}
