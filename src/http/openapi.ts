import { z, type ZodType } from "zod";
import type { Json, Route } from "../contract/index.ts";
import { parameterNames } from "./route-path.ts";

type Schema = { [key: string]: Json | undefined };

const PROBLEM: Schema = {
  type: "object",
  description: "What went wrong (RFC 9457). `code` is stable; `errors` says what is wrong where.",
  properties: {
    type: { type: "string", format: "uri" },
    title: { type: "string" },
    status: { type: "integer" },
    code: { type: "string", examples: ["invalid"] },
    detail: { type: "string" },
    errors: {
      type: "array",
      items: {
        type: "object",
        properties: { path: { type: "string", examples: ["body.name"] }, message: { type: "string" } },
        required: ["path", "message"],
      },
    },
    requestId: { type: "string", format: "uuid" },
  },
  required: ["type", "title", "status", "code", "requestId"],
};

const LIVE: Schema = {
  get: {
    operationId: "getLive",
    tags: ["live"],
    summary:
      "Server-sent events that say what changed; ask for it again then. The token goes into the header, as always.",
    responses: {
      200: {
        description: "`event: changed`, `data: { topic, id }`",
        content: { "text/event-stream": { schema: { type: "string" } } },
      },
      default: { $ref: "#/components/responses/Problem" },
    },
  },
};

/** The API as OpenAPI 3.1, drawn from the very routes that are served. */
export function openApi(routes: readonly Route[], version: string): Schema {
  const schemas: Record<string, Schema> = { Problem: PROBLEM };
  const paths: Record<string, Schema> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route, schemas) };
  }
  paths["/live"] = LIVE;
  return {
    openapi: "3.1.0",
    info: {
      title: "Tributary",
      version,
      description: "Lists are paged: hand `next` back as `cursor`. A POST with an Idempotency-Key is done once.",
    },
    servers: [{ url: "/api/v1" }],
    security: [{ token: [] }],
    tags: [...new Set([...routes.map(tagOf), "live"])].sort().map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer", description: "An API token: `trib_...`." } },
      responses: {
        Problem: {
          description: "It could not be done.",
          content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
        },
      },
      schemas,
    },
  };
}

function operationOf(route: Route, schemas: Record<string, Schema>): Schema {
  const id = operationId(route);
  const body = route.body && drawn(route.body, "input", `${id}Body`, schemas);
  const result: Schema = route.download
    ? { "application/octet-stream": { schema: { type: "string", format: "binary" } } }
    : { "application/json": { schema: drawn(route.response, "output", `${id}Result`, schemas) } };
  return {
    operationId: id,
    tags: [tagOf(route)],
    summary: route.summary,
    description: route.open ? "Open to anybody." : `Roles: ${route.roles.join(", ")}.`,
    ...(route.open && { security: [] }),
    parameters: parametersOf(route, id, schemas),
    ...(body && { requestBody: { required: true, content: { "application/json": { schema: body } } } }),
    ...(route.upload && { requestBody: { required: true, content: { "*/*": { schema: { format: "binary" } } } } }),
    responses: {
      [route.status ?? 200]: {
        description: "Done.",
        content: result,
      },
      default: { $ref: "#/components/responses/Problem" },
    },
  };
}

/** getEntryPointsById */
function operationId({ method, path }: Route): string {
  const words = path.split("/").filter(Boolean);
  const named = words.map((word) =>
    word.startsWith("{")
      ? `By${capital(word.slice(1, -1))}`
      : word
          .split(/[^A-Za-z0-9]+/)
          .map(capital)
          .join(""),
  );
  return method + named.join("");
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function tagOf({ path }: Route): string {
  return path.split("/")[1] ?? "";
}

function parametersOf(route: Route, id: string, schemas: Record<string, Schema>): Json {
  const inPath = route.params ? propertiesOf(drawn(route.params, "input", `${id}Params`, schemas), schemas) : {};
  const inQuery = route.query ? propertiesOf(drawn(route.query, "input", `${id}Query`, schemas), schemas) : {};
  const key = { name: "Idempotency-Key", in: "header", required: false, schema: { type: "string", maxLength: 200 } };
  return [
    ...parameterNames(route.path).map((name) => ({
      name,
      in: "path",
      required: true,
      schema: inPath[name]?.schema ?? { type: "string" },
    })),
    ...Object.entries(inQuery).map(([name, property]) => ({ name, in: "query", ...property })),
    ...(route.method === "post" ? [key] : []),
    ...(route.upload ? [{ name: "X-File-Name", in: "header", required: false, schema: { type: "string" } }] : []),
  ];
}

function propertiesOf(
  schema: Schema,
  schemas: Record<string, Schema>,
): Record<string, { required: boolean; schema: Schema }> {
  const name = typeof schema.$ref === "string" ? schema.$ref.slice(COMPONENTS.length) : undefined;
  const object = name === undefined ? schema : (schemas[name] ?? {});
  const required = Array.isArray(object.required) ? object.required : [];
  const properties = Object.entries((object.properties ?? {}) as Record<string, Schema>);
  return Object.fromEntries(
    properties.map(([key, inner]) => [key, { required: required.includes(key), schema: inner }]),
  );
}

const COMPONENTS = "#/components/schemas/";

/** The schema, with everything it refers to moved among the components. `name` is for what has none of its own. */
function drawn(schema: ZodType, io: "input" | "output", name: string, schemas: Record<string, Schema>): Schema {
  const {
    $schema: _,
    $defs = {},
    ...root
  } = z.toJSONSchema(schema, { io, unrepresentable: "any", override: drawRest }) as Schema;
  const definitions = Object.entries($defs as Record<string, Schema>);
  const names = new Map(definitions.map(([key, inner]) => [key, componentName(key, inner, { io, name, schemas })]));
  const moved = (value: Schema) =>
    withRefs(value, (ref) => COMPONENTS + (ref === "#" ? name : (names.get(ref.slice("#/$defs/".length)) ?? name)));
  for (const [key, inner] of definitions) schemas[names.get(key)!] = moved(inner);
  const result = moved(root);
  if (!JSON.stringify(root).includes('"$ref":"#"')) return result;
  schemas[name] = result; // it contains itself
  return { $ref: COMPONENTS + name };
}

/** A named schema keeps its name; where what goes in differs from what comes out, the former is called so. */
function componentName(
  key: string,
  inner: Schema,
  { io, name, schemas }: { io: "input" | "output"; name: string; schemas: Record<string, Schema> },
): string {
  if (key.startsWith("__")) return `${name}${key.replaceAll(/\D/g, "")}`;
  const known = schemas[key];
  if (io === "output" || (known && JSON.stringify(known) === JSON.stringify(inner))) return key;
  return key.startsWith("New") ? key : `${key}Input`;
}

/** What JSON has no words for, as it is sent. */
function drawRest({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodTypes;
  jsonSchema: z.core.JSONSchema.BaseSchema;
}): void {
  const { type } = zodSchema._zod.def;
  if (type === "date") Object.assign(jsonSchema, { type: "string", format: "date-time" });
  if (type === "bigint")
    Object.assign(jsonSchema, {
      type: ["integer", "string"],
      description: "A number; beyond 2^53 its digits as text.",
    });
}

function withRefs(value: Schema, rename: (ref: string) => string): Schema {
  return JSON.parse(JSON.stringify(value), (key, inner: Json) =>
    key === "$ref" && typeof inner === "string" ? rename(inner) : inner,
  ) as Schema;
}
