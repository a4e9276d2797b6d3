import type { OrganisationView } from "../contract/api-organisation.ts";
import type { Queryable } from "../store/index.ts";

const READ = `SELECT name, language, time_zone AS "timeZone", hours, consent_texts AS "consentTexts" FROM organisation WHERE id = 1`;

export async function readOrganisation(db: Queryable): Promise<Partial<OrganisationView> | undefined> {
  return (await db.query<Partial<OrganisationView>>(READ))[0];
}

const WRITE = `
  INSERT INTO organisation (id, name, language, time_zone, hours, consent_texts) VALUES (1, $1, $2, $3, $4, $5)
  ON CONFLICT (id) DO UPDATE SET name = $1, language = $2, time_zone = $3, hours = $4, consent_texts = $5`;

export async function writeOrganisation(db: Queryable, organisation: OrganisationView): Promise<void> {
  const { name, language, timeZone, hours, consentTexts } = organisation;
  await db.query(WRITE, [name, language, timeZone, JSON.stringify(hours), JSON.stringify(consentTexts)]);
}
