/**
 * Settings with which an adapter can be opened to read payloads, where none are given. They belong to nobody: what depends
 * on them (is this message from our own bot, does it mention us?) is answered with no.
 */
export const PLACEHOLDER_SETTINGS: Readonly<Record<string, Record<string, unknown>>> = {
  telegram: { token: "0:placeholder" },
  web: { secret: "placeholder ".repeat(3).trim() },
};
