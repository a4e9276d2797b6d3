import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { envExample, settings, withTable } from "../scripts/config-table.ts";
import { readConfig } from "./config.ts";
import { ConfigError } from "./contract/index.ts";

const read = (file: string) => readFile(path.resolve(import.meta.dirname, "..", file), "utf8");

test("nothing needs to be set", () => {
  const config = readConfig({});
  expect(config).toMatchObject({
    port: 8080,
    host: "127.0.0.1",
    publicUrl: undefined,
    databaseUrl: undefined,
    trustProxy: false,
  });
  expect(path.isAbsolute(config.dataDir)).toBe(true);
  expect(Object.isFrozen(config)).toBe(true);
});

test("what is set and empty counts as not set", () => {
  expect(readConfig({ PORT: "", DATABASE_URL: "", TRUST_PROXY: "" })).toEqual(readConfig({}));
});

test("values become what they mean", () => {
  const config = readConfig({
    PORT: "0",
    PUBLIC_URL: "https://hub.example.com/chat",
    TRUST_PROXY: "10.0.0.0/8, 192.168.1.1",
    ALLOW_PRIVATE_ADDRESSES: "true",
  });
  expect(config.port).toBe(0);
  expect(config.publicUrl?.href).toBe("https://hub.example.com/chat/");
  expect(config.trustProxy).toEqual(["10.0.0.0/8", "192.168.1.1"]);
  expect(config.allowPrivateAddresses).toBe(true);
  expect(readConfig({ TRUST_PROXY: "1" }).trustProxy).toBe(1);
});

const WRONG = {
  PORT: "eighty-eighty",
  PUBLIC_URL: "hub.planted.example",
  DATABASE_URL: "mysql://planted:pa55word@db/planted",
  TRIBUTARY_SECRET: "planted",
  LOG_LEVEL: "planted-level",
  ALLOW_PRIVATE_ADDRESSES: "planted-maybe",
  MOST_WAITING: "3",
};

test("wrong settings are all named at once, and no value is", () => {
  const fault = faultOf(WRONG);
  for (const name of Object.keys(WRONG)) expect(fault).toContain(`  ${name}: `);
  expect(fault).toContain(`${Object.keys(WRONG).length} wrong setting(s)`);
  for (const value of ["planted", "eighty", "pa55word", "mysql:"]) expect(fault).not.toContain(value);
});

test("a database of one's own needs the secret that all its hubs share", () => {
  const fault = faultOf({ DATABASE_URL: "postgres://hub:pa55word@db/hub" });
  expect(fault).toContain("TRIBUTARY_SECRET");
  expect(fault).not.toContain("pa55word");
});

test(".env.example and the tables of the guide say what the code says (npm run docs:config)", async () => {
  expect(await read(".env.example")).toBe(envExample());
  const guide = await read("docs/operating.md");
  expect(guide).toBe(await withTable(guide));
  const chinese = await read("docs/operating.zh-CN.md");
  for (const { name, means, preset } of settings()) {
    expect(means, name).not.toBe("");
    const row = chinese.split("\n").find((line) => line.startsWith(`| \`${name}\` `));
    expect(row ?? "", `${name} in docs/operating.zh-CN.md`).toContain(preset === undefined ? name : `\`${preset}\``);
  }
});

function faultOf(environment: Record<string, string>): string {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("These settings were taken.");
}
