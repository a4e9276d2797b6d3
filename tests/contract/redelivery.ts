import { expect, test } from "vitest";
import type { Actor, Adapter, Arrival, Connection, HubEvent, Json } from "../../src/contract/index.ts";
import type { OpenChannel } from "../../src/corridor/index.ts";
import type { Database } from "../../src/store/index.ts";
import { asJson } from "./decoding.ts";
import type { AdapterExamples } from "./examples.ts";
import { seededRandom } from "./mutate.ts";
import { openRecordingHub, type RecordingHub } from "./recording-hub.ts";
import { open } from "./tools.ts";

const SHUFFLES = 3;
/** One for all, so that they are recorded in the order in which they are delivered. */
const LANE = "one lane";
/** An event that stands in no fixture: what an edit, a delete, a reaction or a receipt is about. */
const TOLD = "what was told before";

type Amended = Extract<HubEvent, { messageId: string; type: "edited" | "deleted" | "reaction" | "receipt" }>;
interface Delivery {
  arrival: Arrival;
  events: HubEvent[];
}

/** All samples, delivered as platforms really do: three times, once more at the end, backwards, in any order. */
export function checksRedelivery<Settings>(adapter: Adapter<Settings>, examples: AdapterExamples): void {
  test("whatever comes twice, late or out of order ends in the same rows", { timeout: 60_000 }, async () => {
    const deliveries = deliveriesOf(open(adapter, examples.settings, examples.tools), examples);
    const movable = deliveries.filter(staysNamed(deliveries));
    const ways = waysOf(deliveries, movable);
    const hub = await openRecordingHub(adapter, { ...examples, count: ways.length + 2 });
    for (const { connection } of hub.channels) teach(connection);
    const [first, second, ...others] = hub.channels as [OpenChannel, OpenChannel, ...OpenChannel[]];

    const all = await record(hub, first, deliveries);
    const fewer = await record(hub, second, movable);
    expect(all.events.length, "something was recorded").toBeGreaterThan(0);
    for (const [index, { name, order, isAll }] of ways.entries()) {
      expect(await record(hub, others[index]!, order), name).toEqual(isAll ? all : fewer);
    }
    expect(hub.complaints).toEqual([]);
  });
}

function waysOf(all: readonly Delivery[], movable: readonly Delivery[]) {
  const again = (list: readonly Delivery[], how: string): Delivery[] =>
    list.map(({ arrival, events }) => ({ arrival: { ...arrival, key: `${how} ${arrival.key}` }, events }));
  const ways = [
    {
      name: "each three times in a row",
      isAll: true,
      order: all.flatMap((each) => [each, each, ...again(movable.includes(each) ? [each] : [], "2")]),
    },
    { name: "everything once more at the end", isAll: true, order: [...all, ...all, ...again(movable, "2")] },
    { name: "backwards", isAll: false, order: [...movable].reverse() },
  ];
  for (let seed = 1; seed <= SHUFFLES; seed++) {
    const order = shuffled([...movable, ...again(movable, "2"), ...movable], seededRandom(seed));
    ways.push({ name: `in any order (${seed})`, isAll: false, order });
  }
  return ways;
}

/** The samples, and before them what they are about. Of two fixtures that tell one event in two ways, the first counts. */
function deliveriesOf(connection: Connection, { samples }: AdapterExamples): Delivery[] {
  const told = new Map<string, string>();
  const isNews = (event: HubEvent) => {
    const key = `${event.type} ${event.place} ${event.id}`;
    const text = JSON.stringify(asJson([event]));
    if ((told.get(key) ?? text) !== text) return false;
    told.set(key, text);
    return true;
  };
  const deliveries: Delivery[] = [];
  for (const { name, payload } of samples) {
    const events = connection.decode(payload);
    if (events.every(isNews)) deliveries.push({ arrival: { key: name, lane: LANE, payload }, events });
  }
  const earlier = deliveries.flatMap(({ events }) => events.filter(isAmended)).map(originalOf);
  return [...earlier.filter((event) => isNews(event)).map(asDelivery), ...deliveries];
}

function isAmended(event: HubEvent): event is Amended {
  return ["edited", "deleted", "reaction", "receipt"].includes(event.type);
}

