import type { Asker, Caller, Route } from "../../src/contract/index.ts";

export const NO_BROWSER: Caller = {
  address: "203.0.113.1",
  network: "203.0.113.1",
  agent: "a test",
  session: undefined,
  mark: undefined,
  keep: () => undefined,
  forget: () => undefined,
};

/** Calls a route as the API would: checked, done, and the answer checked against its schema. */
export async function callRoute<Result>(
  routes: readonly Route[],
  asker: Asker,
  method: string,
  address: string,
  body: unknown,
): Promise<Result> {
  const url = new URL(address, "https://api.example");
  for (const route of routes) {
    const pattern = new RegExp(`^${route.path.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`);
    const match = route.method === method ? pattern.exec(url.pathname) : null;
    if (!match) continue;
    const result = await route.handle({
      params: route.params?.parse({ ...match.groups }),
      query: route.query?.parse(Object.fromEntries(url.searchParams)),
      body: route.upload ? body : route.body?.parse(body),
      asker,
      caller: NO_BROWSER,
      signal: new AbortController().signal,
    });
    return route.response.parse(result) as Result;
  }
  throw new Error(`There is no route ${method} ${address}.`);
}
