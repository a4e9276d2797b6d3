import { Option, type Command } from "commander";
import { z } from "zod";
import { ROLES, type Role } from "../contract/index.ts";
import { CommandFault } from "./fault.ts";
import { checked, id } from "./input.ts";
import { printJson, type Io } from "./io.ts";
import { table } from "./table.ts";
import { CLI, teach } from "./teach.ts";
import { visitHub } from "./visit.ts";

const PAGE = 200;
const Name = z.object({ name: z.string().trim().min(1, "Say what it is for.").max(100) });

export function addToken(program: Command, io: Io): void {
  const token = program
    .command("token")
    .summary("make, list and revoke tokens for the API")
    .description("Tokens for the API: make, list and revoke them.");
  addCreate(token, io);
  addList(token, io);
  addRevoke(token, io);
}

function addCreate(token: Command, io: Io): void {
  const command = token
    .command("create")
    .description("Makes a token for the API and prints it, this once, on standard output.")
    .requiredOption("--name <name>", "what it is for")
    .addOption(new Option("--role <role>", "what it may do").choices([...ROLES]).makeOptionMandatory())
    .option("--staff <id>", "the person it speaks for; without one it belongs to a machine", id)
    .action(async ({ name, role, staff }: { name: string; role: Role; staff?: string }) => {
      const input = { ...checked(Name, { name }, "token"), role, staffId: staff };
      const made = await visitHub(io, (hub) => hub.tokens.create(input, "cli"));
      io.err(`Token ${made.id} (${made.role}) for "${made.name}". Keep it safe: it is shown this once.\n`);
      await io.out(`${made.token}\n`);
    });
  teach(command, {
    examples: [
      ['token create --name "till in the shop" --role marketer', "a token for a program"],
      [
        "token create --name laptop --role owner --staff 0190a000-0000-7000-8000-000000000001",
        "a person's second token",
      ],
    ],
  });
}

function addList(token: Command, io: Io): void {
  const command = token
    .command("list")
    .description("Lists all tokens, the newest first. The tokens themselves are not kept, only how they begin.")
    .option("--json", "as JSON")
    .action(async ({ json }: { json?: true }) => {
      const rows = await visitHub(io, async ({ tokens }) => {
        const all: Awaited<ReturnType<typeof tokens.list>> = [];
        for (
          let page = await tokens.list(undefined, PAGE);
          page.length > 0;
          page = await tokens.list(all.at(-1)!.id, PAGE)
        )
          all.push(...page);
        return all;
      });
      if (json) return printJson(io, rows);
      const day = (at: Date | null) => at && at.toISOString().slice(0, 16).replace("T", " ");
      const cells = rows.map((row) => [
        row.id,
        row.name,
        row.role,
        row.prefix,
        day(row.createdAt),
        day(row.lastUsedAt),
        day(row.revokedAt),
      ]);
      await io.out(table(["id", "name", "role", "begins", "created", "last used", "revoked"], cells));
    });
  teach(command, { examples: [["token list", "who may call the API"]] });
}

function addRevoke(token: Command, io: Io): void {
  const command = token
    .command("revoke")
    .description("Revokes a token: from now on every hub refuses it.")
    .argument("<id>", "the token's id, see: token list", id)
    .action(async (tokenId: string) => {
      const { name, role } = await visitHub(io, (hub) => hub.tokens.revoke(tokenId, "cli"));
      await io.out(`The ${role} token "${name}" is revoked.\n`);
    });
  teach(command, { examples: [["token revoke 0190a000-0000-7000-8000-000000000001", "a laptop was lost"]] });
}

export function addClaim(program: Command, io: Io): void {
  const command = program
    .command("claim")
    .summary("print a new one-time link to become the hub's owner")
    .description("Prints a new one-time link with which the first owner claims this hub. It works for 15 minutes.")
    .action(async () => {
      const link = await visitHub(io, (hub) => hub.claims.issue());
      if (!link)
        throw new CommandFault(
          `This hub has an owner. Who forgot their password gets a new one by: ${CLI} staff reset EMAIL`,
        );
      io.err("Open this link on the running hub, once, within 15 minutes:\n");
      await io.out(`${link.url}\n`);
    });
  teach(command, { examples: [["claim", "the first link has expired"]] });
}
