import type { UploadApiName } from "../../contract/api-uploads.ts";
import { ga4 } from "./ga4.ts";
import { googleAds } from "./google-ads.ts";
import { meta, metaMessaging } from "./meta.ts";
import { tiktok } from "./tiktok.ts";
import type { UploadApi } from "./upload-api.ts";

const APIS: readonly UploadApi[] = [meta, metaMessaging, ga4, googleAds, tiktok];

/** What the touches' evidence may hold that a platform would know a person by. */
export const CLICK_NAMES = [
  ...["fbclid", "fbc", "fbp", "ctwa_clid", "gclid", "gbraid", "wbraid", "ttclid"],
  ...["ga_client_id", "ga_session_id"],
] as const;

/** @throws RangeError for a name that stands nowhere */
export function apiNamed(name: string): UploadApi {
  const api = APIS.find((each) => each.name === (name as UploadApiName));
  if (!api) throw new RangeError(`There is no upload API "${name}".`);
  return api;
}
