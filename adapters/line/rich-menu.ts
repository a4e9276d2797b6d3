import { z } from "zod";
import { ChannelError, defineSetup, networkFault, type AdapterTools, type Setup } from "../../src/contract/index.ts";
import type { Call } from "./api.ts";
import { LineFault } from "./faults.ts";

const YEAR_MS = 365 * 86_400_000;
const MAX_IMAGE_BYTES = 1_000_000;
const KEPT = "rich menu";

const label = z.string().min(1).max(20).optional();
const Action = z.discriminatedUnion("type", [
  z.object({ type: z.literal("uri"), uri: z.url({ protocol: /^(https?|line|tel)$/ }).max(1_000), label }),
  z.object({ type: z.literal("message"), text: z.string().min(1).max(300), label }),
  z.object({
    type: z.literal("postback"),
    data: z.string().min(1).max(300),
    displayText: z.string().max(300).optional(),
    label,
  }),
]);

const Input = z
  .object({
    name: z.string().min(1).max(300).default("Menu"),
    chatBarText: z.string().min(1).max(14),
    selected: z.boolean().default(true),
    size: z.object({ width: z.number().int().min(800).max(2_500), height: z.number().int().min(250) }),
    areas: z
      .array(
        z.object({
          bounds: z.object({
            x: z.number().int().min(0),
            y: z.number().int().min(0),
            width: z.number().int().min(1),
            height: z.number().int().min(1),
          }),
          action: Action,
        }),
      )
      .min(1)
      .max(20),
    /** An https address, or "data:image/png;base64,...". */
    image: z.string().regex(/^(https:\/\/|data:image\/(png|jpeg);base64,)/, {
      error: "The image is an https address, or data:image/png;base64,... of a PNG or JPEG of at most 1 MB.",
    }),
  })
  .refine(({ size }) => size.width / size.height >= 1.45, {
    error: "The menu is at least 1.45 times as wide as high.",
    path: ["size"],
  });

type Menu = z.infer<typeof Input>;

export interface SetupParts {
  call: Call;
  tools: Pick<AdapterTools, "fetch" | "cache">;
}

/** The menu below the chat. A button that is a door carries the postback data "e=CODE". */
export function richMenu({ call, tools }: SetupParts): Setup {
  async function run(menu: Menu, signal: AbortSignal): Promise<string> {
    const { bytes, type } = await imageOf(menu.image, tools, signal);
    const { image: _, ...json } = menu;
    const { body } = await call({ method: "POST", path: "/v2/bot/richmenu", json }, signal);
    const id = body.richMenuId;
    if (typeof id !== "string") throw new ChannelError("maybe-sent", "LINE made a rich menu and named no id for it.");
    try {
      await call(
        { method: "POST", path: `/v2/bot/richmenu/${id}/content`, data: true, bytes: { body: bytes, type } },
        signal,
      );
      await call({ method: "POST", path: `/v2/bot/user/all/richmenu/${id}`, json: {} }, signal);
    } catch (error) {
      await remove(id, signal).catch(() => undefined); // a menu without its picture is of no use
      throw error;
    }
    const before = await tools.cache.get(KEPT);
    await tools.cache.set(KEPT, id, YEAR_MS);
    if (before !== undefined && before !== id) await remove(before, signal);
    return `Everybody who chats with the account sees the menu "${menu.chatBarText}" (${id}), with ${menu.areas.length} buttons.`;
  }

  async function remove(id: string, signal: AbortSignal): Promise<void> {
    await call({ method: "DELETE", path: `/v2/bot/richmenu/${encodeURIComponent(id)}` }, signal).catch(
      (error: unknown) => {
        if (!(error instanceof LineFault) || error.status !== 404) throw error;
      },
    );
  }

  return defineSetup({
    name: "rich-menu",
    summary: "Sets the menu below the chat for everybody, in place of the one that this command set before.",
    input: Input,
    run,
  });
}

async function imageOf(
  image: string,
  { fetch }: Pick<AdapterTools, "fetch">,
  signal: AbortSignal,
): Promise<{ bytes: Uint8Array; type: string }> {
  const bytes = image.startsWith("data:")
    ? Buffer.from(image.slice(image.indexOf(",") + 1), "base64")
    : await downloaded(image, fetch, signal);
  const type = typeOf(bytes);
  if (!type) throw new ChannelError("refused", "The menu's image is neither PNG nor JPEG.");
  if (bytes.byteLength > MAX_IMAGE_BYTES) throw new ChannelError("refused", "The menu's image is larger than 1 MB.");
  return { bytes, type };
}

async function downloaded(url: string, fetch: AdapterTools["fetch"], signal: AbortSignal): Promise<Uint8Array> {
  const response = await fetch(url, { signal }).catch((error: unknown) => {
    throw networkFault("The image's server", error);
  });
  if (!response.ok) throw new ChannelError("refused", `The image's server did not give it out (${response.status}).`);
  return new Uint8Array(await response.arrayBuffer());
}

/** By content, not by name. */
function typeOf(bytes: Uint8Array): string | undefined {
  if (Buffer.from(bytes.subarray(0, 8)).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])))
    return "image/png";
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff ? "image/jpeg" : undefined;
}
