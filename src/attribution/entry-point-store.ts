import type { NewCost } from "../contract/api-attribution.ts";
import { newId } from "../lib/ids.ts";
import type { Database } from "../store/index.ts";

export interface EntryPointRow {
  id: string;
  code: string;
  name: string;
  medium: string;
  campaign: string | null;
  placement: string | null;
  region: string | null;
  owner: string | null;
  channelId: string | null;
  targetUrl: string | null;
  createdAt: Date;
  archivedAt: Date | null;
}

export interface CostRow {
  id: string;
  amount: bigint;
  currency: string;
  note: string | null;
  at: Date;
}

type Draft = Pick<EntryPointRow, "code" | "name" | "medium"> & Partial<Omit<EntryPointRow, "id" | "code">>;

export interface ListOptions {
  archived: "true" | "false" | "all";
  /** The id of the last one seen. */
  after: string | undefined;
  take: number;
}

const ARCHIVED = { true: { not: null }, false: null, all: undefined } as const;

/** Entry points and what they cost. */
export function createEntryPointStore({ prisma }: Database) {
  return {
    /** `undefined` when the code is taken. */
    async insert(draft: Draft, cost: (NewCost & { at: string }) | undefined): Promise<EntryPointRow | undefined> {
      const costs = cost && { create: [{ ...cost, id: newId() }] };
      try {
        return await prisma.entryPoint.create({ data: { ...draft, id: newId(), ...(costs && { costs }) } });
      } catch (error) {
        if (isTaken(error)) return undefined;
        throw error;
      }
    },
    find: (id: string): Promise<EntryPointRow | null> => prisma.entryPoint.findUnique({ where: { id } }),
    list: ({ archived, after, take }: ListOptions): Promise<EntryPointRow[]> =>
      prisma.entryPoint.findMany({
        where: { archivedAt: ARCHIVED[archived], id: after && { lt: after } },
        orderBy: { id: "desc" },
        take,
      }),
    /** `undefined` when there is none. */
    async update(id: string, data: Partial<EntryPointRow>): Promise<EntryPointRow | undefined> {
      return (await prisma.entryPoint.updateManyAndReturn({ where: { id }, data }))[0];
    },
    /** Keeps the moment of the first time. */
    async archive(id: string, at: Date): Promise<void> {
      await prisma.entryPoint.updateMany({ where: { id, archivedAt: null }, data: { archivedAt: at } });
    },
    addCost: (entryPointId: string, cost: NewCost & { at: string }): Promise<CostRow> =>
      prisma.cost.create({ data: { ...cost, id: newId(), entryPointId } }),
    costs: (entryPointId: string, { after, take }: Omit<ListOptions, "archived">): Promise<CostRow[]> =>
      prisma.cost.findMany({
        where: { entryPointId, id: after && { lt: after } },
        orderBy: { id: "desc" },
        take,
      }),
    async hasChannel(id: string): Promise<boolean> {
      return (await prisma.channel.count({ where: { id } })) > 0;
    },
  };
}

export type EntryPointStore = ReturnType<typeof createEntryPointStore>;

/** Prisma's word for a unique index that says no. */
function isTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "P2002";
}
