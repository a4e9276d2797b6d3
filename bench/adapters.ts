import { createHash, createHmac } from "node:crypto";
import { adapters } from "../adapters/index.ts";
import { PLACEHOLDER_SETTINGS } from "../src/cli/placeholder-settings.ts";
import { adapterSpeed } from "./adapter-speed.ts";
import { prepareGround, SECRET, textUpdate, TOKEN, type Figures, type Ground } from "./ground.ts";
import { offerLoad, type Load } from "./load.ts";

const REQUESTS = Number(process.env["BENCH_REQUESTS"] ?? 30_000);
const WARM_UP = 5_000;
const ROUNDS = 4;
const CONNECTIONS = 64;

/**
 * How fast each adapter reads and writes a message, and how many signed webhooks a second are durably acknowledged through
 * the signatures of Slack, WeChat and WhatsApp against Telegram's in the same run. The load signs on the same machine,
 * which weighs on the signed ones alone.
 */
export async function adaptersBench(): Promise<Figures> {
  const figures: Figures = {};
  for (const adapter of adapters) Object.assign(figures, adapterSpeed(adapter));
  Object.assign(figures, await acceptance());
  return figures;
}

const HEX_SECRET = "0123456789abcdef".repeat(2);
type Request = Pick<Load, "body" | "headers" | "path">;
const hmac = (secret: string, text: string) => createHmac("sha256", secret).update(text).digest("hex");
const WORDS = "Are you open today, and until when? I would come by.";
let sent = 0;

/** A channel of each platform, and its requests as the platform signs them. */
function platforms(
  address: (channelId: string) => string,
): Record<string, { settings: object; requests: (id: string) => Request }> {
  const now = Math.floor(Date.now() / 1_000);
  return {
    telegram: {
      settings: { token: TOKEN, mode: "webhook", secret: SECRET, username: "emulated_bot" },
      requests: (id) => ({
        path: address(id),
        headers: { "x-telegram-bot-api-secret-token": SECRET },
        body: () => JSON.stringify(textUpdate(++sent, 1 + (sent % 2_000), WORDS)),
      }),
    },
    slack: {
      settings: {
        ...PLACEHOLDER_SETTINGS["slack"],
        mode: "webhook",
        names: false,
        signingSecret: HEX_SECRET,
      },
      requests: (id) => ({
        path: address(id),
        headers: (body) => {
          const at = String(Math.floor(Date.now() / 1_000));
          const signature = hmac(HEX_SECRET, `v0:${at}:${body}`);
          return { "x-slack-request-timestamp": at, "x-slack-signature": `v0=${signature}` };
        },
        body: () => JSON.stringify(slackMessage(++sent, now)),
      }),
    },
    wechat: {
      settings: { ...PLACEHOLDER_SETTINGS["wechat"], token: "wechatToken12345" },
      requests: (id) => ({
        path: () => {
          const [timestamp, nonce] = [String(now), String(++sent)];
          const signature = createHash("sha1")
            .update(["wechatToken12345", timestamp, nonce].sort().join(""))
            .digest("hex");
          return `${address(id)}?signature=${signature}&timestamp=${timestamp}&nonce=${nonce}&openid=o${sent % 2_000}`;
        },
        headers: {},
        body: () => wechatMessage(++sent, now),
      }),
    },
    whatsapp: {
      settings: {
        ...PLACEHOLDER_SETTINGS["whatsapp"],
        appSecret: HEX_SECRET,
        phoneNumberId: "106540352242922",
      },
      requests: (id) => ({
        path: address(id),
        headers: (body) => ({ "x-hub-signature-256": `sha256=${hmac(HEX_SECRET, body)}` }),
        body: () => JSON.stringify(whatsappMessage(++sent, now)),
      }),
    },
  };
}

async function acceptance(): Promise<Figures> {
  const ground = await prepareGround();
  try {
    const all = platforms((id) => `/webhooks/${id}`);
    const ids: Record<string, string> = {};
    for (const [adapter, { settings }] of Object.entries(all)) {
      const view = await ground.desk.desk.create({ adapter, name: "Bench", settings: settings as never, rates: {} });
      ids[adapter] = view.id;
    }
    const hub = await ground.startHub();
    const port = Number(new URL(hub.url).port);
    const rounds: Record<string, number[]> = {};
    let refused = 0;
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [name, { requests }] of rotated(Object.entries(all), round)) {
        const load = {
          port,
          connections: CONNECTIONS,
          requests: round === 0 ? WARM_UP : REQUESTS,
          ...requests(ids[name]!),
        };
        const result = await offerLoad(load);
        refused += result.refused;
        if (round > 0) (rounds[name] ??= []).push(result.perSecond);
        await settled(ground);
      }
    }
    const figures: Figures = { refused };
    const base = median(rounds["telegram"]!);
    for (const [name, each] of Object.entries(rounds)) {
      figures[`${name}AcceptPerSecond`] = median(each);
      figures[`${name}AcceptOfTelegram`] = median(each) / base;
    }
    return figures;
  } finally {
    await ground.leave();
  }
}

const BUSY = "SELECT EXISTS (SELECT 1 FROM arrival WHERE state = 'waiting') AS busy";

/** Waits until the hub has worked off what it took: the next platform's turn shall not carry it. */
async function settled({ client }: Ground): Promise<void> {
  for (;;) {
    const { rows } = await client.query(BUSY);
    if (!rows[0].busy) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** What the one before leaves to be done (sends that are tried again) shall not always fall to the same one. */
function rotated<T>(all: readonly T[], by: number): T[] {
  return all.map((_, at) => all[(at + by) % all.length]!);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function slackMessage(n: number, now: number): object {
  const user = `U${String(n % 2_000).padStart(8, "0")}`;
  const ts = `${now}.${String(n).padStart(6, "0")}`;
  return {
    token: "unused",
    team_id: "T00000001",
    api_app_id: "A00000001",
    event: { type: "message", channel: `D${user.slice(1)}`, channel_type: "im", user, text: WORDS, ts, event_ts: ts },
    type: "event_callback",
    event_id: `Ev${n}`,
    event_time: now,
  };
}

function wechatMessage(n: number, now: number): string {
  return `<xml><ToUserName><![CDATA[gh_account]]></ToUserName><FromUserName><![CDATA[o${n % 2_000}]]></FromUserName><CreateTime>${now}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${WORDS}]]></Content><MsgId>${10_000_000_000 + n}</MsgId></xml>`;
}

function whatsappMessage(n: number, now: number): object {
  const from = `4915${String(n % 2_000).padStart(8, "0")}`;
  const message = { from, id: `wamid.${n}`, timestamp: String(now), type: "text", text: { body: WORDS } };
  const value = {
    messaging_product: "whatsapp",
    metadata: { display_phone_number: "15550783881", phone_number_id: "106540352242922" },
    contacts: [{ profile: { name: "Customer" }, wa_id: from }],
    messages: [message],
  };
  return {
    object: "whatsapp_business_account",
    entry: [{ id: "102290129340398", changes: [{ value, field: "messages" }] }],
  };
}
