/**
 * Settings with which an adapter can be opened to read payloads, where none are given. They belong to nobody: what depends
 * on them (is this message from our own bot, does it mention us?) is answered with no.
 */
export const PLACEHOLDER_SETTINGS: Readonly<Record<string, Record<string, unknown>>> = {
  discord: { token: `${"0".repeat(24)}.000000.${"0".repeat(32)}` },
  instagram: {
    accountId: "00000",
    accessToken: "placeholder-access-token",
    appId: "00000",
    appSecret: "0".repeat(32),
    verifyToken: "placeholder-verify-token",
  },
  line: { channelSecret: "0".repeat(32), channelAccessToken: "placeholder-".repeat(3) },
  messenger: {
    pageId: "00000",
    pageToken: "placeholder-access-token",
    appId: "00000",
    appSecret: "0".repeat(32),
    verifyToken: "placeholder-verify-token",
  },
  slack: { botToken: "xoxb-placeholder", appToken: "xapp-placeholder", names: false },
  telegram: { token: "0:placeholder" },
  web: { secret: "placeholder ".repeat(3).trim() },
  wechat: { appId: `wx${"0".repeat(16)}`, appSecret: "0".repeat(32), token: "placeholder", encryption: "plain" },
  whatsapp: {
    accessToken: "placeholder-access-token",
    appSecret: "0".repeat(32),
    verifyToken: "placeholder-verify-token",
    phoneNumberId: "00000",
  },
};
