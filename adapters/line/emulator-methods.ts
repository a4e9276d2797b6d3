import { createHash } from "node:crypto";
import type { Delivery } from "./emulator-delivery.ts";
import { complaintAbout, fieldsOf } from "./emulator-validate.ts";
import type { SentMessage, World } from "./emulator-world.ts";

/** LINE says no. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly more: object = {},
  ) {
    super(message);
  }
}

export interface Asked {
  method: string;
  path: string;
  json: Record<string, unknown>;
  form: URLSearchParams;
  bytes: Uint8Array;
  retryKey: string | undefined;
}

export interface Reply {
  status?: number;
  body?: object;
  /** What is not JSON. */
  file?: { bytes: Uint8Array; type: string };
}

type Method = (asked: Asked, ids: string[]) => Reply | Promise<Reply>;

/** The calls of the Messaging API that a hub makes, as LINE answers them. */
export function createMethods(world: World, delivery: Delivery): [string, RegExp, Method][] {
  return [
    ["POST", /^\/v2\/bot\/message\/push$/, (asked) => push(world, asked)],
    ["POST", /^\/v2\/bot\/message\/reply$/, (asked) => reply(world, asked)],
    ["GET", /^\/v2\/bot\/message\/([^/]+)\/content$/, (_, [id]) => content(world, id ?? "")],
    ["GET", /^\/v2\/bot\/message\/([^/]+)\/content\/transcoding$/, (_, [id]) => transcoding(world, id ?? "")],
    ["GET", /^\/v2\/bot\/info$/, () => ({ body: info(world) })],
    ["GET", /^\/v2\/bot\/profile\/([^/]+)$/, (_, [user]) => profile(world, user)],
    [
      "GET",
      /^\/v2\/bot\/(?:group|room)\/([^/]+)\/member\/([^/]+)$/,
      (_, [group, user]) => memberProfile(world, group, user),
    ],
    ["GET", /^\/v2\/bot\/group\/([^/]+)\/summary$/, (_, [group]) => summary(world, group)],
    ["POST", /^\/v2\/bot\/chat\/loading\/start$/, ({ json }) => loading(world, json)],
    ["POST", /^\/v2\/bot\/chat\/markAsRead$/, ({ json }) => sign(world, "read", String(json.markAsReadToken))],
    ["GET", /^\/v2\/bot\/message\/quota$/, () => ({ body: quota(world) })],
    ["GET", /^\/v2\/bot\/message\/quota\/consumption$/, () => ({ body: { totalUsage: world.plan.pushed } })],
    ["GET", /^\/v2\/bot\/channel\/webhook\/endpoint$/, () => endpoint(world)],
    ["PUT", /^\/v2\/bot\/channel\/webhook\/endpoint$/, ({ json }) => setEndpoint(world, json)],
    ["POST", /^\/v2\/bot\/channel\/webhook\/test$/, () => testEndpoint(world, delivery)],
    ["POST", /^\/oauth2\/v2\.1\/verify$/, ({ form }) => verify(world, form)],
    ...richMenuMethods(world),
  ];
}

function richMenuMethods(world: World): [string, RegExp, Method][] {
  return [
    ["POST", /^\/v2\/bot\/richmenu$/, ({ json }) => makeMenu(world, json)],
    ["POST", /^\/v2\/bot\/richmenu\/([^/]+)\/content$/, ({ bytes }, [id]) => paintMenu(world, id, bytes)],
    ["POST", /^\/v2\/bot\/user\/all\/richmenu\/([^/]+)$/, (_, [id]) => showMenu(world, id)],
    ["DELETE", /^\/v2\/bot\/richmenu\/([^/]+)$/, (_, [id]) => dropMenu(world, id)],
  ];
}

function push(world: World, { json, retryKey }: Asked): Reply {
  if (retryKey !== undefined && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(retryKey))
    throw new Refusal(400, "The retry key is not a UUID");
  const before = retryKey === undefined ? undefined : world.retryKeys.get(retryKey);
  if (before) throw new Refusal(409, "The retry key is already accepted", { sentMessages: before.sentMessages });
  const to = String(json.to);
  if (!/^[UCR][0-9a-f]{32}$/.test(to))
    throw new Refusal(400, "The property, 'to', in the request body is invalid (line: -, column: -)");
  if (!reaches(world, to)) throw new Refusal(400, "Failed to send messages");
  const { limit = Infinity, pushed } = world.plan;
  if (world.faults.quotaUsedUp || pushed >= limit) throw new Refusal(429, "You have reached your monthly limit.");
  const sentMessages = accept(world, to, "push", json.messages);
  world.plan.pushed++;
  if (retryKey !== undefined)
    world.retryKeys.set(retryKey, { requestId: createHash("md5").update(retryKey).digest("hex"), sentMessages });
  return { body: { sentMessages } };
}

function reply(world: World, { json, retryKey }: Asked): Reply {
  if (retryKey !== undefined) throw new Refusal(400, "The retry key is not supported by this endpoint");
  const token = world.replyTokens.get(String(json.replyToken));
  if (!token || token.used || token.untilMs <= world.now()) throw new Refusal(400, "Invalid reply token");
  const sentMessages = accept(world, token.to, "reply", json.messages);
  token.used = true;
  return { body: { sentMessages } };
}

function reaches(world: World, to: string): boolean {
  const person = world.people.get(to);
  return person ? person.isFriend && !person.hasBlocked : (world.groups.get(to)?.hasUs ?? false);
}

