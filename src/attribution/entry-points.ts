import type {
  Cost,
  EntryPoint,
  EntryPointDetail,
  EntryPointPatch,
  NewCost,
  NewEntryPoint,
} from "../contract/api-attribution.ts";
import { Conflict, Invalid, NotFound, pageOf, type Clock, type Log, type Page } from "../contract/index.ts";
import { columnsOf, entryFaults } from "./entry-checks.ts";
import type { CostRow, Draft, EntryPointRow, EntryPointStore, ListOptions } from "./entry-point-store.ts";
import type { Links } from "./links.ts";

const ATTEMPTS = 5;

export type PageRequest = { after: string | undefined; limit: number };

/** The doors that people come through: made, changed, archived, never deleted, and their codes never given out again. */
export interface EntryPoints {
  /** @throws Invalid that names every field which cannot be so */
  create(input: NewEntryPoint): Promise<EntryPoint>;
  /** @throws NotFound */
  get(id: string): Promise<EntryPointDetail>;
  list(request: PageRequest & Pick<ListOptions, "archived">): Promise<Page<EntryPoint>>;
  /** @throws NotFound, Invalid */
  change(id: string, patch: EntryPointPatch): Promise<EntryPoint>;
  /** Its keyword is free for another from now on; its code is not. @throws NotFound */
  archive(id: string): Promise<EntryPoint>;
  /** @throws NotFound, Conflict when its keyword is another's by now */
  restore(id: string): Promise<EntryPoint>;
  /** @throws NotFound */
  addCost(id: string, cost: NewCost): Promise<Cost>;
  /** @throws NotFound */
  costs(id: string, request: PageRequest): Promise<Page<Cost>>;
}

interface Parts {
  store: EntryPointStore;
  clock: Clock;
  log: Log;
  links: Links;
  newCode: () => string;
  /** A keyword may have changed. */
  onChanged(): void;
}

export function createEntryPoints(parts: Parts): EntryPoints {
  const { store, clock, links, newCode, onChanged } = parts;
  const spent = (cost: NewCost) => ({ ...cost, at: cost.at ?? clock.now().toISOString() });
  const present = (row: EntryPointRow) => presentEntryPoint(row, links.shortUrl(row.code));

  async function existing(id: string): Promise<EntryPointRow> {
    return (await store.find(id)) ?? missing(id);
  }

  async function update(id: string, data: Partial<EntryPointRow>): Promise<EntryPoint> {
    const row = (await store.update(id, data)) ?? missing(id);
    if (row === "taken")
      throw new Conflict("Its keyword is another entry point's by now. Give one of the two another.");
    onChanged();
    return present(row);
  }

  return {
    async create({ cost, ...input }) {
      const draft = await checked(parts, input);
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const made = { ...draft, code: newCode(), createdAt: clock.now() } as Draft;
        const row = await store.insert(made, cost && spent(cost));
        if (row) return (onChanged(), present(row));
        await checked(parts, input); // was it the keyword?
      }
      throw new Conflict("No free code was found. Try again.");
    },
    async get(id) {
      const row = await existing(id);
      const deepLink = row.channelIds.length > 0 ? null : await linkOrNull(parts, row);
      const ids = row.channelIds.length > 0 ? row.channelIds : row.channelId ? [row.channelId] : [];
      return { ...present(row), deepLink, links: await links.describe(row, await store.channels(ids)) };
    },
    async list({ limit, after, archived }) {
      const page = pageOf(await store.list({ archived, after, take: limit + 1 }), limit, (last) => last.id);
      return { ...page, items: page.items.map(present) };
    },
    async change(id, patch) {
      const row = await existing(id);
      const data = await checked(parts, patch, row);
      const { startsAt = row.startsAt, endsAt = row.endsAt } = data;
      if (startsAt && endsAt && startsAt >= endsAt)
        throw new Invalid("The entry point would end before it starts.", { endsAt: "Ends before it starts." });
      return update(id, data);
    },
    async archive(id) {
      await store.archive(id, clock.now());
      onChanged();
      return present(await existing(id));
    },
    restore: (id) => update(id, { archivedAt: null }),
    async addCost(id, cost) {
      await existing(id);
      return presentCost(await store.addCost(id, spent(cost)));
    },
    async costs(id, { limit, after }) {
      await existing(id);
      const page = pageOf(await store.costs(id, { after, take: limit + 1 }), limit, (last) => last.id);
      return { ...page, items: page.items.map(presentCost) };
    },
  };
}

/** Resolves to the columns as they are stored. An archived one's keyword is not in use. */
async function checked(
  { store, links }: Parts,
  wanted: Omit<NewEntryPoint, "cost"> | EntryPointPatch,
  row?: EntryPointRow,
): Promise<Partial<EntryPointRow>> {
  const around = await store.surroundings();
  const faults = entryFaults(wanted, around, links, row?.id);
  if (wanted.contactId && !(await store.hasContact(wanted.contactId))) faults["contactId"] = "No such contact.";
  const [fault] = Object.values(faults);
  if (fault !== undefined) throw new Invalid(`The entry point cannot be like this. ${fault}`, faults);
  return columnsOf(wanted, around);
}

async function linkOrNull({ links, log }: Parts, row: EntryPointRow): Promise<string | null> {
  if (row.channelId === null && row.targetUrl === null) return null;
  return links.target(row).catch((error: unknown) => {
    log.warn({ entryPointId: row.id, channelId: row.channelId, err: error }, "An entry point leads nowhere just now.");
    return null;
  });
}

function missing(id: string): never {
  throw new NotFound(`There is no entry point ${id}.`);
}

export function presentEntryPoint(row: EntryPointRow, url: string): EntryPoint {
  const { id, code, name, medium, campaign, placement, region, owner, ownerId, contactId } = row;
  const { channelId, channelIds, targetUrl, keyword, phone, landing } = row;
  return {
    ...{ id, code, name, medium, campaign, placement, region, owner, ownerId, contactId, targetUrl, keyword, phone },
    ...{ channelId, channelIds: channelIds.length > 0 ? channelIds : channelId ? [channelId] : [], landing },
    ...{ startsAt: row.startsAt?.toISOString() ?? null, endsAt: row.endsAt?.toISOString() ?? null, url },
    qr: { svg: `${url}.svg`, png: `${url}.png` },
    createdAt: row.createdAt.toISOString(),
    archivedAt: row.archivedAt?.toISOString() ?? null,
  };
}

function presentCost({ id, amount, currency, note, at }: CostRow): Cost {
  return { id, amount: Number(amount), currency, note, at: at.toISOString() };
}
