export { createChannelDesk, type ChannelDesk } from "./desk.ts";
export { createRegistry, type Registry } from "./registry.ts";
export { channelRoutes } from "./routes.ts";
export { checkSettings } from "./settings.ts";
