import { Option, type Command } from "commander";
import { Email } from "../contract/api-staff.ts";
import { ROLES, type Role } from "../contract/index.ts";
import type { Hub } from "../hub.ts";
import { CommandFault } from "./fault.ts";
import { checked } from "./input.ts";
import { printJson, type Io } from "./io.ts";
import { table } from "./table.ts";
import { CLI, teach } from "./teach.ts";
import { visitHub } from "./visit.ts";

const PAGE = 200;

type PersonRow = Awaited<ReturnType<Hub["staff"]["people"]["list"]>>[number];

export function addStaff(program: Command, io: Io): void {
  const staff = program
    .command("staff")
    .summary("invite people of ours, help them in, see them out")
    .description("People of ours: invite them, give them a new password, another role, or end their time.");
  addList(staff, io);
  addInvite(staff, io);
  addReset(staff, io);
  addRole(staff, io);
  addEnd(staff, io);
}

function addList(staff: Command, io: Io): void {
  const command = staff
    .command("list")
    .description("Lists the people of ours.")
    .option("--ended", "those who left, too")
    .option("--json", "as JSON")
    .action(async ({ ended = false, json }: { ended?: boolean; json?: true }) => {
      const rows = await visitHub(io, (hub) => allPeople(hub, ended));
      if (json) return printJson(io, rows);
      const moment = (at: Date | null) => at && at.toISOString().slice(0, 16).replace("T", " ");
      const yes = (is: boolean) => (is ? "yes" : "no");
      const cells = rows.map((row) => [
        ...[row.id, row.name, row.email, row.role],
        ...[yes(row.hasPassword), yes(row.secondFactor), moment(row.lastSeenAt), moment(row.endedAt)],
      ]);
      const heads = ["id", "name", "e-mail", "role", "password", "second factor", "last seen", "left"];
      await io.out(table(heads, cells));
    });
  teach(command, { examples: [["staff list", "who may sign in?"]] });
}

function addInvite(staff: Command, io: Io): void {
  const command = staff
    .command("invite")
    .description("Prints a one-time link with which somebody joins. It works for seven days; hand it over yourself.")
    .argument("<email>", "their e-mail address")
    .addOption(new Option("--role <role>", "what they may do").choices([...ROLES]).makeOptionMandatory())
    .action(async (text: string, { role }: { role: Role }) => {
      const email = checked(Email, text, "e-mail address");
      const { url } = await visitHub(io, (hub) => hub.staff.links.invite({ email, role }, "cli"));
      io.err(`Give this link to ${email}. It is shown this once, and works once, within seven days:\n`);
      await io.out(`${url}\n`);
    });
  teach(command, { examples: [["staff invite ana@example.com --role agent", "a new colleague"]] });
}

function addReset(staff: Command, io: Io): void {
  const command = staff
    .command("reset")
    .description("Prints a one-time link to a new password. It works for four hours.")
    .argument("<email>", "the e-mail address of somebody of ours")
    .option("--second-factor", "whoever uses the link also loses the second factor (a lost phone)")
    .action(async (text: string, { secondFactor = false }: { secondFactor?: boolean }) => {
      const { url } = await visitHub(io, async (hub) => {
        const person = await findPerson(hub, text);
        return hub.staff.links.reset(person.id, secondFactor, "cli");
      });
      io.err("Open this link on the running hub, once, within four hours:\n");
      await io.out(`${url}\n`);
    });
  teach(command, {
    examples: [
      ["staff reset ana@example.com", "she forgot her password"],
      ["staff reset ana@example.com --second-factor", "she lost her phone and her recovery codes"],
    ],
  });
}

function addRole(staff: Command, io: Io): void {
  const command = staff
    .command("role")
    .description("Gives somebody of ours another role; their sessions and tokens have it at once.")
    .argument("<email>", "their e-mail address")
    .addOption(new Option("--role <role>", "what they may do").choices([...ROLES]).makeOptionMandatory())
    .action(async (text: string, { role }: { role: Role }) => {
      const { name } = await visitHub(io, async (hub) => {
        const person = await findPerson(hub, text);
        return hub.staff.people.changeRole(person.id, role, "cli");
      });
      await io.out(`${name} is ${role} now.\n`);
    });
  teach(command, { examples: [["staff role ana@example.com --role owner", "a second owner"]] });
}

function addEnd(staff: Command, io: Io): void {
  const command = staff
    .command("end")
    .description("Ends somebody's time with us: their sessions, tokens and passwords are gone at once.")
    .argument("<email>", "their e-mail address")
    .action(async (text: string) => {
      const { name } = await visitHub(io, async (hub) => {
        const person = await findPerson(hub, text);
        return hub.staff.people.end(person.id, "cli");
      });
      await io.out(`${name} may not sign in any more.\n`);
    });
  teach(command, { examples: [["staff end ben@example.com", "he has left"]] });
}

async function allPeople({ staff }: Hub, ended: boolean): Promise<PersonRow[]> {
  const all: PersonRow[] = [];
  for (;;) {
    const page = await staff.people.list({ ended, after: all.at(-1)?.id, limit: PAGE });
    if (page.length === 0) return all;
    all.push(...page);
  }
}

async function findPerson(hub: Hub, text: string): Promise<PersonRow> {
  const email = checked(Email, text, "e-mail address");
  const person = (await allPeople(hub, true)).find((row) => row.email === email);
  if (person) return person;
  throw new CommandFault(`Nobody of ours has this e-mail address. See: ${CLI} staff list --ended`);
}