function accept(
  world: World,
  to: string,
  how: SentMessage["how"],
  messages: unknown,
): { id: string; quoteToken: string }[] {
  const complaint = complaintAbout(messages);
  if (complaint) throw new Refusal(400, complaint.message, { details: complaint.details });
  const made = (messages as Record<string, unknown>[]).map((message): SentMessage => {
    const id = world.nextId();
    return { id, to, how, message: structuredClone(message), quoteToken: `quote-${id}`, atMs: world.now() };
  });
  world.sent.push(...made);
  for (const look of [...world.watchers]) look();
  return made.map(({ id, quoteToken }) => ({ id, quoteToken }));
}

function content(world: World, id: string): Reply {
  const file = world.files.get(id);
  if (!file || world.faults.contentGone) throw new Refusal(404, "Not found");
  if (file.type.startsWith("video/") && file.looks++ < world.faults.preparingLooks) return { status: 202, body: {} };
  return { file };
}

function transcoding(world: World, id: string): Reply {
  const file = world.files.get(id);
  if (!file) throw new Refusal(404, "Not found");
  return { body: { status: file.looks < world.faults.preparingLooks ? "processing" : "succeeded" } };
}

function info({ botId, basicId, chatMode }: World): object {
  return {
    userId: botId,
    basicId,
    displayName: "Emulated shop",
    chatMode,
    markAsReadMode: chatMode === "chat" ? "manual" : "auto",
  };
}

function profile({ people }: World, userId = ""): Reply {
  const person = people.get(userId);
  if (!person?.isFriend || person.hasBlocked) throw new Refusal(404, "Not found");
  return { body: { userId, displayName: person.name, language: person.language } };
}

function memberProfile({ groups, people }: World, groupId = "", userId = ""): Reply {
  const person = groups.get(groupId)?.members.has(userId) ? people.get(userId) : undefined;
  if (!person) throw new Refusal(404, "Not found");
  return { body: { userId, displayName: person.name } };
}

function summary({ groups }: World, groupId = ""): Reply {
  const group = groups.get(groupId);
  if (!group?.hasUs) throw new Refusal(404, "Not found");
  return { body: { groupId, groupName: group.name } };
}

function loading(world: World, { chatId, loadingSeconds }: Record<string, unknown>): Reply {
  const seconds = Number(loadingSeconds);
  if (typeof chatId !== "string" || !chatId.startsWith("U"))
    throw new Refusal(400, "The property, 'chatId', in the request body is invalid");
  if (seconds < 5 || seconds > 60 || seconds % 5 !== 0)
    throw new Refusal(400, "loadingSeconds must be 5 to 60, in steps of 5");
  return { ...sign(world, "loading", chatId), status: 202 };
}

function sign(world: World, what: "loading" | "read", about: string): Reply {
  world.signs.push({ what, about });
  return { body: {} };
}

function quota({ plan, faults }: World): object {
  if (plan.limit === undefined && !faults.quotaUsedUp) return { type: "none" };
  return { type: "limited", value: plan.limit ?? plan.pushed };
}

function endpoint({ webhook }: World): Reply {
  if (!webhook) throw new Refusal(404, "Webhook endpoint not found");
  return { body: webhook };
}

function setEndpoint(world: World, { endpoint: url }: Record<string, unknown>): Reply {
  if (typeof url !== "string" || url.length > 500 || !URL.canParse(url))
    throw new Refusal(400, "Invalid webhook endpoint URL");
  // Whether it is used is a switch in the console, and stays as it is.
  world.webhook = { endpoint: url, active: world.webhook?.active ?? true };
  return { body: {} };
}

async function testEndpoint(world: World, delivery: Delivery): Promise<Reply> {
  const status = await delivery.post(JSON.stringify({ destination: world.botId, events: [] }));
  const success = status >= 200 && status < 300;
  return {
    body: {
      success,
      timestamp: new Date(world.now()).toISOString(),
      statusCode: status,
      reason: success ? "OK" : "ERROR_STATUS_CODE",
      detail: String(status),
    },
  };
}

function verify(world: World, form: URLSearchParams): Reply {
  const aud = world.liffId.split("-")[0] ?? "";
  const found = world.idTokens.get(form.get("id_token") ?? "");
  const wrong = !found
    ? "Invalid IdToken."
    : form.get("client_id") !== aud
      ? "Invalid IdToken Audience."
      : found.exp * 1_000 < world.now()
        ? "IdToken expired."
        : "";
  if (!found || wrong) throw new Refusal(400, "", { error: "invalid_request", error_description: wrong });
  return {
    body: {
      iss: "https://access.line.me",
      sub: found.sub,
      aud,
      exp: found.exp,
      iat: found.exp - 3_600,
      amr: ["linesso"],
      name: found.name,
    },
  };
}

function makeMenu(world: World, menu: Record<string, unknown>): Reply {
  const { width, height } = fieldsOf(menu.size);
  if (!Array.isArray(menu.areas) || Number(width) < 800 || Number(height) < 250)
    throw new Refusal(400, "The request body has 1 error(s)");
  const richMenuId = `richmenu-${world.nextId()}`;
  world.menus.set(richMenuId, { menu });
  return { body: { richMenuId } };
}

function paintMenu(world: World, id = "", image: Uint8Array): Reply {
  const menu = world.menus.get(id);
  if (!menu) throw new Refusal(404, "Not found");
  if (image.byteLength === 0 || image.byteLength > 1_000_000) throw new Refusal(400, "The image size is invalid");
  menu.image = image;
  return { body: {} };
}

function showMenu(world: World, id = ""): Reply {
  if (!world.menus.get(id)?.image)
    throw new Refusal(400, "A richmenu image must be uploaded before linking the richmenu to user");
  world.defaultMenu = id;
  return { body: {} };
}

function dropMenu(world: World, id = ""): Reply {
  if (!world.menus.delete(id)) throw new Refusal(404, "Not found");
  if (world.defaultMenu === id) world.defaultMenu = undefined;
  return { body: {} };
}
