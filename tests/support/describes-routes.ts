import { expect } from "vitest";
import type { Json, Route } from "../../src/contract/index.ts";

interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  parameters?: { name: string; in: string; required?: boolean; schema: Json }[];
  requestBody?: { content: Record<string, Json> };
  responses: Record<string, Json>;
}

export interface OpenApi {
  openapi: string;
  info: { title: string; version: string };
  security: Json;
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Json>; securitySchemes: Record<string, Json>; responses: Record<string, Json> };
}

/** The description is sound OpenAPI 3.1 and has every route, and nothing that is not there. */
export function describesRoutes(api: OpenApi, routes: readonly Route[]): void {
  expect(api.openapi).toBe("3.1.0");
  expect(api.info.title).toBe("Tributary");
  expect(api.security).toEqual([{ token: [] }]);
  expect(api.components.securitySchemes.token).toMatchObject({ type: "http", scheme: "bearer" });

  const operations = Object.entries(api.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
  const described = operations.map(({ path, method }) => `${method} ${path}`);
  expect(described.sort()).toEqual([...routes.map(({ method, path }) => `${method} ${path}`), "get /live"].sort());
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size, "operationIds are unique").toBe(ids.length);
  for (const { path, operation } of operations) soundOperation(api, path, operation);
  for (const ref of refsIn(api as unknown as Json)) expect(resolve(api as unknown as Json, ref), ref).toBeDefined();
  expect(JSON.stringify(api)).not.toMatch(/"\$defs"|"\$schema"|__schema/);
}

function soundOperation(api: OpenApi, path: string, operation: Operation): void {
  const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === "path").map(({ name }) => name);
  expect(inPath, path).toEqual([...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]));
  expect(operation.summary).toMatch(/\S/);
  for (const tag of operation.tags) expect(api.tags.map(({ name }) => name)).toContain(tag);
  expect(operation.responses.default).toEqual({ $ref: "#/components/responses/Problem" });
  expect(Object.keys(operation.responses).some((status) => /^2\d\d$/.test(status))).toBe(true);
  const { content } = operation.requestBody ?? {};
  if (content) expect(content["application/json"] ?? content["*/*"], path).toHaveProperty("schema");
}

function refsIn(value: Json): string[] {
  if (value === null || typeof value !== "object") return [];
  const own = !Array.isArray(value) && typeof value.$ref === "string" ? [value.$ref] : [];
  return [...own, ...Object.values(value).flatMap((inner) => refsIn(inner ?? null))];
}

function resolve(root: Json, ref: string): unknown {
  expect(ref).toMatch(/^#\//);
  return ref
    .slice(2)
    .split("/")
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], root);
}
