import {
  createGraphCaller,
  createLimits,
  graphError,
  GraphFile,
  noFaults,
  seededRandom,
  startGraphServer,
  unknownObject,
  type GraphCall,
  type GraphCaller,
  type GraphFaults,
  type GraphServer,
  type Limits,
} from "../graph/emulator.ts";
import { createPerson, type Person } from "./emulator-people.ts";
import { takeMessage, type SendKnobs } from "./emulator-sends.ts";
import { seconds, tell, nextId, type RawPerson, type SentMessage, type World } from "./emulator-world.ts";

export type { Person } from "./emulator-people.ts";
export type { SentMessage } from "./emulator-world.ts";

const FIVE_MINUTES_MS = 300_000;

export type WhatsAppFaults = GraphFaults & SendKnobs;

export interface EmulatorOptions {
  accessToken?: string;
  appSecret?: string;
  verifyToken?: string;
  phoneNumberId?: string;
  number?: string;
  /** The same seed, the same faults in the same order. */
  seed?: number;
  port?: number;
  faults?: Partial<WhatsAppFaults>;
  /** What stands as `timestamp`, and what windows and addresses of files are measured by. */
  now?: () => Date;
}

export interface WhatsAppEmulator {
  /** For the setting `baseUrl`. */
  readonly url: string;
  readonly accessToken: string;
  readonly phoneNumberId: string;
  readonly accountId: string;
  readonly faults: WhatsAppFaults;
  readonly limits: Limits;
  readonly server: GraphServer;
  readonly caller: GraphCaller;
  /** Every send that was accepted, also those whose answer was lost. */
  readonly sent: readonly SentMessage[];
  readonly read: readonly string[];
  readonly typing: readonly string[];
  person(
    phone: string,
    name: string,
    more?: Partial<Pick<RawPerson, "userId" | "username" | "hidesNumber" | "hasUserId">>,
  ): Person;
  /** An approved template; `{{1}}` stands for its first value. */
  template(name: string, language: string, body: string): void;
  /** Somebody of the business writes in the WhatsApp Business app. */
  echo(to: Person, text: string): string;
  /** A change of any shape, for this number. */
  tell(field: string, value: Record<string, unknown>): void;
  /** The token is no longer good; the new one is. */
  changeToken(accessToken: string): void;
  close(): Promise<void>;
}

/** A WhatsApp on loopback: the Cloud API for the hub, people with phones, and knobs for what goes wrong. */
export async function createWhatsAppEmulator(options: EmulatorOptions = {}): Promise<WhatsAppEmulator> {
  const faults: WhatsAppFaults = { ...noFaults(), lateRefusals: false, statusFirst: false, ...options.faults };
  const random = seededRandom(options.seed ?? 1);
  const access = { token: options.accessToken ?? "EAAEmulatedTokenOfASystemUser0123456789" };
  const world = createWorld(options, faults, random);
  const limits = createLimits(faults, { channel: 130429, place: 131056, useCase: "whatsapp" }, random);
  const handle = createHandler(world, faults, () => server.url);
  const placeOf = ({ method, path, json }: GraphCall) =>
    method === "POST" && path.at(-1) === "messages" && json.status === undefined
      ? String(json.to ?? json.recipient ?? "")
      : undefined;
  const accessToken = () => access.token;
  const port = options.port ?? 0;
  const server = await startGraphServer({ faults, limits, random, accessToken, placeOf, handle, port });

  return {
    url: server.url,
    get accessToken() {
      return access.token;
    },
    phoneNumberId: world.phoneNumberId,
    accountId: world.accountId,
    faults,
    limits,
    server,
    caller: world.caller,
    sent: world.sent,
    read: world.read,
    typing: world.typing,
    ...createCast(world),
    changeToken: (token) => void (access.token = token),
    async close() {
      world.caller.close();
      await server.close();
    },
  };
}

function createWorld(options: EmulatorOptions, faults: WhatsAppFaults, random: () => number): World {
  const appSecret = options.appSecret ?? "0123456789abcdef0123456789abcdef";
  const verifyToken = options.verifyToken ?? "emulated-verify-token";
  return {
    accountId: "102290129340398",
    phoneNumberId: options.phoneNumberId ?? "106540352242922",
    number: options.number ?? "15550783881",
    name: "Emulated Shop",
    people: new Map(),
    groups: new Map(),
    files: new Map(),
    sent: [],
    read: [],
    typing: [],
    templates: new Map(),
    caller: createGraphCaller({ object: "whatsapp_business_account", appSecret, verifyToken, faults, random }),
    now: options.now ?? (() => new Date()),
    count: 0,
  };
}

