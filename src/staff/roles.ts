import type { Role } from "../contract/index.ts";

/** May somebody of role `giver` hand out `role`? Nobody gives more than they have; owners and admins alone give at all. */
export function mayGive(giver: Role, role: Role): boolean {
  if (giver === "owner") return true;
  return giver === "admin" && role !== "owner";
}

/** The lead of the house: who manages people, channels and tokens. */
export const KEEPERS: readonly Role[] = ["owner", "admin"];

/** What a token is worth now: never more than the person it belongs to, who may have got a smaller role since. */
export function effectiveRole(tokenRole: Role, staffRole: Role | null): Role {
  if (staffRole === null || staffRole === "owner") return tokenRole;
  return mayGive(staffRole, tokenRole) ? tokenRole : staffRole;
}
