import { ChannelError, type Check } from "../../src/contract/index.ts";
import { objectIn, textIn, type GraphClient, type JsonObject } from "../graph/index.ts";
import { digitsOf } from "./people.ts";
import type { Settings } from "./settings.ts";

const FIELDS =
  "display_phone_number,verified_name,quality_rating,throughput,code_verification_status,platform_type,status,webhook_configuration";

/** What `doctor` says of a channel. Without a good token nothing more can be asked. */
export async function check(
  client: GraphClient,
  settings: Settings,
  address: URL,
  signal: AbortSignal,
): Promise<Check[]> {
  try {
    const query = { fields: FIELDS };
    const number = await client.call<JsonObject>("GET", settings.phoneNumberId, { query }, signal);
    return [numberCheck(number, settings), stateCheck(number), webhookCheck(number, address)];
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    return [{ name: error.fault === "unauthorized" ? "token" : "connection", ok: false, detail: error.message }];
  }
}

function numberCheck(number: JsonObject, { phoneNumber }: Settings): Check {
  const shown = textIn(number, "display_phone_number") ?? "?";
  const same = phoneNumber === undefined || digitsOf(phoneNumber) === digitsOf(shown);
  const name = textIn(number, "verified_name") ?? "?";
  if (same) return { name: "number", ok: true, detail: `The token is good for ${shown} (${name}).` };
  return {
    name: "number",
    ok: false,
    detail: `The setting "phoneNumber" is another number than ${shown}, to which "phoneNumberId" belongs. Correct one of them.`,
  };
}

function stateCheck(number: JsonObject): Check {
  const quality = textIn(number, "quality_rating") ?? "UNKNOWN";
  const level = textIn(objectIn(number, "throughput"), "level") ?? "STANDARD";
  const status = textIn(number, "status") ?? "CONNECTED";
  const detail = `WhatsApp says: status ${status}, quality ${quality}, throughput ${level}.`;
  if (status !== "CONNECTED")
    return { name: "state", ok: false, detail: `${detail} Look at the number in WhatsApp Manager, Phone numbers.` };
  if (quality === "RED")
    return {
      name: "state",
      ok: false,
      detail: `${detail} People block or report it: send less that nobody asked for.`,
    };
  return { name: "state", ok: true, detail };
}

function webhookCheck(number: JsonObject, address: URL): Check {
  const name = "webhook";
  const configured = objectIn(number, "webhook_configuration");
  const urls = ["phone_number", "whatsapp_business_account", "application"].flatMap(
    (level) => textIn(configured, level) ?? [],
  );
  const [used] = urls;
  if (used === undefined)
    return { name, ok: false, detail: "WhatsApp calls nobody. Run channel register, or set the address in the app." };
  const ok = sameAddress(used, address);
  const host = URL.canParse(used) ? new URL(used).host : "an address that cannot be read";
  const detail = ok
    ? "WhatsApp calls this channel's address."
    : `WhatsApp calls another address, on ${host}. Run channel register, or correct it in the app.`;
  return { name, ok, detail };
}

function sameAddress(used: string, address: URL): boolean {
  return used.replace(/\/+$/, "") === address.href.replace(/\/+$/, "");
}
