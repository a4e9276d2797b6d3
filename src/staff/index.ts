export { createAudit } from "./audit.ts";
export { createClaims, NewOwner, type Claims, type ClaimState } from "./claim.ts";
export { staffRoutes } from "./routes.ts";
export { createTokens, type Principal, type Tokens } from "./tokens.ts";
