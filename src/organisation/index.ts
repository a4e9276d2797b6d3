import { CONSENT_PURPOSES, DAYS, OrganisationView } from "../contract/api-organisation.ts";
import { defineRoute, ROLES, type Asker, type Route } from "../contract/index.ts";
import type { Database, Transaction } from "../store/index.ts";
import { readOrganisation, writeOrganisation } from "./store.ts";

export interface OrganisationParts {
  db: Database;
  audit(tx: Transaction, entry: { asker: Asker; action: string; subject: string }): Promise<void>;
}

/** Who we are. */
export interface Organisation {
  get(): Promise<OrganisationView>;
  set(organisation: OrganisationView, asker: Asker): Promise<OrganisationView>;
  routes: Route[];
}

/** Nine to six, from Monday to Friday, until somebody says otherwise. */
const UNSAID: OrganisationView = {
  name: "",
  language: "en",
  timeZone: "UTC",
  hours: Object.fromEntries(
    DAYS.map((day, i) => [day, i < 5 ? [{ from: "09:00", to: "18:00" }] : []]),
  ) as unknown as OrganisationView["hours"],
  consentTexts: Object.fromEntries(
    CONSENT_PURPOSES.map((purpose) => [purpose, { en: "", zh: "" }]),
  ) as OrganisationView["consentTexts"],
};

export function createOrganisation({ db, audit }: OrganisationParts): Organisation {
  async function get(): Promise<OrganisationView> {
    const kept = await readOrganisation(db);
    const hours = { ...UNSAID.hours, ...kept?.hours };
    return { ...UNSAID, ...kept, hours, consentTexts: { ...UNSAID.consentTexts, ...kept?.consentTexts } };
  }

  async function set(organisation: OrganisationView, asker: Asker): Promise<OrganisationView> {
    await db.transaction(async (tx) => {
      await writeOrganisation(tx, organisation);
      await audit(tx, { asker, action: "organisation.set", subject: "organisation" });
    });
    return get();
  }

  return { get, set, routes: organisationRoutes({ get, set }) };
}

function organisationRoutes({ get, set }: Pick<Organisation, "get" | "set">): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/organisation",
      summary: "Who we are: name, language, time zone, hours, and what people are asked for their consent",
      roles: ROLES,
      response: OrganisationView,
      handle: get,
    }),
    defineRoute({
      method: "put",
      path: "/organisation",
      summary: "Say who we are",
      roles: ["owner", "admin"],
      body: OrganisationView,
      response: OrganisationView,
      handle: ({ body, asker }) => set(body, asker),
    }),
  ];
}
