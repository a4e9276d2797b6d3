// What the emulators of Meta's three platforms share: a Graph API on loopback, its errors and limits, its webhook calls.
export { createGraphCaller, type GraphCaller } from "./emulator-caller.ts";
export * from "./emulator-errors.ts";
export { noFaults, seededRandom, type GraphFaults } from "./emulator-faults.ts";
export { createLimits, type Limits } from "./emulator-limits.ts";
export {
  GraphFile,
  startGraphServer,
  type GraphCall,
  type GraphRequestRecord,
  type GraphServer,
} from "./emulator-server.ts";
