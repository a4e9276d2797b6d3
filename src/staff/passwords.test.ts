import { expect, test } from "vitest";
import { Overloaded } from "../contract/index.ts";
import { createPasswords, passwordFault } from "./passwords.ts";

const quick = { logN: 4, r: 8, p: 1 };

test("the right password is known again, however its letters are composed; each hash is another", async () => {
  const { hash, verify } = createPasswords(quick);
  const [one, two] = [await hash("caf\u00e9 au lait noir"), await hash("caf\u00e9 au lait noir")];
  expect(one).not.toBe(two);
  expect(await verify("cafe\u0301 au lait noir", one)).toBe(true);
  for (const wrong of ["", "caf\u00e9 au lait noi", "CAF\u00c9 AU LAIT NOIR", one])
    expect(await verify(wrong, one)).toBe(false);
});

test("nobody's password is never right, nor is one that was stored in another form", async () => {
  const { verify } = createPasswords(quick);
  for (const stored of [null, "", "plain", "scrypt$4$8$1$short$key"]) expect(await verify("plain", stored)).toBe(false);
});

test("hashes made with other parameters still work, and are known as old", async () => {
  const old = createPasswords(quick);
  const today = createPasswords({ logN: 5, r: 8, p: 1 });
  const hash = await old.hash("four quiet green boats");
  expect(await today.verify("four quiet green boats", hash)).toBe(true);
  expect([today.isStale(hash), old.isStale(hash)]).toEqual([true, false]);
});

test("what it costs by default is what OWASP asks for", async () => {
  const { hash, verify } = createPasswords();
  const made = await hash("four quiet green boats");
  expect(made).toMatch(/^scrypt\$15\$8\$3\$/);
  expect(await verify("four quiet green boats", made)).toBe(true);
});

test("an unknown account takes as long as a known one", async () => {
  const { hash, verify } = createPasswords({ logN: 13, r: 8, p: 1 });
  const known = await hash("four quiet green boats");
  const took = async (stored: string | null) => {
    const began = performance.now();
    for (let i = 0; i < 5; i++) await verify("wrong", stored);
    return performance.now() - began;
  };
  await took(known);
  const [there, nobody] = [await took(known), await took(null)];
  expect(nobody).toBeGreaterThan(there / 3);
});

test("a flood of guesses is sent away before it takes the memory", async () => {
  const { verify } = createPasswords({ logN: 12, r: 8, p: 1 });
  const results = await Promise.allSettled(Array.from({ length: 100 }, () => verify("guess", null)));
  const away = results.filter((result) => result.status === "rejected" && result.reason instanceof Overloaded);
  expect(away.length).toBe(100 - 32);
  expect(await verify("guess", null)).toBe(false);
});

test.each([
  ["short", "elevenchars"],
  ["long", "x1y2z".repeat(50)],
  ["simple", "aaaaaaaaaaaaaaaa"],
  ["simple", "password1234"],
  ["simple", "Passw0rd!2026"],
  ["simple", "123456789012"],
  ["simple", "qwertyuiop12"],
  ["simple", "admin-admin-2026"],
  ["personal", "ana.kowalski1"],
  ["personal", "Ana.Kowalski@shop.example"],
])("%s: %s", (fault, password) => {
  expect(passwordFault(password, ["Ana", "ana.kowalski@shop.example"])).toBe(fault);
});

test.each(["four quiet green boats", "我的茶壶会唱歌而且跳舞喝汤", "Tr0mbone-lake-sofa", "ana.kowalski likes soup"])(
  "good enough: %s",
  (password) => {
    expect(passwordFault(password, ["Ana", "ana.kowalski@shop.example"])).toBeUndefined();
  },
);
