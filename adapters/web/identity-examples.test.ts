import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { verifyIdentity } from "./identity.ts";

const SECRET = "the identity secret of a shop, long";
const GUIDES = ["widget.md", "widget.zh-CN.md"].map((name) =>
  readFileSync(path.resolve(import.meta.dirname, "../../docs", name), "utf8"),
);

/** The example under the language's heading. */
function example(guide: string, language: string): string {
  const code = new RegExp(`### ${language}\n\n\`\`\`\\w+\n(.*?)\n\`\`\``, "s").exec(guide)?.[1];
  if (code === undefined) throw new Error(`The guide has no example in ${language}.`);
  return code;
}

interface Runner {
  language: string;
  command: string;
  file: string;
  before?: string;
  /** Prints proofs of a user alone, and of one with a name and an address. */
  after: string;
}

const RUNNERS: readonly Runner[] = [
  {
    ...{ language: "Node", command: process.execPath, file: "proof.mjs" },
    after: `console.log(JSON.stringify([identityProof(process.argv[2], { userId: "4711" }),
      identityProof(process.argv[2], { userId: "4711", name: "小梅", email: "mei@shop.example" }),
      identityProof(process.argv[2], { userId: "4711", email: "mei@shop.example" })]));`,
  },
  {
    ...{ language: "Python", command: "python3", file: "proof.py" },
    after: `import json, sys
s = sys.argv[1]
print(json.dumps([identity_proof(s, "4711"), identity_proof(s, "4711", "小梅", "mei@shop.example"), identity_proof(s, "4711", email="mei@shop.example")]))`,
  },
  {
    ...{ language: "PHP", command: "php", file: "proof.php", before: "<?php\n" },
    after: `echo json_encode([identity_proof($argv[1], "4711"), identity_proof($argv[1], "4711", "小梅", "mei@shop.example"), identity_proof($argv[1], "4711", null, "mei@shop.example")]);`,
  },
  {
    ...{ language: "Ruby", command: "ruby", file: "proof.rb" },
    after: `require "json"
puts [identity_proof(ARGV[0], "4711"), identity_proof(ARGV[0], "4711", name: "小梅", email: "mei@shop.example"), identity_proof(ARGV[0], "4711", email: "mei@shop.example")].to_json`,
  },
  {
    ...{ language: "Go", command: "go", file: "proof.go" },
    after: `func main() {
	s := os.Args[1]
	json.NewEncoder(os.Stdout).Encode([]Proof{IdentityProof(s, "4711", "", ""), IdentityProof(s, "4711", "小梅", "mei@shop.example"), IdentityProof(s, "4711", "", "mei@shop.example")})
}`,
  },
];

function isInstalled(command: string): boolean {
  try {
    execFileSync(command, [command === "go" ? "version" : "--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Go wants a program of its own: the example is a package to be taken into one. */
function asProgram({ language, before = "", after }: Runner, code: string): string {
  const whole = `${before}${code}\n\n${after}\n`;
  if (language !== "Go") return whole;
  return whole
    .replace("package chat", "package main")
    .replace('"encoding/hex"', '"encoding/hex"\n\t"encoding/json"\n\t"os"');
}

for (const runner of RUNNERS) {
  test.skipIf(!isInstalled(runner.command))(`the example in ${runner.language} proves who the user is`, () => {
    const folder = mkdtempSync(path.join(tmpdir(), "tributary-proof-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(path.join(folder, runner.file), asProgram(runner, example(GUIDES[0]!, runner.language)));
    const args = [...(runner.command === "go" ? ["run"] : []), runner.file, SECRET];
    const printed = execFileSync(runner.command, args, { cwd: folder, encoding: "utf8" });
    const visitors = (JSON.parse(printed) as unknown[]).map((proof) => verifyIdentity(proof, SECRET, new Date()));
    const user = { place: "user:4711", verified: true };
    const email = "mei@shop.example";
    expect(visitors).toEqual([user, { ...user, name: "小梅", email }, { ...user, email }]);
  });
}

test("both guides have the same examples in five languages", () => {
  for (const { language } of RUNNERS) expect(example(GUIDES[1]!, language)).toBe(example(GUIDES[0]!, language));
});
