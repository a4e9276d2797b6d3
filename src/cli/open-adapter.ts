import { checkSettings } from "../channels/index.ts";
import type { Adapter, AdapterTools, Connection } from "../contract/index.ts";
import { CommandFault } from "./fault.ts";
import { readObject } from "./files.ts";
import type { Io } from "./io.ts";
import { PLACEHOLDER_SETTINGS } from "./placeholder-settings.ts";

/** @throws CommandFault that names the adapters there are. */
export async function adapterNamed(name: string): Promise<Adapter> {
  const { adapters } = await import("../../adapters/index.ts");
  const adapter = adapters.find((each) => each.name === name);
  if (adapter) return adapter;
  const known = adapters.map((each) => each.name).join(", ");
  throw new CommandFault(`There is no adapter "${name}"; there are: ${known}.`);
}

/**
 * Opens an adapter the way the hub does: settings checked by its own schema.
 * @param file holds the settings; without one, placeholders stand in.
 * @throws Invalid that names each wrong setting; CommandFault
 */
export async function openAdapter(
  io: Io,
  adapter: Adapter,
  file: string | undefined,
  tools: AdapterTools,
): Promise<Connection> {
  const given = file === undefined ? PLACEHOLDER_SETTINGS[adapter.name] : await readObject(io, file);
  if (given === undefined)
    throw new CommandFault(`The adapter ${adapter.name} cannot be opened without settings; give them with --settings.`);
  return adapter.connect(checkSettings(adapter, given), tools);
}
