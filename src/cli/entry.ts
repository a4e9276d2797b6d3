import type { Command } from "commander";
import { NewEntryPoint, type EntryPoint } from "../contract/api-attribution.ts";
import { decodeCursor } from "../contract/index.ts";
import { z } from "zod";
import { CommandFault } from "./fault.ts";
import { checked, id } from "./input.ts";
import { printJson, type Io } from "./io.ts";
import { table } from "./table.ts";
import { teach } from "./teach.ts";
import { visitHub } from "./visit.ts";

const PAGE = 200;

interface Options {
  channel?: string;
  url?: string;
  json?: true;
  [field: string]: string | true | undefined;
}

export function addEntry(program: Command, io: Io): void {
  const entry = program
    .command("entry")
    .summary("make and list entry points, with links and QR codes")
    .description("Entry points: doors that people come through, each with a code of its own.");
  addCreate(entry, io);
  addList(entry, io);
}

function addCreate(entry: Command, io: Io): void {
  const command = entry
    .command("create")
    .description(
      "Makes an entry point and prints its link and its QR codes. A printed code stays, where it leads may change.",
    )
    .requiredOption("--name <name>", "what it is: Poster at the station")
    .requiredOption("--medium <medium>", "poster, ad, newsletter, link, referral, invite, window, keyword ...")
    .option("--channel <id>", "the channel whose chat it opens", id)
    .option("--url <address>", "or the web address it leads to; e=CODE is added to it")
    .option("--campaign <words>")
    .option("--placement <words>")
    .option("--region <words>")
    .option("--owner <words>")
    .option("--json", "as JSON")
    .action(async ({ channel, url, json, ...fields }: Options) => {
      if ((channel === undefined) === (url === undefined))
        throw new CommandFault("Say where the entry point leads: either --channel or --url.");
      const target = { ...(channel && { channelId: channel }), ...(url && { targetUrl: url }) };
      const input = checked(NewEntryPoint, { ...fields, ...target }, "entry point");
      const made = await visitHub(io, (hub) => hub.attribution.entryPoints.create(input));
      if (json) return printJson(io, made);
      await io.out(`Link     ${made.url}\nQR code  ${made.qr.svg}\n         ${made.qr.png}\nId       ${made.id}\n`);
    });
  teach(command, {
    examples: [
      ['entry create --name "Poster at the station" --medium poster --channel ID', "a QR code that opens the chat"],
      ['entry create --name "May newsletter" --medium newsletter --url https://shop.example/', "a link to a page"],
    ],
  });
}

function addList(entry: Command, io: Io): void {
  const command = entry
    .command("list")
    .description("Lists the entry points, the newest first.")
    .option("--archived", "those that are archived as well")
    .option("--json", "as JSON")
    .action(async ({ archived, json }: { archived?: true; json?: true }) => {
      const rows = await visitHub(io, async ({ attribution }) => {
        const all: EntryPoint[] = [];
        for (let next: string | null | undefined; next !== null;) {
          const after = decodeCursor(next, z.uuid());
          const page = await attribution.entryPoints.list({ after, limit: PAGE, archived: archived ? "all" : "false" });
          all.push(...page.items);
          next = page.next;
        }
        return all;
      });
      if (json) return printJson(io, rows);
      const cells = rows.map((row) => [
        row.id,
        row.name,
        row.medium,
        row.url,
        row.qr.svg,
        row.archivedAt && "archived",
      ]);
      await io.out(table(["id", "name", "medium", "link", "QR code", "state"], cells));
    });
  teach(command, { examples: [["entry list", "every door that is open"]] });
}
