export type * from "./types.ts";
export type { Accept } from "./accept.ts";
export { createCorridor, type Corridor } from "./corridor.ts";
export { countLiveHubs, listStopped, replayArrivals, type ReplayFilter, type Stopped } from "./replay.ts";
export { windowState, type Grant } from "./reply-window.ts";
export { startLoop } from "./loop.ts";
