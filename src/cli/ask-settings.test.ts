import { expect, test } from "vitest";
import { z } from "zod";
import type { Adapter } from "../contract/index.ts";
import { askSettings } from "./ask-settings.ts";
import type { Io } from "./io.ts";

const adapter = {
  name: "test",
  settings: z
    .object({
      token: z.string("A token.").min(4, "At least four characters.").meta({ title: "Token", secret: true }),
      mode: z.enum(["socket", "http"]).default("socket"),
      secret: z.string().optional().meta({ description: "For http." }),
      port: z.int().optional(),
      tls: z.boolean().optional(),
    })
    .refine(({ mode, secret }) => mode === "socket" || secret, { path: ["secret"], error: "http needs the secret." }),
} as unknown as Adapter;

/** Answers as typed, in turn; tells what was asked and said. */
async function asking(...answers: string[]) {
  const asked: [question: string, secret: boolean][] = [];
  let said = "";
  const ask = async (question: string, secret: boolean) => {
    asked.push([question, secret]);
    if (answers.length === 0) throw new Error(`Asked once too often: ${question}`);
    return answers.shift()!;
  };
  const io = { ask, err: (text: string) => (said += text) } as unknown as Io & { ask: typeof ask };
  return { values: await askSettings(io, adapter), asked, said };
}

test("asks for each setting, keeps defaults, and hides what is secret", async () => {
  const { values, asked } = await asking("abcd", "", "", "8080", "yes");
  expect(values).toEqual({ token: "abcd", port: 8080, tls: true });
  expect(asked).toEqual([
    ["Token: ", true],
    ["mode [socket | http]: ", false],
    ["secret (optional): ", false],
    ["port (optional): ", false],
    ["tls (optional): ", false],
  ]);
});

test("asks again for what is wrong, and says why", async () => {
  const { values, asked, said } = await asking("abc", "http", "", "x", "", "abcd", "1", "hidden");
  expect(said).toMatch(/token: At least four characters[\s\S]*secret: http needs the secret/);
  expect(values).toEqual({ token: "abcd", mode: "http", secret: "hidden", port: 1 });
  expect(asked.length).toBeGreaterThan(5);
});
