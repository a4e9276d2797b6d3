import type { Command } from "commander";
import { checkSettings } from "../channels/index.ts";
import { NewChannel, type ChannelView } from "../contract/api-channels.ts";
import type { Adapter } from "../contract/index.ts";
import type { Hub } from "../hub.ts";
import { askSettings } from "./ask-settings.ts";
import { BadNews, CommandFault } from "./fault.ts";
import { readJson, readObject } from "./files.ts";
import { checked, id } from "./input.ts";
import { printJson, type Io } from "./io.ts";
import { adapterNamed } from "./open-adapter.ts";
import { table } from "./table.ts";
import { CLI, teach } from "./teach.ts";
import { visitHub } from "./visit.ts";

export function addChannel(program: Command, io: Io): void {
  const channel = program
    .command("channel")
    .summary("list, add, switch, check, register and set up channels")
    .description("Channels: the accounts on platforms through which the hub speaks.");
  addList(channel, io);
  addAdd(channel, io);
  addCheck(channel, io);
  addRegister(channel, io);
  addSwitch(channel, io, { name: "enable", enabled: true, does: "Opens a channel again that was switched off." });
  addSwitch(channel, io, {
    name: "disable",
    enabled: false,
    does: "Switches a channel off: nothing comes in and nothing goes out until it is enabled again. Nothing is lost of what waits.",
  });
  addSetup(channel, io);
}

/** The hub with its channels open, as far as they can be. */
function visitChannels<T>(io: Io, work: (hub: Hub) => Promise<T>): Promise<T> {
  return visitHub(io, async (hub) => {
    await hub.registry.refresh();
    return work(hub);
  });
}

function addList(channel: Command, io: Io): void {
  const command = channel
    .command("list")
    .description("Lists the channels. Of secret settings only the last four characters are shown.")
    .option("--json", "as JSON, with the settings")
    .action(async ({ json }: { json?: true }) => {
      const rows = await visitChannels(io, ({ desk }) => desk.list());
      if (json) return printJson(io, rows);
      const cells = rows.map((row) => [row.id, row.adapter, row.name, stateOf(row), row.lastInboundAt, row.webhookUrl]);
      await io.out(table(["id", "adapter", "name", "state", "last heard of", "webhook"], cells));
    });
  teach(command, { examples: [["channel list", "which channels are there, and are they open?"]] });
}

function stateOf({ enabled, lastError }: ChannelView): string {
  if (!enabled) return "off";
  return lastError === null ? "on" : "cannot be opened";
}

function addAdd(channel: Command, io: Io): void {
  const command = channel
    .command("add")
    .description("Connects a channel and prints its id. A running hub opens it within seconds.")
    .argument("<adapter>", "the platform, such as telegram")
    .requiredOption("--name <name>", "what people call it: Support on Telegram")
    .option(
      "--settings <file>",
      "its settings as JSON; - reads the standard input, so that secrets need no file. Without it you are asked for each",
    )
    .action(async (name: string, options: { name: string; settings?: string }) => {
      const adapter = await adapterNamed(name);
      const settings = await settingsFor(io, adapter, options.settings);
      checkSettings(adapter, settings); // said before a database is opened
      const input = checked(NewChannel, { adapter: adapter.name, name: options.name, settings }, "channel");
      const made = await visitHub(io, async ({ desk, registry }) => {
        const view = await desk.create(input);
        const inbound = registry.get(view.id)?.connection.inbound;
        return { ...view, registers: inbound?.type === "webhook" && inbound.register !== undefined };
      });
      if (made.webhookUrl) io.err(`What comes in is taken at ${made.webhookUrl}\n`);
      if (made.registers) io.err(`Tell the platform so with: ${CLI} channel register ${made.id}\n`);
      io.err(`See whether it works with: ${CLI} channel check ${made.id}\n`);
      await io.out(`${made.id}\n`);
    });
  teach(command, {
    notes: [
      "The settings are checked first; a wrong one is named, with where to find the right value. They are kept sealed.",
    ],
    examples: [
      ['channel add telegram --name "Support"', "asks for each setting, and says where to find it"],
      ['channel add telegram --name "Support" --settings bot.json', 'bot.json: { "token": "123456789:AAE..." }'],
      ['channel add web --name "Website" --settings -', "paste the settings, then Ctrl-D"],
    ],
  });
}

