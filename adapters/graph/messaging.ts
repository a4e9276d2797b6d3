// What Messenger and Instagram have in common: people who write to an account, and one API to answer them.
export { checkMessaging } from "./messaging-check.ts";
export { decodeMessaging, type MessagingFacts } from "./messaging-decode.ts";
export { encodeMessaging } from "./messaging-encode.ts";
export { AGENT_MS, CODE, WINDOW } from "./messaging-entry.ts";
export { createFileDoor } from "./messaging-files.ts";
export { createMessagingWebhook } from "./messaging-inbound.ts";
export { createMessagingOutbound } from "./messaging-outbound.ts";
export { createPeople } from "./messaging-people.ts";
export { createProfileSetups } from "./messaging-setups.ts";
export { subscribe } from "./messaging-subscription.ts";
export { createTrail } from "./messaging-trail.ts";
