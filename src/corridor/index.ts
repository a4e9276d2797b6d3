export type * from "./types.ts";
export type { Accept } from "./accept.ts";
export { createCorridor, type Corridor } from "./corridor.ts";
