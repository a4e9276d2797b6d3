import { expect, test } from "vitest";
import { z } from "zod";
import { defineRoute, PageQuery, pageSchema, ROLES, type Json, type Route } from "../../src/contract/index.ts";
import { allRoutes } from "../support/all-routes.ts";
import { startApi } from "../support/api.ts";
import { noDatabase } from "../support/database.ts";
import { describesRoutes, type OpenApi } from "../support/describes-routes.ts";

interface Tree {
  name: string;
  children: Tree[];
}
const Tree: z.ZodType<Tree> = z.lazy(() => z.object({ name: z.string(), children: z.array(Tree) }));
const Money = z.object({ amount: z.bigint(), at: z.date(), note: z.string().default("none") }).meta({ id: "Money" });

const odd: Route[] = [
  defineRoute({
    method: "post",
    path: "/odd-things/{id}/{kind}",
    summary: "Everything at once.",
    roles: ["owner", "agent"],
    params: z.object({ id: z.uuid() }),
    query: PageQuery.extend({ since: z.coerce.date().optional(), deep: z.stringbool() }),
    body: z.object({ tree: Tree, money: Money, any: z.json(), custom: z.custom<object>(() => true) }),
    response: pageSchema(Money),
    status: 202,
    handle: async () => ({ items: [], next: null }),
  }),
  defineRoute({
    method: "get",
    path: "/odd-things/{id}",
    summary: "A tree.",
    roles: ROLES,
    params: z.object({ id: z.uuid() }),
    response: Tree,
    handle: async () => ({ name: "", children: [] }),
  }),
];
const routes = [...allRoutes(), ...odd];

async function describeApi(): Promise<OpenApi> {
  const { url } = await startApi({ routes, db: noDatabase() });
  const response = await fetch(`${url}/api/openapi.json`);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/json; charset=utf-8"]);
  return (await response.json()) as OpenApi;
}

test("describes every route, soundly, to everybody", async () => {
  describesRoutes(await describeApi(), routes);
});

test("parameters are drawn from the schemas, with what a machine needs to know", async () => {
  const { paths } = await describeApi();
  const parameters = paths["/odd-things/{id}/{kind}"]!.post!.parameters!;
  const short = parameters.map(({ name, in: where, required }) => [name, where, required === true]);
  expect(short).toEqual([
    ["id", "path", true],
    ["kind", "path", true],
    ["cursor", "query", false],
    ["limit", "query", false],
    ["since", "query", false],
    ["deep", "query", true],
    ["Idempotency-Key", "header", false],
  ]);
  expect(parameters[3]!.schema).toMatchObject({ type: "integer", minimum: 1, maximum: 200, default: 50 });
});

test("dates, big integers and trees are said as they are sent", async () => {
  const { components } = await describeApi();
  const schemas = components.schemas as Record<string, { properties: Record<string, Json>; required: string[] }>;
  expect(schemas.Money).toMatchObject({
    properties: { at: { type: "string", format: "date-time" }, amount: { type: ["integer", "string"] } },
    required: ["amount", "at", "note"],
  });
  expect(schemas.MoneyInput!.required).toEqual(["amount", "at"]);
  expect(JSON.stringify(schemas.getOddThingsByIdResult)).toContain('"$ref":"#/components/schemas/getOddThingsById');
});
