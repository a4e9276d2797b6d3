import { describe, expect, test } from "vitest";
import { linkAddress, webAddress } from "./address.ts";
import { readOptions } from "./options.ts";
import { contrast, paletteOf } from "./view/colours.ts";

const around = { pageLanguage: "", browserLanguages: ["en-GB"] };
const read = (data: Record<string, string>) => readOptions("https://hub.example/base/widget.js?v=1", data, around);

test("the script tag says which hub, channel and looks", () => {
  const options = read({ channel: "0190-abc", color: "#0af", theme: "dark", position: "left", launcher: " Ask us " });
  expect(options).toMatchObject({
    ...{ base: "https://hub.example/base/webhooks/0190-abc", color: "#0af", theme: "dark", position: "left" },
    ...{ launcher: "Ask us", language: "en", locale: "en-GB", isPage: false },
  });
});

test("what makes no sense is as if it were not there", () => {
  const options = read({
    ...{ channel: "c", color: "red;}*{display:none", theme: "pink", position: "top", language: "xx" },
    ...{ privacy: "javascript:alert(1)", consent: "maybe" },
  });
  expect(options).toMatchObject({ theme: "auto", position: "right", language: "en" });
  expect([options?.color, options?.privacyUrl, options?.consent]).toEqual([undefined, undefined, undefined]);
  expect([read({}), read({ channel: "../admin" })]).toEqual([undefined, undefined]);
});

describe("addresses", () => {
  test.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "//x.example",
    "blob:https://a/b",
  ])("%s is no link", (address) => expect([webAddress(address), linkAddress(address)]).toEqual([undefined, undefined]));
  test("an address that names a user is a trick", () => {
    expect(webAddress("https://bank.example@evil.example/")).toBeUndefined();
    expect(linkAddress("mailto:ana@shop.example")).toBe("mailto:ana@shop.example");
  });
});

test.each(["#ffffff", "#ffd400", "#0f6e63", "#000000", "#ff0000", "#777777"])(
  "%s stays readable on either ground",
  (color) => {
    for (const [theme, panel] of [
      ["light", "#ffffff"],
      ["dark", "#14171a"],
    ] as const) {
      const { accent, onAccent, accentText, accentSoft } = paletteOf(color, theme);
      expect(contrast(accent, onAccent)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(accentText, panel)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(accentText, accentSoft)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(theme === "light" ? "#1c2422" : "#e7ebe9", accentSoft)).toBeGreaterThanOrEqual(4.5);
    }
  },
);
