export { createChannelDesk } from "./desk.ts";
export { createRegistry } from "./registry.ts";
export { channelRoutes } from "./routes.ts";
export { checkSettings, settingsSchema } from "./settings.ts";
