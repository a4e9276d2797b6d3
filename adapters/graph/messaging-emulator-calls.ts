import { badParameter, graphError, GraphFile, unknownObject, type GraphCall } from "./emulator.ts";
import { refusalOf } from "./messaging-emulator-rules.ts";
import {
  addFile,
  fileAddress,
  messageOf,
  store,
  tell,
  type Fields,
  type StoredMessage,
  type World,
} from "./messaging-emulator-world.ts";

/** The token that is good now; Instagram's can be renewed. */
export interface Tokens {
  current: string;
  renewals: number;
}

/** What the emulated Graph API answers. Throws a GraphRefusal. */
export async function answerCall(world: World, tokens: Tokens, call: GraphCall): Promise<unknown> {
  const { method, path } = call;
  const [node = "", edge] = path;
  if (node === "files" && method === "GET") return fileAt(world, call);
  if (node === "refresh_access_token") return renew(tokens);
  if (edge === "messages" && method === "POST") return takeMessage(world, call);
  if (edge === "subscriptions" && method === "POST") return register(world, call);
  if (edge === "subscribed_apps") return subscription(world, call);
  if (edge === "messenger_profile") return profile(world, call);
  if (edge === undefined && method === "GET") return read(world, node);
  throw graphError(400, { message: `Unknown path components: /${path.slice(1).join("/")}`, code: 2500 });
}

/** Whether this call needs no login of the account's. */
export function isOpenCall(world: World, appToken: string, { path }: GraphCall, token: string | undefined): boolean {
  if (path[0] === "files") return true;
  return path[0] === world.appId && path[1] === "subscriptions" && token === appToken;
}

export function placeOfCall({ path, json, fields }: GraphCall): string | undefined {
  if (path[1] !== "messages" || json.sender_action !== undefined) return undefined;
  const recipient = (json.recipient ?? parsed(fields.recipient)) as { id?: string } | undefined;
  return recipient?.id ?? "";
}

function parsed(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text);
}

function renew(tokens: Tokens): Fields {
  tokens.renewals++;
  tokens.current = `IGAArenewed${String(tokens.renewals).padStart(24, "0")}`;
  return { access_token: tokens.current, token_type: "bearer", expires_in: 5_184_000 };
}

async function takeMessage(world: World, call: GraphCall): Promise<Fields> {
  const body: Fields = call.file
    ? { ...call.fields, recipient: parsed(call.fields.recipient), message: parsed(call.fields.message) }
    : call.json;
  const id = (body.recipient as { id?: string } | undefined)?.id ?? "";
  const person = world.people.get(id);
  const refusal = refusalOf(world, body, person, call.file !== undefined);
  if (refusal) throw refusal;
  if (body.sender_action !== undefined) return act(world, body, id);
  const message = body.message as Fields;
  const files = await filesOf(world, message, call.file);
  const sent = store(world, {
    person: id,
    from: "hub",
    body: { ...message, reply_to: body.reply_to, tag: body.tag },
    files,
  });
  echo(world, sent, world.platform.echoesNameTheApp ? Number(world.appId) : undefined);
  if (world.subscribed.includes("message_deliveries"))
    tell(world, id, { delivery: { mids: [sent.mid], watermark: world.now().getTime() } });
  return { recipient_id: id, message_id: sent.mid };
}

/** What the account says comes back to all its apps. */
export function echo(world: World, { mid, person, body, files }: StoredMessage, app_id: number | undefined): void {
  if (world.platform.object === "page" && !world.subscribed.includes("message_echoes")) return;
  const { text, attachment } = body as { text?: string; attachment?: { type: string; payload: Fields } };
  const payload = files[0] === undefined ? attachment?.payload : { url: fileAddress(world, files[0]) };
  const message = {
    mid,
    is_echo: true,
    ...(app_id !== undefined && { app_id }),
    ...(text !== undefined && { text }),
    ...(attachment && { attachments: [{ type: attachment.type, payload }] }),
  };
  tell(world, person, { message }, "account");
}

