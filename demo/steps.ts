import type { Conversion, JourneyStep } from "../src/contract/api-attribution.ts";
import type { ContactView, ConversationView } from "../src/contract/api-conversations.ts";
import { AnswerEvidence, type AnswerView } from "../src/contract/api-knowledge.ts";
import { CURRENCY, CUSTOMERS, type CustomerKey, type Language } from "./cast.ts";
import type { Guest, Heard } from "./guests.ts";
import { money } from "./money.ts";
import { AGENT, type Stage } from "./stage.ts";
import type { Step } from "./story.ts";
import type { Teller } from "./tell.ts";

const SILENCE_MS = 150;

/** One customer's conversation as the hub's API knows it. */
interface Known {
  conversationId: string;
  contactId: string;
}

/** What one performance of the story remembers. */
export interface Performance {
  stage: Stage;
  teller: Teller;
  signal: AbortSignal;
  guest(key: CustomerKey, on: "telegram" | "website"): Guest;
  /** Who came already, and where they write. */
  met: Map<CustomerKey, "telegram" | "website">;
  known: Map<CustomerKey, Known>;
  /** Each customer's last conversion. */
  lastSale: Map<CustomerKey, string>;
  sales: number;
  welcomed: boolean;
}

/** Does one step of a visit, and tells it. */
export async function act(show: Performance, step: Step, who: CustomerKey, me: Guest): Promise<void> {
  const { teller } = show;
  switch (step.does) {
    case "asks":
      await teller.asks(step.text);
      await me.says(step.text);
      return step.outcome === "silence" ? keptSilent(show, me) : answered(show, who, me, false);
    case "presses": {
      const label = titleOf(show.stage, step.article, CUSTOMERS[who].language);
      await teller.presses(label);
      await me.presses(label);
      return answered(show, who, me, true);
    }
    case "helped":
      return helped(show, step.text, who, me);
    case "given back": {
      const { conversationId } = await lookUp(show, who, me);
      await show.stage.owner.post(`/conversations/${conversationId}/give-back`);
      return teller.aside(SAY[teller.language].givenBack(AGENT.name[teller.language]));
    }
    case "orders":
      return order(show, step, who, me);
    case "refunded":
      return refund(show, step, who);
  }
}

/** The API tells people apart by ids of its own; the place is what both sides know. */
async function lookUp({ stage, known }: Performance, who: CustomerKey, me: Guest): Promise<Known> {
  const found = known.get(who);
  if (found) return found;
  const { items } = await stage.owner.get<{ items: ConversationView[] }>("/conversations?limit=200");
  const own = items.find(({ place }) => place === me.place());
  if (!own?.contact) throw new Error(`The hub knows no conversation of ${CUSTOMERS[who].name}.`);
  const made = { conversationId: own.id, contactId: own.contact.id };
  known.set(who, made);
  return made;
}

/** @param chosen a button left the bot no doubt. */
async function answered(show: Performance, who: CustomerKey, me: Guest, chosen: boolean): Promise<void> {
  const { stage, teller } = show;
  const heard = await me.hears();
  const { conversationId } = await lookUp(show, who, me);
  const path = `/answers?conversationId=${conversationId}&limit=1`;
  const { items } = await stage.owner.get<{ items: AnswerView[] }>(path);
  const evidence = evidenceOf(stage, items[0], teller.language);
  for (const each of heard) await teller.answers(shown(each), evidence && { ...evidence, chosen });
}

function shown({ text, buttons }: Heard): string {
  return buttons.length > 0 ? buttons.map((label) => `[${label}]`).join(" ") : text;
}

/** An agent has the conversation, so the bot says nothing; a while shows it. */
async function keptSilent({ stage, teller }: Performance, me: Guest): Promise<void> {
  await stage.telegram.settle();
  await new Promise((resolve) => setTimeout(resolve, SILENCE_MS));
  const heard = await me.looks();
  for (const { text } of heard) await teller.answers(text);
  if (heard.length === 0) await teller.aside(SAY[teller.language].silent(AGENT.name[teller.language]));
}

