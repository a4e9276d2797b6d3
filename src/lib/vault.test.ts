import { expect, test } from "vitest";
import { createVault } from "./vault.ts";

const vault = createVault("a secret of the operator's");

test("what was sealed opens in its own row", () => {
  expect(vault.open(vault.seal("the token", "row 1"), "row 1")).toBe("the token");
});

test("sealing twice gives two different texts, and neither shows the secret", () => {
  const [one, two] = [vault.seal("the token", "row 1"), vault.seal("the token", "row 1")];
  expect(one.equals(two)).toBe(false);
  expect(one.includes("the token")).toBe(false);
});

test.each<[string, (sealed: Buffer) => [Uint8Array, string]]>([
  ["moved to another row", (sealed) => [sealed, "row 2"]],
  ["changed by one bit", (sealed) => (sealed.writeUInt8(sealed.at(-1)! ^ 1, sealed.length - 1), [sealed, "row 1"])],
  ["cut short", (sealed) => [sealed.subarray(0, -1), "row 1"]],
  ["empty", () => [Buffer.alloc(0), "row 1"]],
])("what was %s does not open, and the error says what to do", (_what, tamper) => {
  const [sealed, row] = tamper(vault.seal("the token", "row 1"));
  expect(() => vault.open(sealed, row)).toThrow("TRIBUTARY_SECRET");
});

test("another secret opens nothing", () => {
  expect(() => createVault("another secret, long enough").open(vault.seal("x", "row"), "row")).toThrow(
    "another secret",
  );
});

test("secrets for other purposes differ and stay the same", () => {
  expect(vault.derive("hashes")).toBe(createVault("a secret of the operator's").derive("hashes"));
  expect(vault.derive("hashes")).not.toBe(vault.derive("cookies"));
});
