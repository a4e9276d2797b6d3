import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { ApiError } from "../lib/api.ts";
import { meQuery } from "../lib/me.ts";
import { Failed, Missing } from "./states.tsx";
import { Shell } from "./shell.tsx";

interface Context {
  client: QueryClient;
}

const root = createRootRouteWithContext<Context>()({ component: Outlet, notFoundComponent: Missing });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  component: lazyRouteComponent(() => import("../features/sign-in/sign-in.tsx"), "SignIn"),
});

/** Everything behind the sign-in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  component: Shell,
  errorComponent: ({ error, reset }) => <Failed error={error} onRetry={reset} />,
  async beforeLoad({ context, location }) {
    try {
      await context.client.ensureQueryData(meQuery);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      throw redirect({ to: "/sign-in", search: { to: location.href } as never });
    }
  },
});

const home = createRoute({
  getParentRoute: () => inside,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/inbox" });
  },
});

const inbox = createRoute({
  getParentRoute: () => inside,
  path: "/inbox",
  component: lazyRouteComponent(() => import("../features/inbox/inbox.tsx"), "Inbox"),
});
const conversation = createRoute({
  getParentRoute: () => inside,
  path: "/inbox/$conversationId",
  component: lazyRouteComponent(() => import("../features/inbox/inbox.tsx"), "Inbox"),
});

const channels = createRoute({
  getParentRoute: () => inside,
  path: "/channels",
  component: lazyRouteComponent(() => import("../features/channels/channels.tsx"), "Channels"),
});

const entryPoints = createRoute({
  getParentRoute: () => inside,
  path: "/entry-points",
  component: lazyRouteComponent(() => import("../features/entry-points/entry-points.tsx"), "EntryPoints"),
});
const attribution = createRoute({
  getParentRoute: () => inside,
  path: "/attribution",
  component: lazyRouteComponent(() => import("../features/attribution/attribution.tsx"), "Attribution"),
});
const people = createRoute({
  getParentRoute: () => inside,
  path: "/people",
  component: lazyRouteComponent(() => import("../features/people/people.tsx"), "People"),
});
const person = createRoute({
  getParentRoute: () => inside,
  path: "/people/$contactId",
  component: lazyRouteComponent(() => import("../features/people/person.tsx"), "Person"),
});
const knowledge = createRoute({
  getParentRoute: () => inside,
  path: "/knowledge",
  component: lazyRouteComponent(() => import("../features/knowledge/knowledge.tsx"), "Knowledge"),
});
const voice = createRoute({
  getParentRoute: () => inside,
  path: "/voice",
  component: lazyRouteComponent(() => import("../features/voice/voice.tsx"), "Voice"),
});

const settings = createRoute({
  getParentRoute: () => inside,
  path: "/settings",
  component: lazyRouteComponent(() => import("../features/settings/settings.tsx"), "Settings"),
});
const settingsSection = createRoute({
  getParentRoute: () => inside,
  path: "/settings/$section",
  component: lazyRouteComponent(() => import("../features/settings/settings.tsx"), "Settings"),
});

const tree = root.addChildren([
  signIn,
  inside.addChildren([
    home,
    inbox,
    conversation,
    entryPoints,
    attribution,
    people,
    person,
    knowledge,
    voice,
    channels,
    settings,
    settingsSection,
  ]),
]);

export function createConsoleRouter(client: QueryClient) {
  return createRouter({ routeTree: tree, context: { client }, defaultPreload: "intent" });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
