import { oneLine, pad, widthOf } from "./table.ts";

/** One thing that `doctor` looked at. */
export interface Finding {
  name: string;
  state: "ok" | "warn" | "fail";
  detail: string;
  /** What to do about it. */
  next?: string;
}

export const ok = (name: string, detail: string): Finding => ({ name, state: "ok", detail });
export const warn = (name: string, detail: string, next: string): Finding => ({ name, state: "warn", detail, next });
export const fail = (name: string, detail: string, next?: string): Finding => ({
  ...{ name, state: "fail", detail },
  ...(next !== undefined && { next }),
});

/** The findings as a table, what to do next below each, and a verdict at the end. */
export function describeFindings(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ name }) => widthOf(name)));
  const lines = findings.flatMap(({ state, name, detail, next }) => {
    const [first = "", ...rest] = detail.split("\n");
    const indent = " ".repeat(width + 8);
    return [
      `${state.padEnd(4)}  ${pad(oneLine(name), width)}  ${oneLine(first)}`,
      ...rest.map((line) => `${indent}${oneLine(line)}`),
      ...(next === undefined ? [] : [`${indent}-> ${oneLine(next)}`]),
    ];
  });
  return `${[...lines, "", verdictOf(findings)].join("\n")}\n`;
}

function verdictOf(findings: readonly Finding[]): string {
  const count = (state: Finding["state"]) => findings.filter((each) => each.state === state).length;
  const [failed, warned] = [count("fail"), count("warn")];
  if (failed === 0 && warned === 0) return "Everything is as it should be.";
  const parts = [failed > 0 && `${failed} failed`, warned > 0 && `${warned} to look at`].filter(Boolean);
  return `Of ${findings.length} checks: ${parts.join(", ")}.`;
}
