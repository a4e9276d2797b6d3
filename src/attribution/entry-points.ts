import type {
  Cost,
  EntryPoint,
  EntryPointDetail,
  EntryPointPatch,
  NewCost,
  NewEntryPoint,
} from "../contract/api-attribution.ts";
import { Conflict, Invalid, NotFound, pageOf, type Clock, type Log, type Page } from "../contract/index.ts";
import type { CostRow, EntryPointRow, EntryPointStore, ListOptions } from "./entry-point-store.ts";
import type { Links } from "./links.ts";

const ATTEMPTS = 5;

export type PageRequest = { after: string | undefined; limit: number };

/** The doors that people come through: made, changed, archived, never deleted, and their codes never given out again. */
export interface EntryPoints {
  /** @throws Invalid when the channel does not exist or the address leads back here */
  create(input: NewEntryPoint): Promise<EntryPoint>;
  /** @throws NotFound */
  get(id: string): Promise<EntryPointDetail>;
  list(request: PageRequest & Pick<ListOptions, "archived">): Promise<Page<EntryPoint>>;
  /** @throws NotFound, Invalid */
  change(id: string, patch: EntryPointPatch): Promise<EntryPoint>;
  /** @throws NotFound */
  archive(id: string): Promise<EntryPoint>;
  /** @throws NotFound */
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
}

export function createEntryPoints(parts: Parts): EntryPoints {
  const { store, clock, links, newCode } = parts;
  const spent = (cost: NewCost) => ({ ...cost, at: cost.at ?? clock.now().toISOString() });
  const present = (row: EntryPointRow) => presentEntryPoint(row, links.shortUrl(row.code));

  async function existing(id: string): Promise<EntryPointRow> {
    return (await store.find(id)) ?? missing(id);
  }

  return {
    async create({ cost, ...input }) {
      const draft = { ...input, targetUrl: (await checkTarget(parts, input)) ?? null };
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const row = await store.insert({ ...draft, code: newCode(), createdAt: clock.now() }, cost && spent(cost));
        if (row) return present(row);
      }
      throw new Conflict("No free code was found. Try again.");
    },
    async get(id) {
      const row = await existing(id);
      return { ...present(row), deepLink: await linkOrNull(parts, row) };
    },
    async list({ limit, after, archived }) {
      const page = pageOf(await store.list({ archived, after, take: limit + 1 }), limit, (last) => last.id);
      return { ...page, items: page.items.map(present) };
    },
    async change(id, patch) {
      const targetUrl = await checkTarget(parts, patch);
      const target = patch.channelId ? { targetUrl: null } : targetUrl ? { channelId: null, targetUrl } : {};
      return present((await store.update(id, { ...patch, ...target })) ?? missing(id));
    },
    async archive(id) {
      await store.archive(id, clock.now());
      return present(await existing(id));
    },
    async restore(id) {
      return present((await store.update(id, { archivedAt: null })) ?? missing(id));
    },
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

/** Resolves to the address as a browser reads it. */
async function checkTarget({ store, links }: Parts, target: { channelId?: string; targetUrl?: string }) {
  const { channelId, targetUrl } = target;
  if (channelId !== undefined && !(await store.hasChannel(channelId))) {
    throw new Invalid("There is no such channel. Look up its id in the list of channels.", {
      channelId: "No such channel.",
    });
  }
  if (targetUrl === undefined) return undefined;
  const url = new URL(targetUrl);
  if (!links.isShortUrl(url)) return url.href;
  throw new Invalid("The target is an entry point itself and would lead in a circle. Name the page behind it.", {
    targetUrl: "Leads back to an entry point.",
  });
}

async function linkOrNull({ links, log }: Parts, row: EntryPointRow): Promise<string | null> {
  return links.target(row).catch((error: unknown) => {
    log.warn({ entryPointId: row.id, channelId: row.channelId, err: error }, "An entry point leads nowhere just now.");
    return null;
  });
}

function missing(id: string): never {
  throw new NotFound(`There is no entry point ${id}.`);
}

function presentEntryPoint(row: EntryPointRow, url: string): EntryPoint {
  const { id, code, name, medium, campaign, placement, region, owner, channelId, targetUrl } = row;
  return {
    ...{ id, code, name, medium, campaign, placement, region, owner, channelId, targetUrl, url },
    qr: { svg: `${url}.svg`, png: `${url}.png` },
    createdAt: row.createdAt.toISOString(),
    archivedAt: row.archivedAt?.toISOString() ?? null,
  };
}

function presentCost({ id, amount, currency, note, at }: CostRow): Cost {
  return { id, amount: Number(amount), currency, note, at: at.toISOString() };
}
