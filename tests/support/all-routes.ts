import { adapters } from "../../adapters/index.ts";
import { createAttribution } from "../../src/attribution/index.ts";
import { channelRoutes } from "../../src/channels/index.ts";
import type { Route } from "../../src/contract/index.ts";
import { createConversations } from "../../src/conversations/index.ts";
import { createHandover } from "../../src/handover/index.ts";
import { createKnowledge } from "../../src/knowledge/index.ts";
import { createMedia } from "../../src/media/index.ts";
import { createNotify } from "../../src/notify/index.ts";
import { createOrganisation } from "../../src/organisation/index.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { staffRoutes } from "../../src/staff/index.ts";
import { createVoice } from "../../src/voice/index.ts";

/** Every route of the hub, to be looked at and not run: there is nothing behind them. */
export function allRoutes(): Route[] {
  const nothing = { db: {} } as never;
  return [
    ...staffRoutes(nothing),
    ...channelRoutes(nothing, adapters),
    ...createConversations(nothing).routes,
    ...createNotify(nothing).routes,
    ...createOrganisation(nothing).routes,
    ...createMedia(nothing).routes,
    ...createKnowledge(nothing).routes,
    ...createVoice({ ...(nothing as object), clock: systemClock } as never).routes,
    ...createHandover(nothing).routes,
    ...createAttribution(nothing).routes,
  ];
}
