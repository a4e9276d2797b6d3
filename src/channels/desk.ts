import { NotFound, type Adapter, type Clock } from "../contract/index.ts";
import type { ChannelChange, ChannelView, NewChannel } from "../contract/api-channels.ts";
import { newId } from "../lib/ids.ts";
import type { Vault } from "../lib/vault.ts";
import type { Database } from "../store/index.ts";
import { createErrands, type Errands } from "./errands.ts";
import type { Registry } from "./registry.ts";
import { checkSettings, maskSettings, mergeSettings } from "./settings.ts";

/** Channels as people set them up. */
export interface ChannelDesk extends Errands {
  create(input: NewChannel): Promise<ChannelView>;
  list(): Promise<ChannelView[]>;
  get(id: string): Promise<ChannelView>;
  change(id: string, change: ChannelChange): Promise<ChannelView>;
}

export interface ChannelDeskParts {
  db: Database;
  vault: Vault;
  clock: Clock;
  adapters: readonly Adapter[];
  registry: Registry;
  publicUrl: () => URL;
  /** Tells all hubs that a channel changed. */
  onChanged(): void;
}

type Row = Awaited<ReturnType<Database["prisma"]["channel"]["findUniqueOrThrow"]>>;

export function createChannelDesk(parts: ChannelDeskParts): ChannelDesk {
  const { db, vault, clock, adapters, registry } = parts;
  const { channel: table } = db.prisma;

  function adapterOf(name: string): Adapter {
    const adapter = adapters.find((each) => each.name === name);
    if (!adapter)
      throw new NotFound(`There is no adapter "${name}". There are: ${adapters.map((each) => each.name).join(", ")}.`);
    return adapter;
  }

  async function find(id: string): Promise<Row> {
    const row = await table.findUnique({ where: { id } });
    if (!row) throw new NotFound(`There is no channel ${id}.`);
    return row;
  }

  const sealed = (settings: object, id: string) => new Uint8Array(vault.seal(JSON.stringify(settings), id));
  const settingsOf = (row: Row) => JSON.parse(vault.open(row.settings, row.id)) as Record<string, unknown>;

  const webhookUrl = (id: string) => new URL(`webhooks/${id}`, parts.publicUrl());

  function present(row: Row): ChannelView {
    const webhook = registry.get(row.id)?.connection.inbound.type === "webhook";
    const shown = maskSettings(adapterOf(row.adapter), settingsOf(row));
    return viewOf(row, shown, webhook ? webhookUrl(row.id) : undefined);
  }

  async function changed(row: Row): Promise<ChannelView> {
    await registry.refresh();
    parts.onChanged();
    return present(row);
  }

  return {
    async create({ adapter: name, name: title, settings = {}, rates, onUncertain = "resend" }) {
      const checked = checkSettings(adapterOf(name), settings);
      const id = newId();
      const data = { id, adapter: name, name: title, settings: sealed(checked, id), onUncertain };
      const row = await table.create({ data: { ...data, ...(rates && { rates }) } });
      return changed(row);
    },
    list: async () => (await table.findMany({ orderBy: { id: "asc" } })).map(present),
    get: async (id) => present(await find(id)),
    async change(id, { settings, rates, ...rest }) {
      const row = await find(id);
      const adapter = adapterOf(row.adapter);
      const merged = settings && checkSettings(adapter, mergeSettings(adapter, settingsOf(row), settings));
      const data = {
        ...rest,
        ...(merged && { settings: sealed(merged, id) }),
        ...(rates !== undefined && { rates: rates ?? undefined }),
        lastError: null,
        lastErrorAt: null,
        updatedAt: clock.now(),
      };
      return changed(await table.update({ where: { id }, data }));
    },
    ...createErrands({ registry, webhookUrl, find }),
  };
}

function viewOf(row: Row, settings: ChannelView["settings"], webhookUrl: URL | undefined): ChannelView {
  const { id, name, adapter, enabled, lastError } = row;
  return {
    id, name, adapter, enabled, settings, lastError,
    rates: row.rates as ChannelView["rates"],
    onUncertain: row.onUncertain as ChannelView["onUncertain"],
    webhookUrl: webhookUrl?.href ?? null,
    lastInboundAt: row.lastInboundAt?.toISOString() ?? null,
    lastErrorAt: row.lastErrorAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  }; // prettier-ignore
}
