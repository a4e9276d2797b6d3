import type { Request, Response } from "express";
import type { Caller } from "../contract/index.ts";
import { networkOf } from "./limiter.ts";

/** The cookies that browsers keep for the hub. */
export interface SessionCookies {
  /** The session's secret; none where the name comes twice, since then somebody else has put one in. */
  session(req: Request): string | undefined;
  /** Everything about a request that signing in needs. */
  caller(req: Request, res: Response): Caller;
  /** What must come back from the identity provider as it went out. */
  provider: {
    read(req: Request): string | undefined;
    keep(res: Response, sealed: string): void;
    forget(res: Response): void;
  };
}

const PROVIDER_MS = 600_000;
const MARK_MS = 180 * 86_400_000;
const LONGEST_AGENT = 300;

/**
 * Over https the names begin with `__Host-`: browsers then take them only from this very host, for all of it, over https.
 * Scripts cannot read them, and other sites' requests carry them only when somebody follows a link.
 */
export function createSessionCookies(publicUrl: URL): SessionCookies {
  const secure = publicUrl.protocol === "https:";
  const port = publicUrl.port === "" ? "" : `-${publicUrl.port}`; // cookies know no ports, and two hubs may share a machine
  const named = (name: string) => (secure ? `__Host-${name}` : `${name}${port}`);
  const names = {
    session: named("tributary"),
    mark: named("tributary-browser"),
    provider: named("tributary-provider"),
  };
  const options = { httpOnly: true, sameSite: "lax", secure, path: "/" } as const;
  const session = (req: Request) => cookieOf(req.headers.cookie, names.session);

  return {
    session,
    caller(req, res) {
      const address = req.ip ?? "unknown";
      return {
        address,
        network: networkOf(address),
        agent: (req.get("user-agent") ?? "").replaceAll(/[^\x20-\x7e]/g, "").slice(0, LONGEST_AGENT),
        session: session(req),
        mark: cookieOf(req.headers.cookie, names.mark),
        keep({ secret, expiresAt, mark }) {
          res.cookie(names.session, secret, { ...options, expires: expiresAt });
          res.cookie(names.mark, mark, { ...options, maxAge: MARK_MS });
        },
        forget: () => void res.clearCookie(names.session, options),
      };
    },
    provider: {
      read: (req) => cookieOf(req.headers.cookie, names.provider),
      keep: (res, sealed) => void res.cookie(names.provider, sealed, { ...options, maxAge: PROVIDER_MS }),
      forget: (res) => void res.clearCookie(names.provider, options),
    },
  };
}

/** A cookie's one value. */
function cookieOf(header: string | undefined, name: string): string | undefined {
  const values = (header ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  return values.length === 1 && values[0] !== "" ? values[0] : undefined;
}
