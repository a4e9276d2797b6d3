import { expect, test } from "vitest";
import { z } from "zod";
import type { Adapter } from "../../src/contract/index.ts";
import type { AdapterExamples } from "./examples.ts";

/** Wrong settings are refused, by name; each is explained to people in both languages. */
export function checksSettings<Settings>(adapter: Adapter<Settings>, { settings }: AdapterExamples): void {
  const given = settings as Record<string, unknown>;

  test("takes the example settings", () => expect(adapter.settings.safeParse(settings).error).toBeUndefined());

  test("names every setting that is missing", () => {
    for (const key of requiredKeys(adapter)) {
      const without = Object.fromEntries(Object.entries(given).filter(([name]) => name !== key));
      expect(wrongSettings(adapter, without), `without ${key}`).toContain(key);
      expect(wrongSettings(adapter, {}), "with nothing").toContain(key);
    }
  });

  test.each(Object.keys(given))("names %s when it is of the wrong type", (key) => {
    expect(wrongSettings(adapter, { ...given, [key]: { nested: [] } })).toContain(key);
  });

  test("refuses settings that are no object", () => {
    for (const wrong of [null, undefined, "token", 7, []])
      expect(adapter.settings.safeParse(wrong).success).toBe(false);
  });

  test("says nothing of what was typed", () => {
    for (const key of Object.keys(given)) {
      const { error } = adapter.settings.safeParse({ ...given, [key]: "pl4nted secret!" });
      expect(error?.message ?? "").not.toContain("pl4nted");
    }
  });

  test("explains each setting in English and Chinese", () => {
    for (const [name, field] of Object.entries(fields(adapter))) {
      for (const word of ["title", "description", "title_zh", "description_zh"])
        expect(field[word], `${name}.${word}`).toMatch(/\S/);
    }
  });
}

function wrongSettings<Settings>(adapter: Adapter<Settings>, settings: unknown): unknown[] {
  const { error } = adapter.settings.safeParse(settings);
  for (const issue of error?.issues ?? []) expect(issue.message).toMatch(/\S/);
  return (error?.issues ?? []).map((issue) => issue.path[0]);
}

interface Described {
  properties?: Record<string, Record<string, unknown>>;
  required?: string[];
}

function describeSettings<Settings>(adapter: Adapter<Settings>): Described {
  return z.toJSONSchema(adapter.settings, { io: "input", unrepresentable: "any" }) as Described;
}

function fields<Settings>(adapter: Adapter<Settings>): Record<string, Record<string, unknown>> {
  return describeSettings(adapter).properties ?? {};
}

function requiredKeys<Settings>(adapter: Adapter<Settings>): string[] {
  return describeSettings(adapter).required ?? [];
}

/** The values of the settings that are marked secret. */
export function secretsOf<Settings>(adapter: Adapter<Settings>, settings: unknown): string[] {
  const secret = Object.entries(fields(adapter)).filter(([, field]) => field.secret === true);
  return secret
    .map(([name]) => (settings as Record<string, unknown>)[name])
    .filter((value) => typeof value === "string" && value !== "") as string[];
}
