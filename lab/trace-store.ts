import type { Json } from "../src/contract/index.ts";
import type { Database } from "../src/store/index.ts";

// What the hub has written about one channel, newest first. Every statement takes the channel and how many.

export interface ArrivalRow {
  id: string;
  key: string;
  lane: string;
  /** JSON text. */
  payload: string;
  state: "waiting" | "recorded" | "ignored" | "dead";
  reason: string | null;
  receivedAt: Date;
  recordedAt: Date | null;
}

export interface EventRow {
  id: string;
  seq: number;
  type: string;
  arrivalId: string | null;
  payload: Json;
  recordedAt: Date;
  kind: "direct" | "group" | "thread";
  title: string | null;
  owner: "bot" | "agent";
  turnSeq: number;
  doneSeq: number;
  person: string | null;
  text: string | null;
  addressed: boolean | null;
  answeredAt: Date | null;
  /** A handover came after it: it, or what was written with it, brought that about. */
  handedOver: boolean;
  outcome: "answered" | "offered" | "handed-over" | null;
  question: string | null;
  score: number | null;
  threshold: number | null;
  evidence: Json;
  slug: string | null;
}

export interface TouchRow {
  id: string;
  entryPointId: string | null;
  door: string | null;
  method: string;
  confidence: string;
  evidence: Json;
  recordedAt: Date;
}

export interface StageRow {
  id: string;
  person: string | null;
  fromStage: string;
  toStage: string;
  cause: string;
}

export interface HitRow {
  id: string;
  entryPointId: string;
  door: string;
  device: string;
  at: Date;
}

export interface FileRow {
  id: string;
  state: "waiting" | "kept" | "refused";
  kind: string;
  name: string | null;
  reason: string | null;
  mimeType: string | null;
  size: number | null;
  createdAt: Date;
}

export interface DeliveryRow {
  id: string;
  state: "waiting" | "sending" | "sent" | "failed" | "maybe-sent";
  /** What the person told of it since: delivered, read. */
  seen: string | null;
  attempts: number;
  error: string | null;
  text: string;
  parts: Json;
  externalId: string | null;
  idempotencyKey: string;
  createdAt: Date;
  sentAt: Date | null;
  /** Not before then; null where nothing holds it back. */
  notBefore: Date | null;
}

const ARRIVALS = `
  SELECT id, key, lane, payload, state, reason, received_at AS "receivedAt", recorded_at AS "recordedAt"
  FROM arrival WHERE channel_id = $1 ORDER BY received_at DESC, id DESC LIMIT $2`;

const EVENTS = `
  SELECT e.id, e.seq, e.type, e.arrival_id AS "arrivalId", e.payload, e.recorded_at AS "recordedAt", c.kind, c.title, c.owner,
         c.turn_seq AS "turnSeq", c.done_seq AS "doneSeq", i.name AS person, m.text, m.addressed, m.answered_at AS "answeredAt",
         EXISTS (SELECT 1 FROM event h WHERE h.conversation_id = c.id AND h.type = 'handed-over' AND h.seq > e.seq) AS "handedOver",
         a.outcome, a.question, a.score, a.threshold, a.evidence, r.slug
  FROM event e JOIN conversation c ON c.id = e.conversation_id
  LEFT JOIN identity i ON i.id = e.identity_id
  LEFT JOIN message m ON m.conversation_id = e.conversation_id AND m.seq = e.seq
  LEFT JOIN answer_log a ON a.event_id = e.id
  LEFT JOIN article r ON r.id = a.article_id
  WHERE c.channel_id = $1 ORDER BY e.recorded_at DESC, e.seq DESC LIMIT $2`;

const TOUCHES = `
  SELECT t.id, t.entry_point_id AS "entryPointId", p.name AS door, t.method, t.confidence, t.evidence, t.recorded_at AS "recordedAt"
  FROM touch t LEFT JOIN entry_point p ON p.id = t.entry_point_id
  WHERE t.channel_id = $1 ORDER BY t.recorded_at DESC, t.id DESC LIMIT $2`;

const STAGES = `
  SELECT s.id, c.name AS person, s.from_stage AS "fromStage", s.to_stage AS "toStage", s.cause
  FROM stage_change s JOIN contact c ON c.id = s.contact_id
  WHERE s.contact_id IN (SELECT contact_id FROM identity WHERE channel_id = $1) ORDER BY s.id DESC LIMIT $2`;

const HITS = `
  SELECT h.id, h.entry_point_id AS "entryPointId", p.name AS door, h.device, h.at
  FROM hit h JOIN entry_point p ON p.id = h.entry_point_id
  WHERE p.channel_id = $1 ORDER BY h.at DESC, h.id DESC LIMIT $2`;

const FILES = `
  SELECT f.id, f.state, f.kind, f.name, f.reason, s.mime_type AS "mimeType", length(s.bytes) AS size, f.created_at AS "createdAt"
  FROM media f LEFT JOIN stored_file s ON s.id = f.stored_file_id
  WHERE f.channel_id = $1 ORDER BY f.created_at DESC, f.id DESC LIMIT $2`;

const DELIVERIES = `
  SELECT d.id, d.state, nullif(m.delivery_state, d.state) AS seen, d.attempts, nullif(d.error, '') AS error, m.text, m.parts,
         m.external_id AS "externalId", d.idempotency_key AS "idempotencyKey", d.created_at AS "createdAt", d.sent_at AS "sentAt",
         CASE WHEN d.state = 'waiting' THEN (
           SELECT max(t) FROM (VALUES (d.due_at), (b.blocked_until), (p.free_at)) AS held (t) WHERE t > d.created_at + interval '50 ms'
         ) END AS "notBefore"
  FROM delivery d JOIN message m ON m.id = d.message_id
  LEFT JOIN rate_bucket b ON b.channel_id = d.channel_id
  LEFT JOIN place_pace p ON p.conversation_id = d.conversation_id
  WHERE d.channel_id = $1 ORDER BY d.created_at DESC, d.seq DESC LIMIT $2`;

/** Everything about a channel that the trace shows. */
export async function readChannel(db: Pick<Database, "query">, channelId: string, limit: number) {
  const rows = <Row>(sql: string) => db.query<Row>(sql, [channelId, limit]);
  const [hits, arrivals, events, touches, stages, files, deliveries] = await Promise.all([
    rows<HitRow>(HITS),
    rows<ArrivalRow>(ARRIVALS),
    rows<EventRow>(EVENTS),
    rows<TouchRow>(TOUCHES),
    rows<StageRow>(STAGES),
    rows<FileRow>(FILES),
    rows<DeliveryRow>(DELIVERIES),
  ]);
  return { hits, arrivals, events, touches, stages, files, deliveries };
}

export type ChannelRows = Awaited<ReturnType<typeof readChannel>>;