/** The message that the event is about; a receipt is about one of ours. */
function originalOf({ type, messageId: id, place, placeKind, actor, sentAt }: Amended): HubEvent {
  return {
    type: "message",
    id,
    place,
    placeKind,
    actor: { id: "somebody", ...actor, isSelf: type === "receipt" },
    sentAt: new Date(sentAt.getTime() - 60_000),
    parts: [{ type: "text", text: "As it was first written." }],
    addressed: true,
  };
}

function asDelivery(event: HubEvent): Delivery {
  const key = `${TOLD} ${event.type} ${event.place} ${event.id}`;
  return { arrival: { key, lane: LANE, payload: { [TOLD]: asJson([event]) } }, events: [event] };
}

/** The connection reads the suite's own events besides the platform's. */
function teach(connection: Connection): void {
  const { decode } = connection;
  connection.decode = (payload) => {
    const events = payload && typeof payload === "object" && !Array.isArray(payload) ? payload[TOLD] : undefined;
    if (events === undefined) return decode(payload);
    return (events as unknown as (HubEvent & { sentAt: string })[]).map((event) => ({
      ...event,
      sentAt: new Date(event.sentAt),
    }));
  };
}

/**
 * A place or an account that gets another name: what comes before and after that is not the same, so that it comes in
 * order here, and again only under its own key.
 */
function staysNamed(deliveries: readonly Delivery[]): (delivery: Delivery) => boolean {
  const events = deliveries.flatMap((delivery) => delivery.events);
  const former = new Set(
    events.flatMap((event) => [event.placeBefore, ...peopleOf(event).map(({ idBefore }) => idBefore)]),
  );
  const moves = (event: HubEvent) =>
    [event.place, ...peopleOf(event).map(({ id }) => id)].some((name) => former.has(name)) ||
    event.placeBefore !== undefined ||
    peopleOf(event).some(({ idBefore }) => idBefore !== undefined);
  return (delivery) => !delivery.events.some(moves);
}

function peopleOf(event: HubEvent): Actor[] {
  return [event.actor, "member" in event ? event.member : undefined].filter((each) => each !== undefined);
}

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [copy[i], copy[j]] = [copy[j]!, copy[i]!];
  }
  return copy;
}

async function record(hub: RecordingHub, { id }: OpenChannel, order: readonly Delivery[]): Promise<Rows> {
  for (const { arrival } of order) await hub.store(id, [arrival]);
  await hub.record();
  return rowsOf(hub.db, id);
}

type Rows = Record<"events" | "messages" | "touches" | "members" | "people" | "conversations", Json[]>;

const PLACE = `JOIN conversation c ON c.id = t.conversation_id WHERE c.channel_id = $1`;
/** What people see in the end, without ids and times of our own, in an order that does not depend on them. */
const QUERIES: Record<keyof Rows, string> = {
  events: `SELECT c.place, t.type, t.external_id, t.target, t.payload, t.sent_at FROM event t ${PLACE}`,
  messages: `SELECT c.place, t.external_id, t.direction, t.author, t.parts, t.text, t.addressed, t.reply_to, t.reactions,
                    t.sent_at, t.edited_at, t.deleted_at, t.delivery_state, i.external_id AS identity
             FROM message t LEFT JOIN identity i ON i.id = t.identity_id ${PLACE}`,
  touches: `SELECT c.place, e.type, e.external_id, i.external_id AS identity, t.method, t.confidence, t.evidence, t.at
            FROM touch t JOIN event e ON e.id = t.event_id LEFT JOIN identity i ON i.id = t.identity_id ${PLACE}`,
  members: `SELECT c.place, i.external_id, t.joined_at, t.left_at
           FROM participant t JOIN identity i ON i.id = t.identity_id ${PLACE}`,
  people: `SELECT external_id, blocked_at FROM identity WHERE channel_id = $1`,
  conversations: `SELECT place, kind, last_message_at, turn_seq > 0 AS asks FROM conversation WHERE channel_id = $1`,
};

async function rowsOf(db: Database, channelId: string): Promise<Rows> {
  const rows = {} as Rows;
  for (const [name, sql] of Object.entries(QUERIES)) {
    const found = (await db.query<Record<string, unknown>>(sql, [channelId])).map((row) => JSON.stringify(row)).sort();
    rows[name as keyof Rows] = found.map((text) => JSON.parse(text) as Json);
  }
  return rows;
}
