import { ChannelError, type AdapterTools, type EntryLink } from "../../src/contract/index.ts";
import type { Api } from "./api.ts";
import { harmless } from "./http.ts";

const DAY_S = 86_400;
const DAY_MS = DAY_S * 1_000;
/** What a scene may hold. Ours is always text, so that a code of digits comes back as it was. */
const CODE = /^[\w-]{1,64}$/;
/** A temporary code is made anew when less than this of its life is left. */
const LEAST_LEFT = 0.25;
const PERMANENT_MS = 365 * DAY_MS;

export interface QrCode extends EntryLink {
  /** WeChat draws the picture at mp.weixin.qq.com/cgi-bin/showqrcode?ticket=... */
  ticket: string;
}

export interface QrCodes {
  /** @param days how long it lives; a permanent one without (an account has 100,000 of them) */
  codeFor(code: string, days: number | undefined, signal: AbortSignal): Promise<QrCode>;
}

/** Parametric QR codes (带参数的二维码): who scans one comes with its scene, our code. */
export function createQrCodes(api: Api, { cache, clock }: AdapterTools): QrCodes {
  async function make(code: string, days: number | undefined, signal: AbortSignal): Promise<QrCode> {
    const action_info = { scene: { scene_str: code } };
    const body =
      days === undefined
        ? { action_name: "QR_LIMIT_STR_SCENE", action_info }
        : { action_name: "QR_STR_SCENE", expire_seconds: days * DAY_S, action_info };
    const { fields } = await api.post("/cgi-bin/qrcode/create", body, signal).catch((error: unknown) => {
      throw harmless(error);
    });
    const { url, ticket } = fields;
    if (typeof url !== "string" || !/^https?:\/\//.test(url) || typeof ticket !== "string")
      throw new ChannelError("unreachable", "WeChat made a QR code and named no address for it.");
    return { url, ticket };
  }

  return {
    async codeFor(code, days, signal) {
      if (!CODE.test(code))
        throw new ChannelError("refused", "A code on WeChat is 1 to 64 characters of A-Z a-z 0-9 _ -.");
      const key = `qr ${days ?? "permanent"} ${code}`;
      const kept = await cache.get(key);
      if (kept !== undefined) {
        const { qr, untilMs } = JSON.parse(kept) as { qr: QrCode; untilMs: number };
        if (untilMs > clock.now().getTime()) return qr;
      }
      const qr = await make(code, days, signal);
      const lifeMs = days === undefined ? PERMANENT_MS : days * DAY_MS * (1 - LEAST_LEFT);
      await cache.set(key, JSON.stringify({ qr, untilMs: clock.now().getTime() + lifeMs }), lifeMs);
      return qr;
    },
  };
}
