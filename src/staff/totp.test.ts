import fc from "fast-check";
import { expect, test } from "vitest";
import { base32, codeOf, otpauthUri, stepAt, stepOf } from "./totp.ts";

const secret = Buffer.from("12345678901234567890");

test.each([
  ["1970-01-01T00:00:59Z", "287082"],
  ["2005-03-18T01:58:29Z", "081804"],
  ["2005-03-18T01:58:31Z", "050471"],
  ["2009-02-13T23:31:30Z", "005924"],
  ["2033-05-18T03:33:20Z", "279037"],
  ["2603-10-11T11:33:20Z", "353130"],
])("RFC 6238, appendix B: at %s it is %s", (at, code) => {
  expect(codeOf(secret, stepAt(new Date(at)))).toBe(code);
});

test("the steps beside now are taken, those further away are not", () => {
  const now = new Date("2026-01-15T12:00:10Z");
  const step = stepAt(now);
  for (const drift of [-1, 0, 1]) expect(stepOf(secret, codeOf(secret, step + drift), now)).toBe(step + drift);
  for (const drift of [-3, -2, 2, 3]) expect(stepOf(secret, codeOf(secret, step + drift), now)).toBeUndefined();
  for (const wrong of ["", "00000", "0000000", "１２３４５６", "-12345", "1e5   "])
    expect(stepOf(secret, wrong, now)).toBeUndefined();
});

test("base32 is what RFC 4648 says", () => {
  const vectors = {
    "": "",
    f: "MY",
    fo: "MZXQ",
    foo: "MZXW6",
    foob: "MZXW6YQ",
    fooba: "MZXW6YTB",
    foobar: "MZXW6YTBOI",
  };
  for (const [text, encoded] of Object.entries(vectors)) expect(base32(Buffer.from(text))).toBe(encoded);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const bits = [...base32(bytes)].map((char) =>
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(char).toString(2).padStart(5, "0"),
      );
      const back = bits.join("").match(/.{8}/g) ?? [];
      expect(back.map((byte) => Number.parseInt(byte, 2))).toEqual([...bytes]);
    }),
  );
});

test("an app reads the account, the hub and the secret", () => {
  const uri = new URL(otpauthUri(secret, "ana+x@shop.example", "Tributary hub.example"));
  expect(decodeURIComponent(uri.pathname)).toContain("Tributary hub.example:ana+x@shop.example");
  expect(uri.searchParams.get("secret")).toBe(base32(secret));
  expect(uri.searchParams.get("issuer")).toBe("Tributary hub.example");
});
