import { codeOf, stepAt } from "../../src/staff/totp.ts";
import type { Role } from "../../src/contract/index.ts";
import { newId } from "../../src/lib/ids.ts";
import { createPasswords } from "../../src/staff/passwords.ts";
import { startApi, type Api, type ApiOptions } from "./api.ts";
import { createBrowser, type Browser } from "./browser.ts";
import { manualClock } from "./manual-clock.ts";

export const PASSWORD = "four quiet green boats";

/** A hub's staff room behind HTTP, on a clock of the test's own. */
export async function startStaff(options: ApiOptions = {}) {
  const clock = manualClock();
  const api = await startApi({ clock, withStaff: true, ...options });
  return { api, clock, db: api.db, staff: api.staff };
}

/** Somebody of ours with a password. */
export async function addPerson(api: Api, role: Role, email = `${role}@shop.example`): Promise<string> {
  const id = newId();
  await api.db.prisma.staff.create({ data: { id, name: `the ${role}`, email, role } });
  const passwordHash = await createPasswords({ logN: 4, r: 8, p: 1 }).hash(PASSWORD);
  await api.db.prisma.credential.create({ data: { staffId: id, passwordHash } });
  return id;
}

/** A browser in which somebody of ours is signed in. */
export async function signedIn(api: Api, role: Role, email?: string): Promise<Browser & { staffId: string }> {
  const staffId = await addPerson(api, role, email);
  const browser = createBrowser(api);
  const response = await browser.signIn(email ?? `${role}@shop.example`, PASSWORD);
  if (!response.ok) throw new Error(await response.text());
  return { ...browser, staffId };
}

/** What the authenticator app shows. */
export function appCode(base32Secret: string, now: Date, drift = 0): string {
  const bits = [...base32Secret].map((char) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(char).toString(2).padStart(5, "0"),
  );
  const bytes = (bits.join("").match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
  return codeOf(Buffer.from(bytes), stepAt(now) + drift);
}
