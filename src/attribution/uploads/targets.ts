import type { NewUploadTarget, UploadTarget, UploadTargetPatch } from "../../contract/api-uploads.ts";
import { Invalid, NotFound, type Clock } from "../../contract/index.ts";
import { newId } from "../../lib/ids.ts";
import type { Vault } from "../../lib/vault.ts";
import type { Database } from "../../store/index.ts";
import { apiNamed } from "./apis.ts";
import { findTargets, insertTarget, lockTarget, updateTarget } from "./target-store.ts";
import type { TargetRow } from "./upload-store.ts";

type Values = Record<string, unknown>;
const SHOWN = 4;

/** The platforms that are told, as people set them up. Their settings lie sealed. */
export interface Targets {
  list(): Promise<UploadTarget[]>;
  /** @throws Invalid that names each wrong setting */
  create(input: NewUploadTarget): Promise<UploadTarget>;
  /** A secret that comes back masked, as it was shown, keeps its value. @throws NotFound, Invalid */
  change(id: string, patch: UploadTargetPatch): Promise<UploadTarget>;
}

export function createTargets({ db, vault, clock }: { db: Database; vault: Vault; clock: Clock }): Targets {
  const seal = (settings: Values, id: string) => vault.seal(JSON.stringify(settings), id);
  const present = (row: TargetRow): UploadTarget => {
    const { id, name, enabled, kinds, createdAt } = row;
    const { name: api, secrets } = apiNamed(row.api);
    return {
      ...{ id, api, name, enabled, kinds, createdAt: createdAt.toISOString() },
      settings: masked(openSettings(vault, row), secrets),
    };
  };
  return {
    list: async () => (await findTargets(db)).map(present),
    async create({ api, settings, ...rest }) {
      const id = newId();
      const row = { id, api, ...rest, settings: seal(checked(api, settings), id), createdAt: clock.now() };
      await insertTarget(db, row);
      return present(row);
    },
    change: (id, { settings, ...rest }) =>
      db.transaction(async (tx) => {
        const row = await lockTarget(tx, id);
        if (!row) throw new NotFound(`There is no upload target ${id}.`);
        const next = { ...row, ...defined(rest) };
        if (settings) next.settings = seal(checked(row.api, merged(openSettings(vault, row), settings, row.api)), id);
        await updateTarget(tx, next, clock.now());
        return present(next);
      }),
  };
}

export function openSettings(vault: Vault, { settings, id }: Pick<TargetRow, "settings" | "id">): Values {
  return JSON.parse(vault.open(settings, id)) as Values;
}

function checked(api: string, settings: Values): Values {
  const result = apiNamed(api).settings.safeParse(settings);
  if (result.success) return result.data as Values;
  const fields = result.error.issues.map(({ path, message }) => [`settings.${path.join(".")}`, message] as const);
  const list = fields.map(([path, fault]) => `${path}: ${fault}`).join(" ");
  throw new Invalid(`With these settings ${api} cannot be told. ${list}`, Object.fromEntries(fields));
}

function merged(before: Values, change: Values, api: string): Values {
  const { secrets } = apiNamed(api);
  const shown = masked(before, secrets);
  const really = Object.entries(change).filter(([key, value]) => !(secrets.includes(key) && value === shown[key]));
  const next: Values = { ...before, ...Object.fromEntries(really) };
  // A secret goes only to the address that it was given for.
  for (const address of ["baseUrl", "tokenUrl"])
    if (next[address] !== before[address])
      for (const key of secrets) if (!really.some(([name]) => name === key)) delete next[key];
  return next;
}

function masked(values: Values, secrets: readonly string[]): Values {
  const mask = (value: unknown) =>
    typeof value === "string" && value.length > 2 * SHOWN ? `…${value.slice(-SHOWN)}` : "…";
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, secrets.includes(key) ? mask(value) : value]),
  );
}

function defined<T extends object>(parts: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as never;
}
