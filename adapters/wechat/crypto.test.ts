import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BadPayload, BadSignature } from "../../src/contract/index.ts";
import { createCipher, signatureOf } from "./crypto.ts";
import { seal, unseal } from "./emulator-seal.ts";
import { parseXml } from "./xml.ts";

const encodingAesKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

describe("the samples that WeChat publishes", () => {
  test("a message to an Official Account in compatible mode", () => {
    const encrypted =
      "hyzAe4OzmOMbd6TvGdIOO6uBmdJoD0Fk53REIHvxYtJlE2B655HuD0m8KUePWB3+LrPXo87wzQ1QLvbeUgmBM4x6F8PGHQHFVAFmOD2LdJF9FrXpbUAh0B5GIItb52sn896wVsMSHGuPE328HnRGBcrS7C41IzDWyWNlZkyyXwon8T332jisa+h6tEDYsVticbSnyU8dKOIbgU6ux5VTjg3yt+WGzjlpKn6NPhRjpA912xMezR4kw6KWwMrCVKSVCZciVGCgavjIQ6X8tCOp3yZbGpy0VxpAe+77TszTfRd5RJSVO/HTnifJpXgCSUdUue1v6h0EIBYYI1BD1DlD+C0CR8e6OewpusjZ4uBl9FyJvnhvQl+q5rv1ixrcpCumEPo5MJSgM9ehVsNPfUM669WuMyVWQLCzpu9GhglF2PE=";
    expect(signatureOf("spamtest", "1409735669", "1320562132", encrypted)).toBe(
      "5d197aaffba7e9b25a30732f161a50dee96bd5fa",
    );
    expect(parseXml(createCipher(encodingAesKey, "wx2c2769f8efd9abc2").decrypt(encrypted))).toEqual({
      ToUserName: "gh_10f6c3c3ac5a",
      FromUserName: "oyORnuP8q7ou2gfYjqLzSIWZf0rs",
      CreateTime: "1409735668",
      MsgType: "text",
      Content: "abcdteT",
      MsgId: "6054768590064713728",
    });
  });

  test("a reply, encrypted with given random bytes", () => {
    const cipher = createCipher(encodingAesKey, "wxb11529c136998cb6");
    expect(cipher.encrypt("我是中文abcd123", Buffer.from("aaaabbbbccccdddd"))).toBe(
      "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg==",
    );
  });

  test("a message of the same scheme to WeCom", () => {
    const encrypted =
      "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q==";
    expect(signatureOf("QDG6eK", "1409659813", "1372623149", encrypted)).toBe(
      "477715d11cdb4164915debcba66cb864d751f3e6",
    );
    const cipher = createCipher("jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7");
    expect(parseXml(cipher.decrypt(encrypted))).toMatchObject({ Content: "hello", MsgId: "4561255354251345929" });
  });

  test("the URL's question", () => {
    // The documentation's own example of checking a signature, computed apart from our code.
    const joined = ["1409659589", "263014780", "QDG6eK"].sort().join("");
    expect(signatureOf("QDG6eK", "1409659589", "263014780")).toBe(createHash("sha1").update(joined).digest("hex"));
  });
});

describe("AES mode", () => {
  const account = { token: "t0ken", appId: "wx0123456789abcdef", encodingAesKey };
  const cipher = createCipher(encodingAesKey, account.appId);
  const random = Buffer.from("0123456789abcdef");

  test("what the one side seals the other opens, and the other way round", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 300 }),
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        (text, salt) => {
          const words = text.toWellFormed();
          expect(cipher.decrypt(seal(words, account, Buffer.from(salt)))).toBe(words);
          expect(unseal(cipher.encrypt(words, salt), account)).toBe(words);
          expect(cipher.encrypt(words, salt)).toBe(seal(words, account, Buffer.from(salt)));
        },
      ),
    );
  });

  test("pads to blocks of 32 bytes, a full one included", () => {
    for (let length = 0; length < 70; length++) {
      const text = "x".repeat(length);
      const bytes = Buffer.from(cipher.encrypt(text, random), "base64");
      expect(bytes.length % 32).toBe(0);
      expect(cipher.decrypt(bytes.toString("base64"))).toBe(text);
    }
  });

  test("refuses what is for another AppID", () => {
    const other = seal("<xml></xml>", { ...account, appId: "wxfedcba9876543210" });
    expect(() => cipher.decrypt(other)).toThrow(BadSignature);
  });

  test.each([
    ["nothing", ""],
    ["no Base64", "%%%%"],
    ["one byte", "AA=="],
    ["half a block", Buffer.alloc(8).toString("base64")],
    ["a block of noise", Buffer.alloc(32, 7).toString("base64")],
  ])("says that the key is wrong for %s", (_what, encrypted) => {
    expect(() => cipher.decrypt(encrypted)).toThrow(BadPayload);
  });

  test("says that the key is wrong for a message under another key, whatever its bytes", () => {
    const elsewhere = { ...account, encodingAesKey: [...encodingAesKey].reverse().join("") };
    for (let i = 0; i < 500; i++) {
      const sealed = seal(`<xml>${i}</xml>`, elsewhere, Buffer.alloc(16, i % 256));
      expect(() => cipher.decrypt(sealed)).toThrow();
    }
  });
});
