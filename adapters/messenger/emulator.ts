import {
  createMessagingEmulator,
  type MessagingAccount,
  type MessagingEmulator,
  type MessagingEmulatorOptions,
  type MessagingPlatform,
} from "../graph/messaging-emulator.ts";

const PLATFORM: MessagingPlatform = {
  object: "page",
  isTooLong: (text) => text.length > 2_000,
  windowSubcode: 2018278,
  echoesNameTheApp: true,
  readsByTime: true,
  reactions: "any",
  uploads: true,
};

const ACCOUNT: MessagingAccount = {
  accountId: "104567890123456",
  appId: "1517776481860111",
  appSecret: "0123456789abcdef0123456789abcdef",
  verifyToken: "emulated-verify-token",
  accessToken: "EAAemulatedPageToken0123456789abcdef",
  username: "emulated.shop",
};

/** A Messenger on loopback, with one Page. */
export function createMessengerEmulator(
  options: MessagingEmulatorOptions & Partial<MessagingAccount> = {},
): Promise<MessagingEmulator> {
  return createMessagingEmulator(PLATFORM, { ...ACCOUNT, ...options }, options);
}

/** A channel's settings that point at it. */
export function settingsFor(emulator: MessagingEmulator): Record<string, unknown> {
  const { accountId: pageId, accessToken: pageToken, appId, appSecret, verifyToken, username, baseUrl } = emulator;
  return { pageId, pageToken, appId, appSecret, verifyToken, username, baseUrl };
}
