import { z } from "zod";
import { defineSetup, type Setup } from "../../src/contract/index.ts";
import type { Api } from "./api.ts";
import type { QrCodes } from "./entry.ts";

const bytes = (most: number, what: string) =>
  z
    .string({ error: `${what} is text.` })
    .refine((text) => text !== "" && Buffer.byteLength(text) <= most, { error: `${what} has 1 to ${most} bytes.` });

const name = (most: number) => bytes(most, "A button's name");
const key = bytes(128, "A button's key");
const url = bytes(1_024, "A button's url").refine((text) => /^https?:\/\//.test(text), {
  error: "A button's url is an http(s) address.",
});
const id = (what: string) => bytes(256, what);

/** The kinds of buttons, with what each needs. */
const actions = (most: number) =>
  z.discriminatedUnion(
    "type",
    [
      z.strictObject({
        type: z.enum([
          "click",
          "scancode_push",
          "scancode_waitmsg",
          "pic_sysphoto",
          "pic_photo_or_album",
          "pic_weixin",
          "location_select",
        ]),
        name: name(most),
        key,
      }),
      z.strictObject({ type: z.literal("view"), name: name(most), url }),
      z.strictObject({
        type: z.literal("miniprogram"),
        name: name(most),
        url,
        appid: id("A button's appid"),
        pagepath: bytes(1_024, "A button's pagepath"),
      }),
      z.strictObject({
        type: z.enum(["media_id", "view_limited"]),
        name: name(most),
        media_id: id("A button's media_id"),
      }),
      z.strictObject({
        type: z.enum(["article_id", "article_view_limited"]),
        name: name(most),
        article_id: id("A button's article_id"),
      }),
    ],
    { error: "A button has a type that WeChat knows (click, view ...), or a sub_button list instead of one." },
  );

/** A button that opens a list has no type of its own. */
const list = z.strictObject({
  name: name(16),
  sub_button: z
    .array(actions(60), { error: "sub_button is a list of buttons." })
    .min(1, { error: "A list has a button at least." })
    .max(5, { error: "A list has 5 buttons at most." }),
});

export const Menu = z.strictObject({
  button: z
    .array(
      z.unknown().transform((button, context) => {
        const isList = typeof button === "object" && button !== null && "sub_button" in button;
        const read = (isList ? list : actions(16)).safeParse(button);
        for (const issue of read.error?.issues ?? [])
          context.addIssue({ code: "custom", message: issue.message, path: issue.path });
        return read.data;
      }),
      { error: "`button` is the list of the menu's buttons." },
    )
    .min(1, { error: "A menu has a button at least." })
    .max(3, { error: "A menu has 3 buttons at most; put more into lists (sub_button)." }),
});

const Nothing = z.strictObject({}).default({});

const Code = z.strictObject({
  code: z
    .string({ error: "`code` is the entry point's code." })
    .regex(/^[\w-]{1,64}$/, { error: "A code on WeChat is 1 to 64 characters of A-Z a-z 0-9 _ -." }),
  days: z
    .number({ error: "`days` is a number." })
    .int({ error: "`days` is a whole number." })
    .min(1, { error: "A temporary code lives a day at least." })
    .max(30, { error: "A temporary code lives 30 days at most. Leave `days` out for a permanent one." })
    .optional(),
});

/** What an operator sets up on WeChat by command. */
export function createSetups(api: Api, codes: QrCodes): Setup[] {
  return [
    defineSetup({
      name: "menu",
      summary:
        "Puts the account's menu below the chat; people see it within five minutes, or when they open the chat anew.",
      input: Menu,
      async run(menu, signal) {
        await api.post("/cgi-bin/menu/create", menu, signal);
        return `The menu stands, with ${menu.button.length} button(s). Servers that people use keep the old one for up to five minutes.`;
      },
    }),
    defineSetup({
      name: "menu-delete",
      summary: "Takes the account's menu away, personal ones included.",
      input: Nothing,
      async run(_nothing, signal) {
        await api.get("/cgi-bin/menu/delete", signal);
        return "The account has no menu any more.";
      },
    }),
    defineSetup({
      name: "qr-code",
      summary: "Makes a QR code that brings people in with an entry point's code: permanent, or for `days` days.",
      input: Code,
      async run({ code, days }, signal) {
        const { url, ticket } = await codes.codeFor(code, days, signal);
        const picture = `https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=${encodeURIComponent(ticket)}`;
        const life = days === undefined ? "for good" : `for ${days} day(s)`;
        return `The QR code for ${code} is good ${life}. It holds ${url}; WeChat draws it at ${picture}`;
      },
    }),
  ];
}
