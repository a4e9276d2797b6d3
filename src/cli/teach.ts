import type { Command } from "commander";

/** How a command is called from the project's directory. */
export const CLI = "npm run -s cli --";

interface Lesson {
  /** What is typed after the program's name, and what it does. */
  examples: readonly (readonly [line: string, does: string])[];
  /** Anything worth knowing before. */
  notes?: readonly string[];
  exits?: Readonly<Record<number, string>>;
}

const EXITS = { 0: "done", 1: "it could not be done; one sentence on standard error says why" };

/** Puts examples and exit codes below a command's help. */
export function teach(command: Command, { examples, notes = [], exits = EXITS }: Lesson): Command {
  const lines = [
    ...(notes.length > 0 ? ["", ...notes] : []),
    ...["", "Examples:", ...examples.flatMap(([line, does]) => [`  # ${does}`, `  ${CLI} ${line}`])],
    ...["", "Exit codes:", ...Object.entries(exits).map(([code, meaning]) => `  ${code}  ${meaning}`)],
  ];
  return command.addHelpText("after", lines.join("\n"));
}
