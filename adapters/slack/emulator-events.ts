import type { Delivery } from "./emulator-delivery.ts";
import { newSlackId, newTs, type RawChannel, type RawUser, type StoredMessage, type World } from "./emulator-world.ts";

type Event = Record<string, unknown>;

/** Tells the app what happens, in the envelopes that Slack puts around it. */
export interface Teller {
  event(event: Event): void;
  /** A message in a channel that the app can see: `message`, and `app_mention` where it mentions the app. */
  message(channel: RawChannel, message: StoredMessage): void;
  interaction(user: RawUser, body: Event): void;
  command(fields: Record<string, string>): void;
  raw(body: Event): void;
}

export function createTeller(world: World, delivery: Delivery): Teller {
  const { teamId, appId, botUserId, enterpriseId } = world;

  function event(given: Event): void {
    delivery.enqueue("events_api", {
      token: "emulated-verification-token",
      team_id: teamId,
      ...(enterpriseId && { enterprise_id: enterpriseId }),
      context_team_id: teamId,
      api_app_id: appId,
      event: { event_ts: newTs(world), ...given },
      type: "event_callback",
      event_id: newSlackId(world, "Ev"),
      event_time: Math.floor(world.now().getTime() / 1_000),
      authorizations: [
        {
          enterprise_id: enterpriseId ?? null,
          team_id: teamId,
          user_id: botUserId,
          is_bot: true,
          is_enterprise_install: false,
        },
      ],
      is_ext_shared_channel: false,
    });
  }

  function message(channel: RawChannel, said: StoredMessage): void {
    if (!channel.members.has(botUserId)) return;
    const root = said.thread_ts === undefined ? undefined : channel.messages.get(said.thread_ts);
    const parent = root && root !== said ? { parent_user_id: root.user } : {};
    const shared = { ...said, ...parent, team: teamId, channel: channel.id, event_ts: said.ts };
    event({ ...shared, channel_type: channel.type });
    if (channel.type !== "im" && !said.bot_id && said.text.includes(`<@${botUserId}>`))
      event({ ...shared, type: "app_mention" });
  }

  return {
    event,
    message,
    interaction: (user, body) => delivery.enqueue("interactive", { ...interactionOf(world, user), ...body }),
    command: (fields) => delivery.enqueue("slash_commands", { ...commandOf(world), ...fields }),
    raw: (body) => delivery.enqueue("events_api", body),
  };
}

function interactionOf(world: World, { id, name }: RawUser): Event {
  const { teamId, appId, enterpriseId } = world;
  return {
    user: { id, username: name, name, team_id: teamId },
    api_app_id: appId,
    token: "emulated-verification-token",
    team: { id: teamId, domain: "emulated" },
    enterprise: enterpriseId ? { id: enterpriseId, name: "Emulated Grid" } : null,
    is_enterprise_install: false,
    trigger_id: newSlackId(world, "1."),
  };
}

function commandOf(world: World): Record<string, string> {
  return {
    token: "emulated-verification-token",
    team_id: world.teamId,
    team_domain: "emulated",
    ...(world.enterpriseId && { enterprise_id: world.enterpriseId }),
    api_app_id: world.appId,
    is_enterprise_install: "false",
    trigger_id: newSlackId(world, "1."),
  };
}
