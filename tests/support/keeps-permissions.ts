import { expect, test } from "vitest";
import { NotFound, ROLES, type Role, type Route } from "../../src/contract/index.ts";
import { startApi } from "./api.ts";

/** Every route stands in the table, so that a new one needs a decision; "get /me": who may. */
export type Permissions = Readonly<Record<string, readonly Role[] | "anybody">>;

const nameOf = ({ method, path }: Route) => `${method} ${path}`;

/** What a page of the hub sends along. */
const OURS = { origin: "http://hub.example", "x-tributary": "test" };

/** Asks each route with each role, with a revoked token and with none, over HTTP. What is behind the routes is not run. */
export function keepsPermissions(routes: readonly Route[], permissions: Permissions): void {
  test("every route has its line in the table of permissions", () => {
    expect(routes.map(nameOf).sort()).toEqual(Object.keys(permissions).sort());
  });

  test("every route lets in exactly whom the table says", { timeout: 60_000 }, async () => {
    const api = await startApi({ routes: routes.map(emptied) });
    const tokens = new Map<Role, string>();
    for (const role of ROLES) tokens.set(role, await api.tokenFor(role));
    const revoked = await api.tokens.create({ name: "revoked", role: "owner" }, "cli");
    await api.tokens.revoke(revoked.id, "cli");

    for (const route of routes) {
      const path = route.path.replaceAll(/\{\w+\}/g, "0190a000-0000-7000-8000-000000000001");
      const ask = async (token: string) => (await api.ask(token, route.method.toUpperCase(), path)).status;
      if (permissions[nameOf(route)] === "anybody") {
        expect(route.open, nameOf(route)).toBe(true);
        const asked = await fetch(`${api.url}/api/v1${path}`, { method: route.method.toUpperCase(), headers: OURS });
        expect(asked.status, `${nameOf(route)} without anything`).toBe(404);
        continue;
      }
      for (const role of ROLES) {
        const allowed = permissions[nameOf(route)]?.includes(role) === true;
        expect(await ask(tokens.get(role)!), `${nameOf(route)} as ${role}`).toBe(allowed ? 404 : 403);
      }
      expect(await ask(revoked.token), `${nameOf(route)} with a revoked token`).toBe(401);
      const bare = await fetch(`${api.url}/api/v1${path}`, { method: route.method.toUpperCase() });
      expect(bare.status, `${nameOf(route)} without a token`).toBe(401);
    }
  });
}

/** The route's gate alone: whoever comes through finds nothing. */
function emptied({ method, path, summary, roles, open, response }: Route): Route {
  return {
    method,
    path,
    summary,
    roles,
    ...(open && { open }),
    response,
    handle: () => Promise.reject(new NotFound("You came through.")),
  };
}
