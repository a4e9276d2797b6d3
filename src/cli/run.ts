import { Command, CommanderError } from "commander";
import { addAttribute } from "./attribute.ts";
import { addAudit } from "./audit.ts";
import { addChannel } from "./channel.ts";
import { addConversion } from "./conversion.ts";
import { addCounts } from "./counts.ts";
import { addDecode } from "./decode.ts";
import { addDoctor } from "./doctor.ts";
import { addEntry } from "./entry.ts";
import { addExport } from "./export.ts";
import { BadNews, debugFault, explainFault } from "./fault.ts";
import { addImport } from "./import.ts";
import type { Io } from "./io.ts";
import { addKb } from "./kb.ts";
import { addReceive } from "./receive.ts";
import { addReplay } from "./replay.ts";
import { addStaff } from "./staff.ts";
import { CLI, teach } from "./teach.ts";
import { addClaim, addToken } from "./token.ts";
import { addVoice } from "./voice.ts";

/** Runs one command and resolves with the process's exit code. Never rejects. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const program = createProgram(io);
  try {
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode; // it has said what is wrong
    if (error instanceof BadNews) return 1;
    io.err(`${io.debug ? debugFault(error) : explainFault(error)}\n`);
    return 1;
  }
}

function createProgram(io: Io): Command {
  const program = new Command("tributary")
    .usage("<command> [options]")
    .description("Tools for the operators of a Tributary hub. They work beside a running hub and without one.")
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ writeOut: (text) => void io.out(text), writeErr: (text) => io.err(text) })
    .configureHelp({ showGlobalOptions: false });
  program.name(CLI);
  program.helpCommand("help [command]", "explain a command, with examples");
  for (const add of [addDoctor, addClaim, addStaff, addToken, addChannel, addEntry, addDecode, addReceive])
    add(program, io);
  for (const add of [addReplay, addExport, addImport, addAudit, addAttribute, addKb, addVoice]) add(program, io);
  for (const add of [addConversion, addCounts]) add(program, io);
  return teach(program, {
    notes: [
      "The environment says which hub is meant, as for `npm start` (.env.example explains it): TRIBUTARY_DATA_DIR or DATABASE_URL.",
    ],
    examples: [
      ["doctor", "is everything as it should be?"],
      ["help decode", "what a command does, with examples"],
    ],
  });
}
