import type { AdapterTools } from "../../src/contract/index.ts";
import { isFields } from "./rich-text.ts";

/** Says in the log what concerns the channel as a whole, and what to do about it. */
export function warnOfNotices(body: Record<string, unknown>, { log, channelId }: AdapterTools): void {
  const type = isFields(body.event) ? body.event.type : body.type;
  if (type === "app_rate_limited")
    log.warn(
      { channelId },
      "Slack holds back events for a minute: there were more than 30,000 within an hour. Subscribe to fewer events.",
    );
  if (type === "app_uninstalled" || type === "tokens_revoked")
    log.warn(
      { channelId },
      "The Slack app was removed or its tokens were revoked: install the app again, then set this channel's new token.",
    );
}
