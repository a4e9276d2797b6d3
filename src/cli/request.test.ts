import { expect, test } from "vitest";
import { requestFrom } from "./request.ts";

const from = (recorded: unknown) => requestFrom(recorded, "r.json");

test("reads method, path, headers and bytes", () => {
  const body = Buffer.from([0, 255, 10]);
  const request = from({
    method: "post",
    path: "messages?e=1",
    query: { tag: ["a", "b"], one: "1" },
    headers: { "X-Secret": "s", "x-secret": "t", Accept: ["*/*"], "Content-Type": "application/json" },
    bodyBase64: body.toString("base64"),
  });
  expect(request).toMatchObject({
    method: "POST",
    path: "/messages",
    headers: { "x-secret": ["s", "t"], accept: "*/*", "content-type": "application/json" },
  });
  expect(request.query.toString()).toBe("e=1&tag=a&tag=b&one=1");
  expect(Buffer.from(request.body)).toEqual(body);
});

test.each([
  ["?a=1&b=%E8%8A%B1", [["a", "1"], ["b", "花"]]], // prettier-ignore
  ["a=1", [["a", "1"]]],
  [{}, []],
])("takes the query %j", (query, pairs) => expect([...from({ query }).query]).toEqual(pairs));

test("a channel's own address is not part of the path", () => {
  const address = "/webhooks/0190a000-0000-7000-8000-000000000001";
  expect(from({ path: address }).path).toBe("/");
  expect(from({ path: `${address}/session` }).path).toBe("/session");
});

test("stands in for what a bare request leaves out", () => {
  expect(from({})).toMatchObject({ method: "POST", path: "/", headers: {} });
  expect(from({}).body).toHaveLength(0);
});

test("names each field that is wrong, and no value", () => {
  const wrong = { method: 7, headers: { a: { b: "pl4nted" } }, bodyBase64: "pl4nted!" };
  expect(() => from(wrong)).toThrow(
    /^r\.json is no recorded request \(method: .*; headers\.a: .*; bodyBase64: .*\)\.$/,
  );
  expect(() => from(wrong)).not.toThrow(/pl4nted/);
  expect(() => from([])).toThrow(/request:/);
});

test("a hostile header name stays a name", () => {
  const { headers } = from(JSON.parse('{"headers":{"__proto__":"x","constructor":"y"}}'));
  expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
  expect(headers["constructor"]).toBe("y");
});
