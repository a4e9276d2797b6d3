import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

type Body = Record<string, unknown>;
export interface AdCall {
  platform: "meta" | "ga4" | "google" | "tiktok";
  path: string;
  headers: IncomingMessage["headers"];
  body: Body;
}
type Reply = [status: number, body: unknown, headers?: Record<string, string>];

const DAY_S = 86_400;
const HASH = /^[0-9a-f]{64}$/;
/** A few that Meta and the others know; what is not here is refused as they do. */
const CURRENCIES = new Set(["EUR", "USD", "GBP", "CNY", "JPY"]);

/** The advertising platforms on loopback. They refuse what the real ones refuse, and keep what they took once. */
export async function adPlatforms(now: () => Date) {
  const calls: AdCall[] = [];
  const taken: { platform: string; id: string; body: Body }[] = [];
  const faults: Reply[] = [];
  const seconds = () => now().getTime() / 1_000;
  const isKnown = (platform: string, id: string) => taken.some((each) => each.platform === platform && each.id === id);
  const take = (platform: string, id: string, body: Body) => {
    if (!isKnown(platform, id)) taken.push({ platform, id, body }); // the same again is dropped in silence
  };

  function meta({ headers, body }: AdCall): Reply {
    const no = (message: string, code = 100): Reply => [400, { error: { message, code, type: "OAuthException" } }];
    if (headers.authorization !== "Bearer meta-token-0001")
      return no("Invalid OAuth access token meta-token-0001.", 190);
    const events = body["data"] as Body[];
    for (const event of events) {
      const user = event["user_data"] as Body;
      const { currency, value } = event["custom_data"] as Body;
      if ((event["event_time"] as number) < seconds() - 7 * DAY_S) return no("Event timestamp is too old");
      if (!event["event_id"] || !event["event_name"]) return no("Missing event_name or event_id");
      if (event["action_source"] === "business_messaging" && !event["messaging_channel"])
        return no("messaging_channel");
      const hashes = [user["em"], user["ph"], user["external_id"]].flat().filter((each) => each !== undefined);
      if (hashes.some((each) => !HASH.test(String(each)))) return no("Unhashed customer information");
      const joins = ["fbc", "em", "ph", "ctwa_clid", "page_scoped_user_id", "ig_sid"];
      if (!joins.some((key) => user[key] !== undefined)) return no("Not enough customer information parameters");
      if (!CURRENCIES.has(String(currency)) || typeof value !== "number") return no("Invalid currency or value");
    }
    for (const event of events) take("meta", `${String(event["event_name"])} ${String(event["event_id"])}`, event);
    return [200, { events_received: events.length }];
  }

  function ga4({ path, body }: AdCall): Reply {
    const [event] = body["events"] as { name: string; params: Body }[];
    const faults: string[] = [];
    if (!path.includes("api_secret=ga-secret-00001")) faults.push("The api_secret is not known.");
    if (!body["client_id"]) faults.push("client_id is required.");
    if (!/^[A-Za-z]\w{0,39}$/.test(event?.name ?? "")) faults.push("The event's name is not valid.");
    if ((body["timestamp_micros"] as number) / 1e6 < seconds() - 3 * DAY_S) faults.push("timestamp_micros is too old.");
    if (!CURRENCIES.has(String(event?.params["currency"]))) faults.push("currency is not valid.");
    const validationMessages = faults.map((description) => ({ description }));
    if (path.startsWith("/debug/")) return [200, { validationMessages }];
    // The collector itself says yes to all, and drops what is wrong.
    if (faults.length === 0) take("ga4", `${event!.name} ${String(event!.params["transaction_id"])}`, body);
    return [204, ""];
  }

  function google({ path, headers, body }: AdCall): Reply {
    if (path === "/token")
      return body["refresh_token"] === "refresh-0001"
        ? [200, { access_token: "access-1", expires_in: 3_600 }]
        : [400, { error: "invalid_grant" }];
    if (headers.authorization !== "Bearer access-1" || !headers["developer-token"])
      return [401, { error: { message: "Request had invalid authentication credentials." } }];
    if (body["partialFailure"] !== true) return [400, { error: { message: "partialFailure must be true." } }];
    const partial = (message: string): Reply => [200, { partialFailureError: { code: 3, message } }];
    const list = (body["conversions"] ?? body["conversionAdjustments"]) as Body[];
    for (const each of list) {
      const order = String(each["orderId"]);
      if (path.endsWith(":uploadConversionAdjustments")) {
        if (!isKnown("google", order)) return partial("The conversion to adjust was not found.");
        take("google", `${order} ${String(each["adjustmentType"])} ${String(each["adjustmentDateTime"])}`, each);
        continue;
      }
      const clicks = ["gclid", "gbraid", "wbraid"].filter((key) => each[key]);
      if (clicks.length > 1) return partial("Only one of gclid, gbraid and wbraid may be set.");
      if (clicks.length === 0 && !each["userIdentifiers"]) return partial("Neither a click id nor user identifiers.");
      if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d\d:\d\d$/.test(String(each["conversionDateTime"])))
        return partial("date");
      if (!CURRENCIES.has(String(each["currencyCode"]))) return partial("The currency code is not valid.");
      if (isKnown("google", order)) return partial("CLICK_CONVERSION_ALREADY_EXISTS");
      take("google", order, each);
    }
    return [200, { results: list }];
  }

  function tiktok({ headers, body }: AdCall): Reply {
    const no = (code: number, message: string): Reply => [200, { code, message }];
    if (headers["access-token"] !== "tiktok-token-1")
      return no(40_105, "Access token is incorrect or has been revoked.");
    if (!["web", "offline", "crm"].includes(String(body["event_source"]))) return no(40_002, "event_source");
    for (const event of body["data"] as Body[]) {
      const user = event["user"] as Body;
      if ((event["event_time"] as number) < seconds() - 7 * DAY_S) return no(40_002, "event_time is too early");
      if (!user["ttclid"] && !user["email"] && !user["phone"]) return no(40_002, "Missing match keys");
      if ([user["email"], user["phone"]].flat().some((each) => each !== undefined && !HASH.test(String(each))))
        return no(40_002, "email and phone must be hashed");
      if (!CURRENCIES.has(String((event["properties"] as Body)["currency"])))
        return no(40_002, "currency is not valid");
      take("tiktok", `${String(event["event"])} ${String(event["event_id"])}`, event);
    }
    return [200, { code: 0, message: "OK" }];
  }

  const answers = { meta, ga4, google, tiktok };
  const server = createServer(async (req, res) => {
    let text = "";
    for await (const chunk of req) text += String(chunk);
    const [, platform = "", ...rest] = (req.url ?? "").split("/");
    const isForm = req.headers["content-type"]?.includes("form") === true;
    const body = (isForm ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text)) as Body;
    const call = { platform: platform as AdCall["platform"], path: `/${rest.join("/")}`, headers: req.headers, body };
    calls.push(call);
    const [status, answer, headers = {}] = faults.shift() ?? answers[call.platform](call);
    res
      .writeHead(status, { "Content-Type": "application/json", ...headers })
      .end(answer === "" ? "" : JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    calls,
    taken,
    /** The next calls get these answers instead. */
    fail: (...replies: Reply[]) => void faults.push(...replies),
    settings: {
      meta: { datasetId: "111", accessToken: "meta-token-0001", baseUrl: `${url}/meta` },
      "meta-messaging": {
        ...{ datasetId: "111", accessToken: "meta-token-0001", baseUrl: `${url}/meta` },
        ...{ whatsappBusinessAccountId: "222", pageId: "333" },
      },
      ga4: { measurementId: "G-TEST1234", apiSecret: "ga-secret-00001", baseUrl: `${url}/ga4` },
      "google-ads": {
        ...{ customerId: "444", actions: { order: "555" }, developerToken: "dev", clientId: "client" },
        ...{ clientSecret: "client-secret", refreshToken: "refresh-0001" },
        ...{ baseUrl: `${url}/google`, tokenUrl: `${url}/google/token` },
      },
      tiktok: { eventSourceId: "PIXEL", accessToken: "tiktok-token-1", baseUrl: `${url}/tiktok` },
    },
  };
}
