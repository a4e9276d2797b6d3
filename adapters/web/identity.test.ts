import fc from "fast-check";
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { BadSignature } from "../../src/contract/index.ts";
import { NOW } from "../../tests/contract/tools.ts";
import { ask, clockAt, connect, DAY_MS, proof, session, settings, visitRequest } from "../../tests/support/web.ts";
import { verifyIdentity, type IdentityProof } from "./identity.ts";
import web from "./index.ts";

test("the website's word makes the visitor the user, with the e-mail address it vouches for", async () => {
  const identity = proof({ name: "Ana", email: "ana@shop.example" });
  const { json, events } = await ask(connect(), "/session", { identity });
  expect(json).toMatchObject({ verified: true, conversation: "user:4711" });
  const actor = { id: "user:4711", name: "Ana", attributes: { verified: "true", email: "ana@shop.example" } };
  expect(events).toMatchObject([{ type: "entered", place: "user:4711", actor }]);
});

test.each<[string, Partial<IdentityProof> | undefined]>([
  ["missing", undefined],
  ["a bare id", { signature: "" }],
  ["signed with another secret", proof({}, "x".repeat(32))],
  ["another user's signature", { ...proof(), userId: "4712" }],
  ["another e-mail address than was signed", { ...proof({ email: "a@shop.example" }), email: "b@shop.example" }],
  ["an e-mail address that was not signed", { ...proof(), email: "b@shop.example" }],
  ["a longer life than was signed", { ...proof(), expiresAt: proof().expiresAt + 60 }],
  ["expired", proof({ issuedAt: NOW.getTime() / 1_000 - 7_200, expiresAt: NOW.getTime() / 1_000 - 1 })],
  ["from the future", proof({ issuedAt: NOW.getTime() / 1_000 + 3_600, expiresAt: NOW.getTime() / 1_000 + 7_200 })],
  ["good for ever", proof({ expiresAt: NOW.getTime() / 1_000 + 10 * 86_400 })],
  ["a line break in the name", proof({ name: "Ana\nana@shop.example" })],
])("refuses a proof that is %s", async (_what, identity) => {
  await expect(ask(connect(), "/identify", identity ?? {})).rejects.toBeInstanceOf(BadSignature);
  if (identity) await expect(ask(connect(), "/session", { identity })).rejects.toBeInstanceOf(BadSignature);
});

test("signs as every language with HMAC-SHA256 does", () => {
  // made with Python's hmac module
  const signature = "a15630292d7101dc7eadc1ba00d14b337496691b1de4849451ba637dd6ebec2c";
  const claims = {
    userId: "4711",
    name: "Ana 花",
    email: "ana@shop.example",
    issuedAt: 1768478400,
    expiresAt: 1768482000,
  };
  expect(verifyIdentity({ ...claims, signature }, settings.identitySecret, NOW)).toMatchObject({ place: "user:4711" });
});

test("no two different claims are signed by the same text", () => {
  const field = fc.string({ unit: fc.constantFrom("a", "1", ".", "=", " "), minLength: 1, maxLength: 6 });
  const claim = fc.record({
    userId: field,
    name: fc.option(field, { nil: undefined }),
    email: fc.option(field, { nil: undefined }),
  });
  fc.assert(
    fc.property(claim, claim, (a, b) => {
      const [one, other] = [proof(clean(a)), proof(clean(b))];
      const swapped = { ...proof(clean(b)), signature: one.signature };
      const same = JSON.stringify({ ...one, signature: "" }) === JSON.stringify({ ...other, signature: "" });
      expect(typeof verifyIdentity(swapped, settings.identitySecret, NOW) === "object").toBe(same);
    }),
  );
});

test("signing in later takes the conversation along, once", async () => {
  const connection = connect();
  const { token, place: before } = await session(connection);
  const { events, json } = await ask(connection, "/identify", proof(), { token });
  expect(events).toMatchObject([{ type: "entered", place: "user:4711", placeBefore: before }]);
  const again = await ask(connection, "/identify", proof(), { token: json.visitorToken });
  expect(again.arrivals).toEqual([]);
});

test("where identity is required, there is nothing at all without it", async () => {
  const connection = connect({ requireIdentity: true });
  const { token } = await session(connect());
  await expect(ask(connection, "/session", {})).rejects.toBeInstanceOf(BadSignature);
  await expect(ask(connection, "/session", { visitorToken: token })).rejects.toBeInstanceOf(BadSignature);
  for (const path of ["/messages", "/typing", "/files", "/stream-ticket", "/receipts", "/reactions"]) {
    await expect(ask(connection, path, { id: randomUUID(), text: "hi" }, { token }), path).rejects.toBeInstanceOf(
      BadSignature,
    );
  }
  await expect(connection.visit!(visitRequest("/messages", token))).rejects.toBeInstanceOf(BadSignature);
  expect((await ask(connection, "/session", { identity: proof() })).json.verified).toBe(true);
});

test("requiring identity without a secret is refused as a setting", () => {
  const { error } = web.settings.safeParse({ ...settings, identitySecret: undefined, requireIdentity: true });
  expect(error?.issues).toMatchObject([{ path: ["identitySecret"] }]);
});

test("a proven visitor's token is not renewed by coming back", async () => {
  const connection = connect();
  const first = await ask(connection, "/session", { identity: proof() });
  const later = connect({}, clockAt(new Date(NOW.getTime() + 3 * DAY_MS)));
  const back = await ask(later, "/session", { visitorToken: first.json.visitorToken });
  expect(back.json.expiresAt).toBe(first.json.expiresAt);
  expect(back.json.verified).toBe(true);
});

function clean<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as T;
}
