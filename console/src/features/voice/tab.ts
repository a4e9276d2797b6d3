import type { Role } from "../../lib/me.ts";
import type { Place } from "./search.ts";

/** What each tab needs to know: where one is, and who looks at it. */
export interface TabProps {
  place: Place;
  role: Role;
}
