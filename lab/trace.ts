import type { EmulatedCall, HubEvent, Json } from "../src/contract/index.ts";
import type { Hub } from "../src/hub.ts";
import type { LabPlatform } from "./stage.ts";
import { readChannel, type ArrivalRow, type ChannelRows, type EventRow } from "./trace-store.ts";

/** The halts of a message's walk, and what the hub says to the platform on the way. */
export type Halt = "arrived" | "stored" | "answered" | "sent" | "called";

/** One thing that happened, in facts that the page puts into words. */
export interface Step {
  /** The same each time, so that a step can change: a delivery that waits is sent later. */
  id: string;
  halt: Halt;
  kind: "hit" | "arrival" | "event" | "touch" | "stage" | "file" | "answer" | "agent" | "delivery" | "call";
  at: string;
  facts: Record<string, unknown>;
  /** All of it. */
  json: unknown;
  /** What `fixtures/*.json` of the adapter holds, ready to be kept. */
  fixture?: { payload: Json; events: unknown };
}

/** So much of each kind is looked at; who wants more of the past reads the database. */
const LIMIT = 200;
/** What the hub does by itself, as it stands in the ledger. */
const ACTS = new Set(["answered", "replied", "handed-over", "given-back"]);
const RANK: Readonly<Record<Halt, number>> = { arrived: 0, stored: 1, answered: 2, sent: 3, called: 4 };

/** Reads all that happened on one platform, oldest first. */
export function createTrace(hub: Hub, platform: LabPlatform) {
  return async function read(): Promise<Step[]> {
    const rows = await readChannel(hub.db, platform.channelId, LIMIT);
    const decode = (payload: Json) => hub.registry.get(platform.channelId)?.connection.decode(payload) ?? [];
    const calls = [...platform.emulated.calls].map(callStep).filter((step) => isTelling(step, platform.idle));
    return [...stepsOf(rows, decode), ...calls.slice(-LIMIT)].sort(inOrder);
  };
}

function isTelling({ facts }: Step, idle: RegExp | undefined): boolean {
  return idle === undefined || !idle.test(String(facts.path));
}

/** By time; at the same moment in the order of the walk. */
export function inOrder(a: Step, b: Step): number {
  return a.at.localeCompare(b.at) || RANK[a.halt] - RANK[b.halt] || a.id.localeCompare(b.id);
}

/** Rows of the hub have ids that were made in the order of things, and carry their moment. */
export function momentOf(id: string): string {
  return new Date(Number.parseInt(id.replace("-", "").slice(0, 12), 16)).toISOString();
}

function stepsOf(rows: ChannelRows, decode: (payload: Json) => HubEvent[]): Step[] {
  const step = (id: string, halt: Halt, kind: Step["kind"], facts: Step["facts"], json: unknown): Step => ({
    ...{ id, halt, kind, at: momentOf(id), facts, json },
  });
  return [
    ...rows.hits.map((hit) => {
      const { id, entryPointId, door, device } = hit;
      return step(id, "arrived", "hit", { entryPointId, door, device }, hit);
    }),
    ...rows.arrivals.map((arrival) => arrivalStep(arrival, decode)),
    ...rows.events.map((event) => (ACTS.has(event.type) ? actStep(event) : eventStep(event))),
    ...rows.touches.map((touch) => {
      const { id, entryPointId, door, method, confidence } = touch;
      return step(id, "stored", "touch", { entryPointId, door, method, confidence }, touch);
    }),
    ...rows.stages.map((change) => {
      const { id, person, fromStage, toStage } = change;
      return step(id, "stored", "stage", { person, fromStage, toStage }, change);
    }),
    ...rows.files.map((file) => {
      const { id, state, name, reason, mimeType, size } = file;
      return step(id, "stored", "file", { state, name, reason, mimeType, size, type: file.kind }, file);
    }),
    ...rows.deliveries.map((delivery) => {
      const { id, state, seen, attempts, error, text, sentAt, notBefore } = delivery;
      return step(id, "sent", "delivery", { state, seen, attempts, error, text, sentAt, notBefore }, delivery);
    }),
  ];
}

function arrivalStep(arrival: ArrivalRow, decode: (payload: Json) => HubEvent[]): Step {
  const { id, key, lane, payload: text, state, reason, receivedAt, recordedAt } = arrival;
  const payload = JSON.parse(text) as Json;
  const events = meaningOf(payload, decode);
  const types = events?.map(({ type }) => type) ?? null;
  return {
    ...{ id, halt: "arrived", kind: "arrival", at: momentOf(id) },
    facts: { key, lane, state, reason, types },
    json: { key, lane, state, reason, receivedAt, recordedAt, payload, events },
    ...(events && { fixture: { payload, events } }),
  };
}

/** What the adapter makes of it; `undefined` where it cannot read it. */
function meaningOf(payload: Json, decode: (payload: Json) => HubEvent[]): HubEvent[] | undefined {
  try {
    return decode(payload);
  } catch {
    return undefined;
  }
}

function eventStep(event: EventRow): Step {
  const { id, type, person, text, kind, title, payload } = event;
  const where = { placeKind: kind, place: title };
  return {
    ...{ id, halt: "stored", kind: "event", at: momentOf(id) },
    facts: { type, person, text, ...where, fate: fateOf(event), ...detailsOf(payload) },
    json: { ...event, evidence: undefined, payload },
  };
}

const TELLING = ["choice", "messageId", "status", "added", "removed", "blocked"] as const;

/** What the sentence about an event needs besides its text. */
function detailsOf(payload: Json): Record<string, unknown> {
  const event = (payload ?? {}) as Record<string, Json>;
  const parts = (event.parts ?? []) as { type: string; kind?: string }[];
  const told = TELLING.flatMap((name) => (event[name] === undefined ? [] : [[name, event[name]]]));
  return { ...Object.fromEntries(told), parts: parts.map(({ type, kind }) => kind ?? type) };
}

/** What becomes of a message that may be answered: the hub keeps its reasons for silence to itself, its rows tell them. */
function fateOf(event: EventRow): "thinking" | "answered" | "agent" | "not-addressed" | "silent" | null {
  const { type, seq, turnSeq, doneSeq, owner, kind, addressed, answeredAt } = event;
  if (type !== "message" && type !== "pressed") return null;
  if (answeredAt !== null) return "answered";
  if (seq > doneSeq && seq <= turnSeq) return "thinking";
  if (event.handedOver) return null; // the step after it says so
  if (owner === "agent") return "agent";
  return kind !== "direct" && addressed === false ? "not-addressed" : "silent";
}

function actStep(event: EventRow): Step {
  const { id, type, payload, outcome, question, score, threshold, slug, evidence } = event;
  const { reason, responder } = (payload ?? {}) as { reason?: Json; responder?: Json };
  const offered = (evidence as { offered?: Json } | null)?.offered ?? [];
  const kind = type === "answered" || type === "handed-over" ? "answer" : "agent";
  return {
    ...{ id, halt: "answered", kind, at: momentOf(id) },
    facts: { type, outcome, responder, reason, question, score, threshold, slug, offered },
    json: event,
  };
}

function callStep({ at, method, path, status, body }: EmulatedCall, number: number): Step {
  return {
    ...{ id: `call-${number}`, halt: "called", kind: "call", at: at.toISOString() },
    facts: { method, path, status },
    json: { at, method, path, status, body: body === undefined ? undefined : parsed(body) },
  };
}

/** Bodies that are JSON are shown as such. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