function createCast(world: World): Pick<WhatsAppEmulator, "person" | "template" | "echo" | "tell"> {
  return {
    person(phone, name, more = {}) {
      const known = world.people.get(phone);
      if (known) return createPerson(world, known);
      const usual = { userId: `US.${phone.padStart(17, "9")}`, hidesNumber: false, hasUserId: true };
      const raw: RawPerson = { phone, name, ...usual, ...more, blocked: false, windowUntilMs: 0, screen: [] };
      world.people.set(phone, raw);
      return createPerson(world, raw);
    },
    template(name, language, body) {
      const values = new Set(body.match(/\{\{\d+\}\}/g) ?? []).size;
      world.templates.set(`${name}/${language}`, { body, values });
    },
    echo({ raw }, text) {
      const id = nextId(world);
      const to = { to: raw.phone, ...(raw.hasUserId && { to_user_id: raw.userId }) };
      const echo = { from: world.number, ...to, id, timestamp: seconds(world), type: "text", text: { body: text } };
      raw.screen.push({ id, from: "hub", text, options: [], at: world.now() });
      tell(world, "smb_message_echoes", { message_echoes: [echo] });
      return id;
    },
    tell: (field, value) => tell(world, field, value),
  };
}

/** What the Cloud API answers to each call. */
function createHandler(world: World, faults: WhatsAppFaults, url: () => string) {
  const { phoneNumberId, accountId } = world;

  return async (call: GraphCall): Promise<unknown> => {
    const [id = "", edge] = call.path;
    const route = `${call.method} ${id === phoneNumberId ? "number" : id === accountId ? "account" : id === "lookaside" ? id : "media"}${edge === undefined || id === "lookaside" ? "" : `/${edge}`}`;
    switch (route) {
      case "POST number/messages":
        return takeMessage(world, faults, call.json);
      case "POST number/media":
        return takeFile(world, call);
      case "GET number":
        return describe(world);
      case "POST number":
        return configure(world, call.json);
      case "POST account/subscribed_apps":
        return { success: true };
      case "GET media":
        return giveAddress(world, id, url());
      case "GET lookaside":
        return giveFile(world, faults, edge ?? "");
      default:
        throw unknownObject(id);
    }
  };
}

function describe({ number, phoneNumberId, name, webhook }: World): object {
  return {
    id: phoneNumberId,
    display_phone_number: `+${number}`,
    verified_name: name,
    quality_rating: "GREEN",
    status: "CONNECTED",
    throughput: { level: "STANDARD" },
    ...(webhook !== undefined && { webhook_configuration: { phone_number: webhook } }),
  };
}

/** The address is asked at once whether it knows the verify token. */
async function configure(world: World, json: Record<string, unknown>): Promise<object> {
  const given = json.webhook_configuration as { override_callback_uri?: string; verify_token?: string } | undefined;
  if (given?.override_callback_uri === undefined)
    throw graphError(400, { message: "Missing webhook_configuration", code: 100 });
  await world.caller.attach(new URL(given.override_callback_uri), given.verify_token).catch((error: unknown) => {
    throw graphError(400, { message: `(#2200) ${String((error as Error).message)}`, code: 2200 });
  });
  world.webhook = given.override_callback_uri;
  return { success: true };
}

function takeFile(world: World, { file, fields }: GraphCall): object {
  if (!file || fields.messaging_product !== "whatsapp")
    throw graphError(400, { message: "(#100) The parameters file and messaging_product are required.", code: 100 });
  const id = String(2_000_000_000_000_000 + ++world.count);
  world.files.set(id, { id, ...file, urlUntilMs: 0 });
  return { id };
}

function giveAddress(world: World, id: string, url: string): object {
  const file = world.files.get(id);
  if (!file) throw unknownObject(id);
  file.urlUntilMs = world.now().getTime() + FIVE_MINUTES_MS;
  const { mimeType: mime_type, bytes } = file;
  const address = `${url}/whatsapp_business/lookaside/${id}`;
  return { messaging_product: "whatsapp", id, url: address, mime_type, sha256: "c2hhMjU2", file_size: bytes.length };
}

function giveFile(world: World, faults: WhatsAppFaults, id: string): GraphFile {
  const file = world.files.get(id);
  if (!file || faults.filesExpired || world.now().getTime() > file.urlUntilMs)
    throw graphError(404, { message: "Media not found", code: 100 });
  return new GraphFile(file.mimeType, file.bytes);
}
