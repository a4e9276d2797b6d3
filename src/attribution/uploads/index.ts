import type { Route } from "../../contract/index.ts";
import { targetRoutes, uploadRoutes } from "./routes.ts";
import { createSending, type SendingParts } from "./send.ts";
import { createTargets, type Targets } from "./targets.ts";
import { createUploads, type Uploads } from "./uploads.ts";

export { enqueueUploads } from "./enqueue.ts";
export type { SendingParts } from "./send.ts";

/** Telling advertising platforms what their advertisements led to. */
export interface Telling {
  targets: Targets;
  uploads: Uploads;
  /** A loop's step: sends what is due; resolves with how long to wait. */
  sendUploads(signal?: AbortSignal): Promise<number>;
  routes: Route[];
}

export function createTelling(parts: SendingParts): Telling {
  const targets = createTargets(parts);
  const uploads = createUploads(parts);
  return {
    targets,
    uploads,
    sendUploads: createSending(parts),
    routes: [...targetRoutes(targets), ...uploadRoutes(uploads)],
  };
}
