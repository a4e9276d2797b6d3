import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createGuardedFetch, isPrivateAddress } from "./guarded-fetch.ts";

let canary: Server;
let port = 0;
let heard = 0;

beforeAll(async () => {
  canary = createServer((req, res) => {
    heard++;
    const to = new URL(req.url ?? "/", "http://x").searchParams.get("to");
    if (to) res.writeHead(302, { location: to }).end();
    else res.end("canary");
  });
  await new Promise<void>((resolve) => canary.listen(0, resolve));
  port = (canary.address() as AddressInfo).port;
});
afterAll(() => new Promise((resolve) => canary.close(resolve)));

const guarded = createGuardedFetch({ allowPrivate: false });

test.each([
  ...["127.0.0.1", "localhost", "localhost.", "0", "0.0.0.0", "2130706433", "0x7f000001", "0177.0.0.1", "127.1"],
  ...[
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:0:0:1]",
    "user@127.0.0.1",
    "user:pw@localhost",
  ],
])("nothing is called on %s", async (host) => {
  heard = 0;
  await expect(guarded(`http://${host}:${port}/`)).rejects.toThrow();
  expect(heard).toBe(0);
});

test.each(["file:///etc/passwd", "ftp://example.com/", "gopher://127.0.0.1/", "data:text/plain,x"])(
  "%s is not called",
  async (url) => {
    await expect(guarded(url)).rejects.toThrow("not called");
  },
);

test.each([
  ...[
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.1.2.3",
    "224.0.0.1",
    "255.255.255.255",
  ],
  ...["::1", "::", "fc00::1", "fd12:3456::1", "fe80::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1"],
])("%s is private", (address) => {
  expect(isPrivateAddress(address)).toBe(true);
});

test.each(["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8"])("%s is public", (address) => {
  expect(isPrivateAddress(address)).toBe(false);
});

test("with the operator's word private addresses are called, and redirects followed three times at most", async () => {
  const open = createGuardedFetch({ allowPrivate: true });
  const home = `http://127.0.0.1:${port}/`;
  const through = (n: number): string => (n === 0 ? home : `${home}?to=${encodeURIComponent(through(n - 1))}`);
  expect(await (await open(through(3))).text()).toBe("canary");
  await expect(open(through(4))).rejects.toThrow("redirects");
  await expect(open(`${home}?to=${encodeURIComponent("file:///etc/passwd")}`)).rejects.toThrow("not called");
});
