import {
  createMessagingEmulator,
  type MessagingAccount,
  type MessagingEmulator,
  type MessagingEmulatorOptions,
  type MessagingPlatform,
} from "../graph/messaging-emulator.ts";

const PLATFORM: MessagingPlatform = {
  object: "instagram",
  isTooLong: (text) => Buffer.byteLength(text) > 1_000,
  windowSubcode: 2534022,
  echoesNameTheApp: false,
  readsByTime: false,
  reactions: "love",
  uploads: false,
};

const ACCOUNT: MessagingAccount = {
  accountId: "17841405793187218",
  appId: "2287776481860222",
  appSecret: "fedcba9876543210fedcba9876543210",
  verifyToken: "emulated-verify-token",
  accessToken: "IGAAemulatedToken0123456789abcdef",
  username: "emulated.shop",
};

/** An Instagram on loopback, with one professional account. */
export function createInstagramEmulator(
  options: MessagingEmulatorOptions & Partial<MessagingAccount> = {},
): Promise<MessagingEmulator> {
  return createMessagingEmulator(PLATFORM, { ...ACCOUNT, ...options }, options);
}

/** A channel's settings that point at it. */
export function settingsFor(emulator: MessagingEmulator): Record<string, unknown> {
  const { accountId, accessToken, appId, appSecret, verifyToken, username, baseUrl } = emulator;
  return { accountId, accessToken, appId, appSecret, verifyToken, username, baseUrl };
}
