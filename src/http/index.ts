export { createApp, type AppParts } from "./app.ts";
export { createDoor } from "./door.ts";
export type { Entrance } from "./entry.ts";
export { createReplies } from "./idempotency.ts";
export { createLive, type Change, type ChangeSource } from "./live.ts";
export { createServer } from "./server.ts";
export { createVisitorDoor } from "./visitor.ts";
