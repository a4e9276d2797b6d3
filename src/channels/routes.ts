import {
  AdapterView,
  ChannelChange,
  ChannelView,
  CheckView,
  IdParams,
  List,
  NewChannel,
  SetupDone,
  SetupParams,
  SetupView,
} from "../contract/api-channels.ts";
import { defineRoute, ROLES, type Adapter, type Role, type Route } from "../contract/index.ts";
import { z } from "zod";
import type { ChannelDesk } from "./desk.ts";
import { settingsSchema } from "./settings.ts";

const KEEPERS: readonly Role[] = ["owner", "admin"];
const Done = z.object({ done: z.literal(true) });

/** Setting channels up, and asking how they are. */
export function channelRoutes(desk: ChannelDesk, adapters: readonly Adapter[]): Route[] {
  return [...listRoutes(desk, adapters), ...oneChannelRoutes(desk), ...platformRoutes(desk)];
}

function listRoutes(desk: ChannelDesk, adapters: readonly Adapter[]): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/adapters",
      summary: "The platforms this hub speaks, with their settings and what they can do",
      roles: ROLES,
      response: List(AdapterView),
      handle: async () => ({
        items: adapters.map((adapter) => ({
          name: adapter.name,
          settings: settingsSchema(adapter),
          capabilities: { ...adapter.capabilities },
        })),
      }),
    }),
    defineRoute({
      method: "get",
      path: "/channels",
      summary: "All channels",
      roles: ROLES,
      response: List(ChannelView),
      handle: async () => ({ items: await desk.list() }),
    }),
    defineRoute({
      method: "post",
      path: "/channels",
      summary: "Connect a channel",
      roles: KEEPERS,
      body: NewChannel,
      response: ChannelView,
      status: 201,
      handle: ({ body }) => desk.create(body),
    }),
  ];
}

function oneChannelRoutes(desk: ChannelDesk): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/channels/{id}",
      summary: "One channel",
      roles: ROLES,
      params: IdParams,
      response: ChannelView,
      handle: ({ params }) => desk.get(params.id),
    }),
    defineRoute({
      method: "patch",
      path: "/channels/{id}",
      summary: "Change a channel, or switch it off and on",
      roles: KEEPERS,
      params: IdParams,
      body: ChannelChange,
      response: ChannelView,
      handle: ({ params, body }) => desk.change(params.id, body),
    }),
  ];
}

function platformRoutes(desk: ChannelDesk): Route[] {
  return [
    defineRoute({
      method: "post",
      path: "/channels/{id}/check",
      summary: "Ask the platform whether everything is as it should be",
      roles: KEEPERS,
      params: IdParams,
      response: List(CheckView),
      handle: async ({ params }) => ({ items: await desk.check(params.id) }),
    }),
    defineRoute({
      method: "get",
      path: "/channels/{id}/setups",
      summary: "What can be set up on the platform: a menu, a greeting, commands",
      roles: KEEPERS,
      params: IdParams,
      response: List(SetupView),
      handle: async ({ params }) => ({
        items: (await desk.setups(params.id)).map(({ name, summary, input }) => ({
          name,
          summary,
          input: z.toJSONSchema(input, { io: "input", unrepresentable: "any" }),
        })),
      }),
    }),
    defineRoute({
      method: "post",
      path: "/channels/{id}/setups/{name}",
      summary: "Set something up on the platform",
      roles: KEEPERS,
      params: SetupParams,
      body: z.json(),
      response: SetupDone,
      handle: async ({ params, body }) => ({ detail: await desk.setUp(params.id, params.name, body) }),
    }),
    defineRoute({
      method: "post",
      path: "/channels/{id}/register",
      summary: "Tell the platform where to deliver",
      roles: KEEPERS,
      params: IdParams,
      response: Done,
      handle: async ({ params }) => {
        await desk.register(params.id);
        return { done: true as const };
      },
    }),
  ];
}
