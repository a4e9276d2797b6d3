import { z } from "zod";
import { Invalid, type Adapter } from "../contract/index.ts";

type Values = Record<string, unknown>;

const SHOWN = 4;

/** JSON Schema of an adapter's settings, with what its fields say about themselves. */
export function settingsSchema(adapter: Adapter): Values {
  return z.toJSONSchema(adapter.settings, { io: "input", unrepresentable: "any" });
}

/** The settings, checked. @throws Invalid that names each wrong one. */
export function checkSettings(adapter: Adapter, values: Values): Values {
  const result = adapter.settings.safeParse(values);
  if (result.success) return result.data as Values;
  const fields = Object.fromEntries(
    result.error.issues.map((issue) => [`settings.${issue.path.join(".")}`, issue.message]),
  );
  const list = Object.entries(fields).map(([path, fault]) => `${path}: ${fault}`);
  throw new Invalid(`The settings of this ${adapter.name} channel cannot work. ${list.join(" ")}`, fields);
}

/** The settings as a person may see them: of a secret, the last four characters. */
export function maskSettings(adapter: Adapter, values: Values): Values {
  const secrets = secretFields(adapter);
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, secrets.has(key) ? mask(value) : value]),
  );
}

/** A change laid over what is there; a secret that comes back masked, as it was shown, keeps its value. */
export function mergeSettings(adapter: Adapter, before: Values, change: Values): Values {
  const masked = maskSettings(adapter, before);
  const secrets = secretFields(adapter);
  const really = Object.entries(change).filter(([key, value]) => !(secrets.has(key) && value === masked[key]));
  return { ...before, ...Object.fromEntries(really) };
}

function mask(value: unknown): unknown {
  return typeof value === "string" && value.length > 2 * SHOWN ? `…${value.slice(-SHOWN)}` : "…";
}

function secretFields(adapter: Adapter): Set<string> {
  const schema = settingsSchema(adapter);
  const variants = (schema["anyOf"] ?? schema["oneOf"] ?? [schema]) as {
    properties?: Record<string, { secret?: boolean }>;
  }[];
  const fields = variants.flatMap(({ properties }) => Object.entries(properties ?? {}));
  return new Set(fields.filter(([, field]) => field.secret).map(([key]) => key));
}
