import { lookup as resolve } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { Agent, fetch as undiciFetch, type RequestInit } from "undici";

/** Addresses that a URL from outside must not lead to: this machine and the networks behind it. */
const PRIVATE = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8], ["10.0.0.0", 8], ["100.64.0.0", 10], ["127.0.0.0", 8], ["169.254.0.0", 16], ["172.16.0.0", 12],
  ["192.0.0.0", 24], ["192.168.0.0", 16], ["198.18.0.0", 15], ["224.0.0.0", 4], ["240.0.0.0", 4],
] as const) PRIVATE.addSubnet(network, bits, "ipv4"); // prettier-ignore
for (const [network, bits] of [
  ["::", 128], ["::1", 128], ["64:ff9b::", 96], ["fc00::", 7], ["fe80::", 10], ["ff00::", 8], ["2002::", 16],
] as const) PRIVATE.addSubnet(network, bits, "ipv6"); // prettier-ignore

const HEADERS_TIMEOUT_MS = 15_000;
const BODY_TIMEOUT_MS = 30_000;

export function isPrivateAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return PRIVATE.check(mapped, "ipv4");
  return PRIVATE.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

/**
 * `fetch` for addresses that came from outside. The address is checked in the socket's own look-up, so that a name
 * which changes its answer between check and connection gains nothing, and so is each redirect's.
 * @param allowPrivate the operator's word that private addresses are wanted (a local Bot API server, say).
 */
export function createGuardedFetch({ allowPrivate }: { allowPrivate: boolean }): typeof fetch {
  const guardedLookup: LookupFunction = (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, "");
      const refused = !allowPrivate && addresses.find(({ address }) => isPrivateAddress(address));
      if (refused) return callback(new Error(`${hostname} leads to a private address; it is not called.`), "");
      if (options.all) return callback(null, addresses);
      callback(null, addresses[0]!.address, addresses[0]!.family);
    });
  };
  const agent = new Agent({
    headersTimeout: HEADERS_TIMEOUT_MS,
    bodyTimeout: BODY_TIMEOUT_MS,
    connect: { lookup: guardedLookup, timeout: 10_000 },
  });
  const literal = (url: URL) => {
    const host = url.hostname.replace(/^\[|\]$/g, "");
    if (!allowPrivate && isIP(host) && isPrivateAddress(host))
      throw new TypeError(`${host} is a private address; it is not called.`);
    if (url.protocol !== "https:" && url.protocol !== "http:")
      throw new TypeError(`${url.protocol} addresses are not called.`);
  };

  return (async (input: string | URL, init?: RequestInit) => {
    let url = new URL(input);
    for (let hops = 0; ; hops++) {
      literal(url); // a literal address never reaches the look-up
      const response = await undiciFetch(url, { ...init, redirect: "manual", dispatcher: agent });
      const location = response.status >= 300 && response.status < 400 ? response.headers.get("location") : null;
      if (!location || init?.redirect === "manual") return response;
      if (hops === 3) throw new TypeError("The address redirects more than three times.");
      url = new URL(location, url);
    }
  }) as unknown as typeof fetch;
}
