import type { AliasView, NewAlias } from "../contract/api-attribution.ts";
import { Conflict, Invalid, NotFound } from "../contract/index.ts";
import type { AliasRow, AliasStore } from "./alias-store.ts";
import type { EntryPointStore } from "./entry-point-store.ts";

/** The platforms' own names for doors: ad ids, invite codes, numbers that are called. */
export interface Aliases {
  /** @throws NotFound */
  list(entryPointId: string): Promise<AliasView[]>;
  /** The same again is the same alias. @throws NotFound, Invalid, Conflict when the name is another entry point's */
  add(entryPointId: string, alias: NewAlias): Promise<AliasView>;
  /** What came through it stays as it was recorded. @throws NotFound */
  remove(entryPointId: string, alias: NewAlias): Promise<AliasView>;
}

export function createAliases({ aliases, store }: { aliases: AliasStore; store: EntryPointStore }): Aliases {
  async function existing(id: string): Promise<void> {
    if (!(await store.find(id))) throw new NotFound(`There is no entry point ${id}.`);
  }
  return {
    async list(entryPointId) {
      await existing(entryPointId);
      return (await aliases.list(entryPointId)).map(present);
    },
    async add(entryPointId, { channelId, alias }) {
      await existing(entryPointId);
      if ((await store.channels([channelId])).length === 0)
        throw new Invalid("There is no such channel. Look up its id in the list of channels.", {
          channelId: "No such channel.",
        });
      await aliases.keep({ channelId, alias, entryPointId, url: null });
      const row = await aliases.find(channelId, alias);
      if (row?.entryPointId === entryPointId) return present(row);
      throw new Conflict(
        `On this channel, that is entry point ${row?.entryPointId ?? "another"}'s name already. Remove it there first.`,
      );
    },
    async remove(entryPointId, { channelId, alias }) {
      const row = await aliases.remove({ channelId, alias, entryPointId });
      if (!row) throw new NotFound("This entry point has no such alias on the channel.");
      return present(row);
    },
  };
}

function present({ channelId, alias, url, createdAt }: AliasRow): AliasView {
  return { channelId, alias, url, createdAt: createdAt.toISOString() };
}
