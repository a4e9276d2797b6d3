import type { Keep } from "./keep.ts";
import type { Landing } from "./landing.ts";
import type { Wire } from "./wire.ts";

/** The website's word for who its user is, as its server signed it. */
export type Proof = Readonly<Record<string, unknown>>;

export interface Session {
  token: string;
  conversation: string;
  name?: string;
}

interface Opened {
  visitorToken: string;
  conversation: string;
  name?: string;
}

export interface Visitor {
  /** Somebody who was here before, as far as this browser knows. */
  isKnown(): boolean;
  /** Whose messages wait: a user's, or "" for whoever sits here. */
  owner(): string;
  /** The session, opened if there is none; one request for all who ask at once. @throws Refusal, Unreachable */
  session(): Promise<Session>;
  /** The token is worth nothing any more, or was never: the next `session` asks anew. */
  renew(): void;
  /** Proves who it is: at once where a chat has begun, else as soon as it begins. */
  identify(proof: Proof): Promise<Session | undefined>;
  forget(): void;
  setConsent(consent: boolean): void;
}

export interface VisitorParts {
  wire: Wire;
  keep: Keep;
  landing: Landing;
  locale: string | undefined;
}

/** Who sits at this browser. The token lies in the browser's storage, so that other pages and tabs go on with it. */
export function createVisitor({ wire, keep, landing, locale }: VisitorParts): Visitor {
  let current: Session | undefined;
  let opening: Promise<Session> | undefined;
  let proof: Proof | undefined;
  let consent: boolean | undefined;

  const view = () => ({ ...landing, ...(locale && { locale }), ...(consent !== undefined && { consent }) });
  const visitorToken = () => keep.get("");

  function take({ visitorToken: token, conversation, name }: Opened): Session {
    keep.set("", token);
    keep.set("who", conversation);
    current = { token, conversation, ...(name && { name }) };
    return current;
  }

  async function open(): Promise<Session> {
    const token = visitorToken();
    const known = { ...(token && { visitorToken: token }), ...(proof && { identity: proof }) };
    return take(await wire.post<Opened>("/session", { ...view(), ...known }));
  }

  function session(): Promise<Session> {
    // Another tab may have signed in, signed out or renewed meanwhile.
    if (current && current.token !== visitorToken()) current = undefined;
    if (current) return Promise.resolve(current);
    opening ??= open().finally(() => (opening = undefined));
    return opening;
  }

  return {
    isKnown: () => visitorToken() !== undefined,
    owner() {
      const who = keep.get("who") ?? "";
      return who.startsWith("user:") ? who : "";
    },
    session,
    renew: () => (current = undefined),
    async identify(given) {
      proof = given;
      if (!visitorToken() && !opening) return undefined;
      await opening?.catch(() => undefined);
      const token = visitorToken();
      return take(await wire.post<Opened>("/identify", { ...view(), ...given }, token));
    },
    forget() {
      proof = current = undefined;
      keep.set("", undefined);
      keep.set("who", undefined);
    },
    setConsent: (given) => void (consent = given),
  };
}
