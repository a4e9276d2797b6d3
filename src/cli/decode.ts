import type { Command } from "commander";
import { BadPayload, type Connection, type HubEvent, type Json } from "../contract/index.ts";
import { dryTools } from "./dry-tools.ts";
import { CommandFault } from "./fault.ts";
import { jsonIn, nameOf, readText, unreadable } from "./files.ts";
import { printJson, type Io } from "./io.ts";
import { adapterNamed, openAdapter } from "./open-adapter.ts";
import { teach } from "./teach.ts";

const NOBODY = "00000000-0000-7000-8000-000000000000";

export function addDecode(program: Command, io: Io): void {
  const command = program
    .command("decode")
    .summary("show what the hub makes of a payload")
    .description("Shows what the hub makes of a payload: prints the array of HubEvents as JSON. Needs no database.")
    .argument("<adapter>", "the platform it came from, such as telegram")
    .argument("<file>", "the payload as JSON, as the platform delivered it; - reads the standard input")
    .option("--settings <file>", "the channel's settings as JSON; which messages address the bot depends on them")
    .option("--batch", "the file holds several payloads: a JSON array, or one to a line")
    .action(async (name: string, file: string, options: { settings?: string; batch?: true }) => {
      const adapter = await adapterNamed(name);
      const tools = dryTools({ clock: io.clock, channelId: NOBODY, hubUrl: new URL("https://hub.example/") });
      const text = await readText(io, file);
      const payloads = options.batch
        ? batchIn(text, nameOf(file))
        : [{ name: nameOf(file), payload: jsonIn(text, nameOf(file)) }];
      const connection = await openAdapter(io, adapter, options.settings, tools);
      await printJson(
        io,
        payloads.flatMap((each) => decodeOne(connection, each.payload, each.name)),
      );
    });
  teach(command, {
    examples: [
      ["decode telegram update.json", "what one update means"],
      ["decode telegram update.json --settings bot.json", "in a group: does it address this very bot?"],
      ["decode web - --batch < payloads.jsonl", "many payloads, one to a line"],
    ],
    exits: { 0: "the events were printed", 1: "the payload cannot be read; one sentence on standard error says why" },
  });
}

/** @throws CommandFault with the adapter's reason. */
export function decodeOne(connection: Connection, payload: Json, name: string): HubEvent[] {
  try {
    return connection.decode(payload);
  } catch (error) {
    if (!(error instanceof BadPayload)) throw error;
    const { message } = unreadable(name, error);
    throw new CommandFault(Array.isArray(payload) ? `${message} If it holds several payloads, add --batch.` : message);
  }
}

/** The payloads of a JSON array, or of JSON lines. @throws CommandFault that names the item. */
export function batchIn(text: string, name: string): { name: string; payload: Json }[] {
  if (/^\s*\[/.test(text)) {
    const list = jsonIn(text, name) as Json[];
    return list.map((payload, at) => ({ name: `${name}, item ${at + 1},`, payload }));
  }
  return text.split("\n").flatMap((line, at) => {
    const where = `${name}, line ${at + 1},`;
    return line.trim() === "" ? [] : [{ name: where, payload: jsonIn(line, where) }];
  });
}