/** Meta fetches what is given as an address, at once, and without any login. */
async function filesOf(world: World, { attachment }: Fields, file: GraphCall["file"]): Promise<number[]> {
  if (file) return [addFile(world, file)];
  const url = (attachment as { payload?: { url?: string } } | undefined)?.payload?.url;
  if (url === undefined || url.startsWith("https://")) return [];
  const response = await fetch(url).catch(() => undefined);
  if (!response?.ok)
    throw graphError(400, {
      message: "(#100) Failed to fetch the file from the url",
      code: 100,
      error_subcode: 2018008,
    });
  const bytes = Buffer.from(await response.arrayBuffer());
  return [addFile(world, { name: "fetched", mimeType: response.headers.get("content-type") ?? "", bytes })];
}

function act(world: World, body: Fields, id: string): Fields {
  const action = String(body.sender_action);
  world.people.get(id)?.actions.push(action);
  const { message_id, reaction } = (body.payload ?? {}) as { message_id?: string; reaction?: string };
  const message = messageOf(world, message_id);
  if (message) message.reactions = action === "react" ? [reaction ?? ""] : [];
  return { recipient_id: id };
}

async function register({ caller }: World, { json }: GraphCall): Promise<Fields> {
  try {
    await caller.attach(new URL(String(json.callback_url)), String(json.verify_token));
  } catch {
    throw graphError(400, { message: "(#2200) Callback verification failed", code: 2200 });
  }
  return { success: true };
}

function subscription(world: World, { method, json, path }: GraphCall): Fields {
  if (path[0] !== "me" && path[0] !== world.accountId) throw unknownObject(path[0] ?? "");
  if (method === "POST") {
    world.subscribed = String(json.subscribed_fields).split(",");
    return { success: true };
  }
  const named = world.platform.object === "page" ? { id: world.appId, name: "Example app" } : {};
  return { data: world.subscribed.length > 0 ? [{ ...named, subscribed_fields: world.subscribed }] : [] };
}

function profile(world: World, { method, json, query }: GraphCall): Fields {
  if (method === "GET") {
    const wanted = (query.get("fields") ?? "").split(",");
    const given = Object.entries(world.profile).filter(([name]) => wanted.includes(name));
    return { data: given.length > 0 ? [Object.fromEntries(given)] : [] };
  }
  if (method === "DELETE") {
    for (const name of json.fields as string[]) delete world.profile[name];
    return { result: "success" };
  }
  const { platform: _platform, ...given } = json;
  if (given.persistent_menu && world.platform.object === "page" && !world.profile.get_started)
    throw badParameter("You must set a Get Started button if you also wish to use persistent menu");
  Object.assign(world.profile, given);
  return { result: "success" };
}

function read(world: World, node: string): Fields {
  if (node === "me" || node === world.accountId)
    return {
      id: world.platform.object === "page" ? world.accountId : node === "me" ? "9988776655" : world.accountId,
      user_id: world.accountId,
      name: "Example shop",
      username: world.username,
    };
  const person = world.people.get(node);
  if (person) {
    const [first_name, ...rest] = person.name.split(" ");
    if (world.platform.object === "page") return { first_name, last_name: rest.join(" "), locale: "pt_BR", id: node };
    return { name: person.name, username: person.username, id: node };
  }
  const message = messageOf(world, node);
  if (message) return { id: node, ...freshFiles(world, message) };
  throw unknownObject(node);
}

function freshFiles(world: World, { body, files }: StoredMessage): Fields {
  const data = files.map((index) => ({
    id: String(index),
    mime_type: world.files[index]?.mimeType,
    image_data: { url: fileAddress(world, index) },
  }));
  const isStory = (body.reply_to as { story?: unknown } | undefined)?.story !== undefined;
  return isStory ? { story: { reply_to: { link: data[0]?.image_data.url, id: "story" } } } : { attachments: { data } };
}

function fileAt(world: World, { path, query }: GraphCall): GraphFile {
  const file = world.files[Number(path[1])];
  if (!file) throw graphError(404, { message: "Not found", code: 803 });
  if (query.get("oe") !== String(world.generation))
    throw graphError(403, { message: "URL signature expired", code: 10 });
  return new GraphFile(file.mimeType, file.bytes);
}
