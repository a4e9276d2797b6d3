import { NotFound, type Adapter, type Check, type Clock } from "../contract/index.ts";
import type { ChannelChange, ChannelView, NewChannel } from "../contract/api-channels.ts";
import { newId } from "../lib/ids.ts";
import type { Vault } from "../lib/vault.ts";
import type { Database } from "../store/index.ts";
import type { Registry } from "./registry.ts";
import { checkSettings, maskSettings, mergeSettings } from "./settings.ts";

/** Channels as people set them up. */
export interface ChannelDesk {
  create(input: NewChannel): Promise<ChannelView>;
  list(): Promise<ChannelView[]>;
  get(id: string): Promise<ChannelView>;
  change(id: string, change: ChannelChange): Promise<ChannelView>;
  /** Asks the platform whether everything is as it should be. */
  check(id: string): Promise<Check[]>;
  /** Tells the platform where to deliver. */
  register(id: string): Promise<void>;
  entryLink(id: string, code: string, signal: AbortSignal): Promise<string>;
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

const CHECK_TIMEOUT_MS = 15_000;

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

  const settingsOf = (row: Row) => JSON.parse(vault.open(row.settings, row.id)) as Record<string, unknown>;

  function present(row: Row): ChannelView {
    const { id, name, adapter, enabled, lastError } = row;
    const webhook = registry.get(id)?.connection.inbound.type === "webhook";
    return {
      id, name, adapter, enabled, lastError,
      settings: maskSettings(adapterOf(adapter), settingsOf(row)),
      rates: row.rates as ChannelView["rates"],
      onUncertain: row.onUncertain as ChannelView["onUncertain"],
      webhookUrl: webhook ? webhookUrl(id).href : null,
      lastInboundAt: row.lastInboundAt?.toISOString() ?? null,
      lastErrorAt: row.lastErrorAt?.toISOString() ?? null,
      createdAt: row.createdAt.toISOString(),
    }; // prettier-ignore
  }

  const webhookUrl = (id: string) => new URL(`webhooks/${id}`, parts.publicUrl());

  async function changed(row: Row): Promise<ChannelView> {
    await registry.refresh();
    parts.onChanged();
    return present(row);
  }

  return {
    async create({ adapter: name, name: title, settings = {}, rates, onUncertain = "resend" }) {
      const checked = checkSettings(adapterOf(name), settings);
      const id = newId();
      const sealed = new Uint8Array(vault.seal(JSON.stringify(checked), id));
      const row = await table.create({
        data: { id, adapter: name, name: title, settings: sealed, onUncertain, ...(rates && { rates }) },
      });
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
        ...(merged && { settings: new Uint8Array(vault.seal(JSON.stringify(merged), id)) }),
        ...(rates !== undefined && { rates: rates ?? undefined }),
        lastError: null,
        lastErrorAt: null,
        updatedAt: clock.now(),
      };
      return changed(await table.update({ where: { id }, data }));
    },
    async check(id) {
      const row = await find(id);
      if (!row.enabled) return [{ name: "enabled", ok: false, detail: "The channel is switched off." }];
      const channel = registry.get(id);
      if (!channel) return [{ name: "open", ok: false, detail: row.lastError ?? "The channel could not be opened." }];
      const last = row.lastInboundAt;
      const heard = {
        name: "last inbound",
        ok: true,
        detail: last ? `Last heard of at ${last.toISOString()}.` : "Nothing has arrived yet.",
      };
      return [...(await channel.connection.check(AbortSignal.timeout(CHECK_TIMEOUT_MS))), heard];
    },
    async register(id) {
      const inbound = registry.get((await find(id)).id)?.connection.inbound;
      if (inbound?.type !== "webhook" || !inbound.register)
        throw new NotFound("This channel has no webhook to register.");
      await inbound.register(webhookUrl(id), AbortSignal.timeout(CHECK_TIMEOUT_MS));
    },
    async entryLink(id, code, signal) {
      const channel = registry.get(id);
      if (!channel?.connection.entryLink)
        throw new NotFound("The entry point's channel is closed or takes no codes in its links.");
      return (await channel.connection.entryLink(code, signal)).url;
    },
  };
}
