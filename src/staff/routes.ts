import type { Route } from "../contract/index.ts";
import { auditRoutes } from "./audit-routes.ts";
import { peopleRoutes } from "./people-routes.ts";
import { providerRoutes } from "./provider-routes.ts";
import { selfRoutes } from "./self-routes.ts";
import { sessionRoutes } from "./session-routes.ts";
import type { Staff } from "./staff.ts";
import { tokenRoutes } from "./token-routes.ts";

/** People of ours: signing in, oneself, the others, their tokens, and the record of what they did. */
export function staffRoutes(staff: Staff): Route[] {
  return [
    ...sessionRoutes(staff),
    ...selfRoutes(staff),
    ...peopleRoutes(staff),
    ...tokenRoutes(staff),
    ...providerRoutes(staff),
    ...auditRoutes(staff),
  ];
}