function settingsFor(io: Io, adapter: Adapter, file: string | undefined): Promise<Record<string, unknown>> {
  if (file !== undefined) return readObject(io, file);
  const { ask } = io;
  if (ask) return askSettings({ ...io, ask }, adapter);
  throw new CommandFault(
    "Nobody is at the terminal to be asked for the settings: give them with --settings FILE, or - for the standard input.",
  );
}

function addCheck(channel: Command, io: Io): void {
  const command = channel
    .command("check")
    .alias("doctor")
    .description("Asks the platform whether a channel is as it should be: token, webhook, scopes, last message.")
    .argument("<id>", "the channel's id, see: channel list", id)
    .option("--json", "as JSON")
    .action(async (channelId: string, { json }: { json?: true }) => {
      const checks = await visitChannels(io, ({ desk }) => desk.check(channelId));
      if (json) await printJson(io, checks);
      else
        await io.out(
          table(
            ["", "check", "finding"],
            checks.map((each) => [each.ok ? "ok" : "fail", each.name, each.detail]),
          ),
        );
      if (checks.some((each) => !each.ok)) throw new BadNews();
    });
  teach(command, {
    examples: [["channel check 0190a000-0000-7000-8000-000000000001", "why does nothing arrive?"]],
    exits: { 0: "everything is as it should be", 1: "something is not, or could not be asked" },
  });
}

function addRegister(channel: Command, io: Io): void {
  const command = channel
    .command("register")
    .description("Tells the platform where to deliver: the channel's webhook below PUBLIC_URL.")
    .argument("<id>", "the channel's id, see: channel list", id)
    .action(async (channelId: string) => {
      const { webhookUrl } = await visitChannels(io, async ({ desk }) => {
        await desk.register(channelId);
        return desk.get(channelId);
      });
      await io.out(`The platform delivers to ${webhookUrl}\n`);
    });
  teach(command, {
    examples: [["channel register 0190a000-0000-7000-8000-000000000001", "after the hub's address changed"]],
  });
}

function addSwitch(
  channel: Command,
  io: Io,
  { name, enabled, does }: { name: string; enabled: boolean; does: string },
): void {
  const command = channel
    .command(name)
    .description(does)
    .argument("<id>", "the channel's id, see: channel list", id)
    .action(async (channelId: string) => {
      const view = await visitHub(io, ({ desk }) => desk.change(channelId, { enabled }));
      await io.out(`${view.name} is ${enabled ? "on" : "off"}.\n`);
    });
  teach(command, { examples: [[`channel ${name} 0190a000-0000-7000-8000-000000000001`, does]] });
}

function addSetup(channel: Command, io: Io): void {
  const command = channel
    .command("setup")
    .description(
      "Sets something up on the platform once: a menu, a greeting, commands. Without a name it lists what there is.",
    )
    .argument("<id>", "the channel's id, see: channel list", id)
    .argument("[name]", "what to set up")
    .option("--input <file>", "what it takes, as JSON; - reads the standard input")
    .action(async (channelId: string, name: string | undefined, { input }: { input?: string }) => {
      if (name === undefined) {
        const setups = await visitChannels(io, ({ desk }) => desk.setups(channelId));
        const rows = setups.map((setup) => [setup.name, setup.summary]);
        return io.out(rows.length > 0 ? table(["name", "what it does"], rows) : "There is nothing to be set up.\n");
      }
      const given = input === undefined ? {} : await readJson(io, input);
      const detail = await visitChannels(io, ({ desk }) => desk.setUp(channelId, name, given));
      await io.out(`${detail}\n`);
    });
  teach(command, {
    examples: [
      ["channel setup 0190a000-0000-7000-8000-000000000001", "what can be set up there?"],
      ["channel setup 0190a000-0000-7000-8000-000000000001 menu --input menu.json", "the account's menu"],
    ],
  });
}