async function helped(show: Performance, text: string, who: CustomerKey, me: Guest): Promise<void> {
  const { stage, teller } = show;
  const { conversationId } = await lookUp(show, who, me);
  await stage.owner.post(`/conversations/${conversationId}/messages`, { text });
  for (const heard of await me.hears()) await teller.helps(AGENT.name[teller.language], heard.text);
}

type Order = Extract<Step, { does: "orders" }>;
type Refund = Extract<Step, { does: "refunded" }>;

async function order(show: Performance, { kind, amount, what }: Order, who: CustomerKey, me: Guest): Promise<void> {
  const { stage, teller } = show;
  const { contactId } = await lookUp(show, who, me);
  const externalId = `T-${1_001 + show.sales++}`;
  const at = stage.clock.now().toISOString();
  const sale = { kind, amount, currency: CURRENCY, source: "till", externalId, contactId, at };
  const { id } = await stage.till.post<Conversion>("/conversions", sale);
  show.lastSale.set(who, id);

  const { stage: reached } = await stage.owner.get<ContactView>(`/contacts/${contactId}`);
  const words = SAY[teller.language];
  const bought = words[kind](what[teller.language], money(amount, CURRENCY, teller.language));
  await teller.sells(`${bought} · ${words.stages[reached] ?? reached}`);
  const doors = await doorsOf(stage, contactId);
  if (doors.length > 1) await teller.aside(words.twoDoors(doors[0]!, doors.at(-1)!));
}

/** The entry points that somebody came through, in order. */
async function doorsOf({ owner }: Stage, contactId: string): Promise<string[]> {
  const { items } = await owner.get<{ items: JourneyStep[] }>(`/contacts/${contactId}/journey?limit=200`);
  return items.flatMap((step) => (step.type === "touch" && step.entryPoint ? [step.entryPoint.name] : []));
}

async function refund(
  { stage, teller, lastSale }: Performance,
  { amount, why }: Refund,
  who: CustomerKey,
): Promise<void> {
  const sale = lastSale.get(who);
  const at = stage.clock.now().toISOString();
  const body = { source: "till", externalId: `refund of ${sale}`, amount, at };
  await stage.till.post(`/conversions/${sale}/refunds`, body);
  const { language } = teller;
  await teller.loses(SAY[language].refund(why[language], money(amount, CURRENCY, language)));
}

function titleOf({ articles }: Stage, slug: string, language: Language): string {
  return articles.get(slug)?.texts[language]?.title ?? slug;
}

function evidenceOf(stage: Stage, answer: AnswerView | undefined, language: Language) {
  const evidence = AnswerEvidence.safeParse(answer?.evidence).data;
  if (!evidence) return undefined;
  const { decision, score, slug } = evidence;
  return { decision, score, title: slug ? titleOf(stage, slug, language) : "" };
}

const SAY = {
  en: {
    silent: (agent: string) => `the bot keeps silent: ${agent} has the conversation`,
    givenBack: (agent: string) => `${agent} gives the conversation back to the bot`,
    order: (what: string, price: string) => `orders ${what}, ${price}`,
    booking: (what: string, price: string) => `books ${what}, ${price}`,
    refund: (why: string, amount: string) => `is paid back ${amount} for ${why}`,
    twoDoors: (first: string, last: string) => `first touch: ${first} · last touch: ${last}`,
    stages: { customer: "now a customer", repeat: "now a repeat customer" } as Record<string, string>,
  },
  zh: {
    silent: (agent: string) => `机器人保持沉默：会话在${agent}手里`,
    givenBack: (agent: string) => `${agent}把会话交还机器人`,
    order: (what: string, price: string) => `下单：${what}，${price}`,
    booking: (what: string, price: string) => `预订：${what}，${price}`,
    refund: (why: string, amount: string) => `退款 ${amount}：${why}`,
    twoDoors: (first: string, last: string) => `首次触点：${first} · 末次触点：${last}`,
    stages: { customer: "成为客户", repeat: "成为回头客" } as Record<string, string>,
  },
} as const;
