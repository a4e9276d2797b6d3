export type { NotAdmitted } from "./admission.ts";
export { NewOwner, type ClaimState } from "./claim.ts";
export type { LinkKind } from "./links.ts";
export type { OidcBegun } from "./oidc.ts";
export type { PasswordFault } from "./passwords.ts";
export { staffRoutes } from "./routes.ts";
export { createStaff, type Staff } from "./staff.ts";
export type { Principal } from "./tokens.ts";
