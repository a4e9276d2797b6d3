import type { Command } from "commander";
import {
  BadPayload,
  HubError,
  type Arrival,
  type Clock,
  type Connection,
  type HubEvent,
  type Received,
  type Webhook,
  type WebhookReply,
  type WebhookRequest,
} from "../contract/index.ts";
import { dryTools } from "./dry-tools.ts";
import { CommandFault } from "./fault.ts";
import { nameOf, readJson } from "./files.ts";
import { printJson, type Io } from "./io.ts";
import { adapterNamed, openAdapter } from "./open-adapter.ts";
import { requestFrom } from "./request.ts";
import { teach } from "./teach.ts";

interface Options {
  settings: string;
  request: string;
  now?: string;
  channel: string;
  publicUrl: string;
}

/** What the hub would make of a request. */
interface Verdict {
  accepted: boolean;
  reason?: string;
  arrivals: Arrival[];
  events: HubEvent[];
  reply?: { status: number; headers: Record<string, string>; body?: string; bodyBase64?: string };
}

const REPLY_PATIENCE_MS = 5_000;
const NOBODY = "00000000-0000-7000-8000-000000000000";

export function addReceive(program: Command, io: Io): void {
  const command = program
    .command("receive")
    .summary("verify and decode one recorded HTTP request")
    .description(
      "Verifies and decodes one recorded HTTP request of a webhook, as the hub's door would. Needs no database.",
    )
    .argument("<adapter>", "the platform it came from, such as telegram")
    .requiredOption("--settings <file>", "the channel's settings as JSON (its secret proves the request)")
    .requiredOption("--request <file>", "the request as JSON; - reads the standard input")
    .option("--now <time>", "the moment it came in, as 2026-01-31T12:00:00Z, for proofs that grow stale (default: now)")
    .option("--channel <id>", "the channel's id, for proofs that are bound to it", NOBODY)
    .option("--public-url <url>", "the hub's PUBLIC_URL, for proofs that cover the address", "https://hub.example/")
    .action(async (name: string, options: Options) => {
      const tools = dryTools({
        clock: clockAt(io.clock, options.now),
        channelId: options.channel,
        hubUrl: urlOf(options.publicUrl),
      });
      const adapter = await adapterNamed(name);
      const connection = await openAdapter(io, adapter, options.settings, tools);
      const { inbound } = connection;
      if (inbound.type !== "webhook")
        throw new CommandFault(
          `With these settings ${name} listens by itself and takes no requests; choose its webhook mode.`,
        );
      const request = requestFrom(await readJson(io, options.request), nameOf(options.request));
      await printJson(io, await judge(connection, inbound, request, io.clock));
    });
  teach(command, {
    notes: [
      "The request: { method, path, query, headers, bodyBase64 }. `path` is what follows the channel's own address,",
      "`query` an object or a query string, headers in any case, the body's exact bytes in Base64.",
      "Prints { accepted, reason?, arrivals, events, reply? }.",
    ],
    examples: [
      ["receive telegram --settings bot.json --request update.json", "is it proven, and what does it mean?"],
      ["receive web --settings chat.json --request r.json --now 2026-01-31T12:00:00Z", "as of that moment"],
    ],
    exits: {
      0: "the question was answered: `accepted` says whether the hub takes the request",
      1: "it could not be asked: a file is missing or unreadable, or settings are wrong",
    },
  });
}

/** Asks the adapter as the door does: proof, arrivals, meaning, reply. */
async function judge(
  connection: Connection,
  inbound: Webhook,
  request: WebhookRequest,
  clock: Clock,
): Promise<Verdict> {
  let received: Received;
  try {
    received = await inbound.receive(request);
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    return { accepted: false, reason: error.message, arrivals: [], events: [] };
  }
  const reply = await replyInTime(received.reply, clock);
  const refusal = (reply?.status ?? 200) >= 400 ? refusalIn(reply) : undefined;
  const { events, dead } = meaningOf(connection, received.arrivals);
  const reason = refusal ?? dead;
  return {
    accepted: refusal === undefined,
    ...(reason !== undefined && { reason }),
    arrivals: received.arrivals,
    events,
    ...(reply && { reply: presentReply(reply) }),
  };
}

/** What is stored may still turn out unreadable: such an arrival is dead, the others go on. */
function meaningOf(connection: Connection, arrivals: readonly Arrival[]): { events: HubEvent[]; dead?: string } {
  const events: HubEvent[] = [];
  let dead: string | undefined;
  for (const { key, payload } of arrivals) {
    try {
      events.push(...connection.decode(payload));
    } catch (error) {
      if (!(error instanceof BadPayload)) throw error;
      dead ??= `The arrival ${key} would be stored as dead: ${error.message}`;
    }
  }
  return { events, ...(dead !== undefined && { dead }) };
}

async function replyInTime(reply: Received["reply"], clock: Clock): Promise<WebhookReply | undefined> {
  const over = new AbortController();
  const late = clock.sleep(REPLY_PATIENCE_MS, over.signal).then(() => undefined);
  return Promise.race([Promise.resolve(reply), late]).finally(() => over.abort());
}

/** Why the adapter itself refused: a problem's detail, else its status. */
function refusalIn({ status, body }: WebhookReply = {}): string {
  try {
    const { detail } = JSON.parse(textOf(body) ?? "") as { detail?: unknown };
    if (typeof detail === "string") return detail;
  } catch {
    // Not every refusal is a problem document.
  }
  return `The adapter answers with status ${status}.`;
}

function presentReply({ status = 200, headers = {}, body }: WebhookReply): NonNullable<Verdict["reply"]> {
  const text = textOf(body);
  if (body === undefined || body.length === 0) return { status, headers };
  if (text !== undefined) return { status, headers, body: text };
  return { status, headers, bodyBase64: Buffer.from(body).toString("base64") };
}

/** Bytes as text, where they are UTF-8. */
function textOf(body: WebhookReply["body"]): string | undefined {
  if (body === undefined || typeof body === "string") return body;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

function clockAt(clock: Clock, now: string | undefined): Clock {
  if (now === undefined) return clock;
  const at = new Date(now);
  if (Number.isNaN(at.getTime())) throw new CommandFault(`"${now}" is no moment; write --now as 2026-01-31T12:00:00Z.`);
  return { ...clock, now: () => at };
}

function urlOf(text: string): URL {
  if (URL.canParse(text)) return new URL(text.replace(/\/*$/, "/"));
  throw new CommandFault(`"${text}" is no address; write --public-url as https://hub.example.com.`);
}
