import { randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { z } from "zod";
import { Act, Fault, perform } from "./deeds.ts";
import { bodyOf, HEADERS, keepStrangersOut, refuse, Refused, send } from "./http.ts";
import { createJournal, type Journal } from "./journal.ts";
import type { LabPlatform, Stage } from "./stage.ts";
import { createTrace } from "./trace.ts";

const PAGE = path.resolve(import.meta.dirname, "../lab/page");
const MIME: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
};
/** How often somebody who watches is told of what is new. */
const LOOK_MS = 200;
const HEARTBEAT_MS = 15_000;

interface Lab {
  stage: Stage;
  /** Another one after each start, so that a page notices. */
  life: string;
  journals: ReadonlyMap<string, Journal>;
  files: ReadonlyMap<string, { type: string; bytes: Buffer }>;
}

export interface LabServer {
  url: URL;
  close(): Promise<void>;
}

/**
 * The lab's page and what it asks for, on this machine alone.
 * @throws Error when the port is taken
 */
export async function startLabServer(stage: Stage, port = 0): Promise<LabServer> {
  const journals = new Map(stage.platforms.map((each) => [each.name, createJournal(createTrace(stage.hub, each))]));
  const lab: Lab = { stage, life: randomUUID(), journals, files: await readPage() };
  const server = createServer((request, response) => {
    void answer(lab, request, response).catch((error: unknown) => refuse(response, error));
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readPage(): Promise<Lab["files"]> {
  const names = (await readdir(PAGE)).filter((name) => path.extname(name) in MIME);
  const read = names.map(async (name) => {
    const bytes = await readFile(path.join(PAGE, name));
    return [name === "index.html" ? "/" : `/${name}`, { type: MIME[path.extname(name)]!, bytes }] as const;
  });
  return new Map(await Promise.all(read));
}

async function answer(lab: Lab, request: IncomingMessage, response: ServerResponse): Promise<void> {
  keepStrangersOut(request);
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://lab.invalid");
  const file = lab.files.get(pathname);
  if (request.method === "GET" && file) {
    response.writeHead(200, { ...HEADERS, "content-type": file.type }).end(file.bytes);
    return;
  }
  switch (`${request.method} ${pathname}`) {
    case "GET /state":
      return send(response, stateOf(lab, searchParams));
    case "GET /trace":
      return send(response, await newsFor(lab, searchParams));
    case "GET /live":
      return watch(lab, searchParams, response);
    case "POST /act":
      return send(response, await act(lab, Act.parse(await bodyOf(request))));
    case "POST /fault":
      return send(response, setFault(lab, Fault.parse(await bodyOf(request))));
    default:
      throw new Refused(404, "The lab has nothing at this address.");
  }
}

function platformNamed({ stage }: Lab, name: string | null): LabPlatform {
  const found = stage.platforms.find((each) => each.name === name);
  if (found) return found;
  throw new Refused(
    404,
    `There is no such platform here. There are: ${stage.platforms.map((each) => each.name).join(", ")}.`,
  );
}

/** What can be done where, and, when a platform and a person are named, what stands on their screen. */
function stateOf(lab: Lab, query: URLSearchParams): unknown {
  const { stage, life } = lab;
  const person = query.get("person");
  const screen = person === null ? {} : { screen: platformNamed(lab, query.get("platform")).emulated.screen(person) };
  const platforms = stage.platforms.map(({ name, title, typesCodes, emulated, webhookUrl, doors }) => ({
    ...{ name, title, deeds: emulated.deeds, refuses: emulated.refuseNext !== undefined, webhookUrl, doors },
    typesCodes: typesCodes === true,
    insideRetryAfter: emulated.insideRetryAfter,
  }));
  return { life, hub: stage.hub.url.href, platforms, ...screen };
}

async function newsFor(lab: Lab, query: URLSearchParams): Promise<unknown> {
  const after = z.coerce
    .number()
    .int()
    .min(0)
    .catch(0)
    .parse(query.get("after") ?? 0);
  const { name } = platformNamed(lab, query.get("platform"));
  return { life: lab.life, ...(await lab.journals.get(name)!.after(after)) };
}

async function act(lab: Lab, given: Act): Promise<unknown> {
  const platform = platformNamed(lab, given.platform);
  await perform(platform, lab.stage.hub.url, given).catch((error: unknown) => {
    throw new Refused(409, error instanceof Error ? error.message : "This cannot be done here.");
  });
  return { screen: platform.emulated.screen(given.person) };
}

function setFault(lab: Lab, { platform: name, times, seconds }: z.infer<typeof Fault>): unknown {
  const { emulated, title } = platformNamed(lab, name);
  if (!emulated.refuseNext) throw new Refused(409, `${title.en} refuses nothing: nobody sends anything to it.`);
  emulated.refuseNext(times, seconds * 1_000);
  return { times, seconds };
}

/** Says that something is new; what, the page asks for. */
function watch(lab: Lab, query: URLSearchParams, response: ServerResponse): void {
  const { name, emulated } = platformNamed(lab, query.get("platform"));
  const person = query.get("person") ?? "";
  const journal = lab.journals.get(name)!;
  response.writeHead(200, { ...HEADERS, "content-type": "text/event-stream" });
  let told = "";
  let spokeMs = 0;
  const look = async () => {
    await journal.refresh();
    const now = `${journal.last} ${JSON.stringify(person === "" ? [] : emulated.screen(person))}`;
    const isNew = now !== told;
    told = now;
    if (!isNew && performance.now() - spokeMs < HEARTBEAT_MS) return;
    spokeMs = performance.now();
    response.write(isNew ? `data: ${JSON.stringify({ next: journal.last, life: lab.life })}\n\n` : ": still here\n\n");
  };
  const end = () => clearInterval(timer);
  const timer = setInterval(() => void look().catch(() => response.end()), LOOK_MS);
  response.on("close", end);
}
