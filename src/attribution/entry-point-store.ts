import type { Landing, NewCost } from "../contract/api-attribution.ts";
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
  ownerId: string | null;
  contactId: string | null;
  channelId: string | null;
  /** Of one that leads to several channels: all of them; else empty. */
  channelIds: string[];
  targetUrl: string | null;
  phone: string | null;
  keyword: string | null;
  keywordFolded: string | null;
  startsAt: Date | null;
  endsAt: Date | null;
  landing: Landing;
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

export type Draft = Pick<EntryPointRow, "code" | "name" | "medium"> & Partial<Omit<EntryPointRow, "id" | "code">>;
export type SpentCost = NewCost & { at: string };

export interface ListOptions {
  archived: "true" | "false" | "all";
  /** The id of the last one seen. */
  after: string | undefined;
  take: number;
}

/** What there is in the house that an entry point may name. */
export interface Surroundings {
  channels: readonly { id: string; name: string; adapter: string }[];
  /** Those who may hold conversations. */
  staff: readonly { id: string; name: string; email: string }[];
  articles: ReadonlySet<string>;
  /** Whose each keyword in use is, by its folded form. */
  keywords: ReadonlyMap<string, { id: string; name: string }>;
}

const ARCHIVED = { true: { not: null }, false: null, all: undefined } as const;

/** Entry points and what they cost. */
export function createEntryPointStore(db: Database) {
  const { prisma } = db;
  return {
    /** `undefined` when the code, or in a race the keyword, is taken. */
    async insert(draft: Draft, cost: SpentCost | undefined): Promise<EntryPointRow | undefined> {
      const costs = cost && { create: [{ ...cost, id: newId() }] };
      return unlessTaken(async () =>
        rowOf(await prisma.entryPoint.create({ data: { ...draft, id: newId(), ...(costs && { costs }) } })),
      );
    },
    /** All or none. `undefined` when a code or keyword is taken. */
    insertAll(drafts: readonly { draft: Draft; cost: SpentCost | undefined }[]): Promise<EntryPointRow[] | undefined> {
      const made = drafts.map(({ draft, cost }) => ({ row: { ...draft, id: newId() }, cost }));
      const costs = made.flatMap(({ row, cost }) => (cost ? [{ ...cost, id: newId(), entryPointId: row.id }] : []));
      return unlessTaken(async () => {
        const [rows] = await prisma.$transaction([
          prisma.entryPoint.createManyAndReturn({ data: made.map(({ row }) => row) }),
          prisma.cost.createMany({ data: costs }),
        ]);
        return rows.map(rowOf);
      });
    },
    async find(id: string): Promise<EntryPointRow | null> {
      const row = await prisma.entryPoint.findUnique({ where: { id } });
      return row && rowOf(row);
    },
    async findAll(ids: readonly string[]): Promise<EntryPointRow[]> {
      return (await prisma.entryPoint.findMany({ where: { id: { in: [...ids] } } })).map(rowOf);
    },
    async list({ archived, after, take }: ListOptions): Promise<EntryPointRow[]> {
      const where = { archivedAt: ARCHIVED[archived], ...(after && { id: { lt: after } }) };
      return (await prisma.entryPoint.findMany({ where, orderBy: { id: "desc" }, take })).map(rowOf);
    },
    /** `undefined` when there is none, `taken` when its keyword is another's. */
    async update(id: string, data: Partial<EntryPointRow>): Promise<EntryPointRow | "taken" | undefined> {
      const rows = await unlessTaken(() => prisma.entryPoint.updateManyAndReturn({ where: { id }, data }));
      if (rows === undefined) return "taken";
      return rows[0] && rowOf(rows[0]);
    },
    /** Keeps the moment of the first time. */
    async archive(id: string, at: Date): Promise<void> {
      await prisma.entryPoint.updateMany({ where: { id, archivedAt: null }, data: { archivedAt: at } });
    },
    addCost: (entryPointId: string, cost: SpentCost): Promise<CostRow> =>
      prisma.cost.create({ data: { ...cost, id: newId(), entryPointId } }),
    costs: (entryPointId: string, { after, take }: Omit<ListOptions, "archived">): Promise<CostRow[]> =>
      prisma.cost.findMany({
        where: { entryPointId, ...(after && { id: { lt: after } }) },
        orderBy: { id: "desc" },
        take,
      }),
    async hasContact(id: string): Promise<boolean> {
      return (await prisma.contact.count({ where: { id } })) > 0;
    },
    surroundings: () => surroundings(db),
    async channels(ids: readonly string[]): Promise<Surroundings["channels"]> {
      const found = await prisma.channel.findMany({
        where: { id: { in: [...ids] } },
        select: { id: true, name: true, adapter: true },
      });
      return ids.flatMap((id) => found.find((channel) => channel.id === id) ?? []);
    },
  };
}

async function surroundings({ prisma }: Database): Promise<Surroundings> {
  const [channels, staff, articles, keywords] = await Promise.all([
    prisma.channel.findMany({ select: { id: true, name: true, adapter: true } }),
    prisma.staff.findMany({
      where: { endedAt: null, role: { in: ["owner", "admin", "agent"] } },
      select: { id: true, name: true, email: true },
    }),
    prisma.article.findMany({ where: { enabled: true }, select: { slug: true } }),
    prisma.entryPoint.findMany({
      where: { archivedAt: null, keywordFolded: { not: null } },
      select: { id: true, name: true, keywordFolded: true },
    }),
  ]);
  const byKeyword = keywords.map(({ id, name, keywordFolded }) => [keywordFolded ?? "", { id, name }] as const);
  return { channels, staff, articles: new Set(articles.map(({ slug }) => slug)), keywords: new Map(byKeyword) };
}

export type EntryPointStore = ReturnType<typeof createEntryPointStore>;

/** What the database keeps as JSON has been checked on its way in. */
function rowOf<Row extends { landing: unknown }>(row: Row): Omit<Row, "landing"> & { landing: Landing } {
  return { ...row, landing: row.landing as Landing };
}

/** `undefined` when a unique index says no. */
async function unlessTaken<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "P2002") return undefined;
    throw error;
  }
}
