import type { Route } from "../../contract/index.ts";
import { createConsents, type ConsentDesk } from "./consents.ts";
import { createPrivacy, type Privacy, type PrivacyParts } from "./privacy.ts";
import { privacyRoutes } from "./routes.ts";

export type { PrivacyParts } from "./privacy.ts";

/** What people allowed, and taking them with them or out. */
export interface PrivacyDesk {
  consents: ConsentDesk;
  privacy: Privacy;
  /** A loop's step: old touches lose what says who it was; resolves with how long to wait. */
  sweepTouches(): Promise<number>;
  routes: Route[];
}

export function createPrivacyDesk(parts: PrivacyParts): PrivacyDesk {
  const [consents, privacy] = [createConsents(parts), createPrivacy(parts)];
  return { consents, privacy, sweepTouches: privacy.sweepTouches, routes: privacyRoutes(consents, privacy) };
}
