import { expect, test } from "vitest";
import type { HubEvent, Json } from "../src/contract/index.ts";
import { openLab, type OpenLab } from "../tests/support/lab.ts";
import type { Step } from "./trace.ts";

const QUESTION = "What are your opening hours?";
const HOURS = /10:00 to 19:00/;
/** It names several articles and asks for none of them. */
const VAGUE = "delivery gift";

const isMessage = (text: string) => (step: Step) => step.kind === "event" && step.facts.text === text;
const wasSent = (step: Step) => step.kind === "delivery" && step.facts.state === "sent";

/** Asks, and is answered; every step of it can be seen. */
async function asks(lab: OpenLab, name: string) {
  const isAnswer = ({ kind, facts }: Step) => kind === "answer" && String(facts.question).includes(QUESTION);
  await lab.act(name, "Ana", { type: "say", text: QUESTION });
  const stored = await lab.step(name, isMessage(QUESTION), "the question stored");
  const answer = await lab.step(name, (step) => isAnswer(step) && step.facts.slug !== null, "the evidence");
  expect(answer.facts, name).toMatchObject({ outcome: "answered", slug: "opening-hours", score: 1 });
  const isReply = (step: Step) => wasSent(step) && HOURS.test(String(step.facts.text)) && step.at >= answer.at;
  const sent = await lab.step(name, isReply, "the answer sent");
  await lab.step(name, (step) => step.id === stored.id && step.facts.fate === "answered", "the question answered");
  const { arrivalId } = stored.json as { arrivalId: string };
  const arrival = await lab.step(name, ({ id }) => id === arrivalId, "its arrival");
  expect(arrival.facts, name).toMatchObject({ state: "recorded" });
  const moments = [arrival, stored, answer, sent].map(({ at }) => at);
  expect(moments, name).toEqual(moments.toSorted());
  await lab.until(`${name}: the answer on the screen`, async () =>
    (await lab.screen(name, "Ana")).some(({ from, text }) => from === "hub" && HOURS.test(text)),
  );
  return arrival;
}

/** What was copied as a fixture means the same when its adapter reads it again. */
function keepsFixture(lab: OpenLab, name: string, { fixture }: Step) {
  const { payload, events } = JSON.parse(JSON.stringify(fixture)) as { payload: Json; events: HubEvent[] };
  const { channelId } = lab.stage.platforms.find((each) => each.name === name)!;
  const decoded = lab.stage.hub.registry.get(channelId)!.connection.decode(payload);
  expect(JSON.parse(JSON.stringify(decoded)), name).toEqual(events);
  expect(
    events.map(({ type }) => type),
    name,
  ).toContain("message");
}

/** Is asked back, and presses the first of the buttons. */
async function presses(lab: OpenLab, name: string) {
  await lab.act(name, "Ana", { type: "say", text: VAGUE });
  const offer = async () => (await lab.screen(name, "Ana")).findLast(({ options }) => options.length > 1);
  await lab.until(`${name}: buttons on the screen`, async () => (await offer()) !== undefined);
  const { id: messageId, options } = (await offer())!;
  const answers = async () => (await lab.trace(name)).filter(wasSent).length;
  const before = await answers();
  await lab.act(name, "Ana", { type: "press", messageId, option: options[0]!.id });
  await lab.step(name, ({ facts }) => facts.type === "pressed" && facts.choice !== undefined, "a press stored");
  await lab.until(`${name}: an answer to the press`, async () => (await answers()) > before);
}

/** Is answered although the platform says 429 once; nothing is sent while it said not to. */
async function waits(lab: OpenLab, name: string) {
  const refusals = async () =>
    (await lab.trace(name)).filter(({ kind, facts }) => kind === "call" && Number(facts.status) >= 400);
  const before = (await refusals()).length;
  await lab.call("/fault", { platform: name, times: 1, seconds: 1 });
  await lab.act(name, "Ana", { type: "say", text: "Thank you very much" });
  await lab.step(name, (step) => wasSent(step) && Number(step.facts.attempts) > 1, "sent at the second attempt");
  const [refusal] = (await refusals()).slice(before);
  expect(refusal, name).toBeDefined();
  const { platforms } = await lab.state(name, "Ana");
  expect(platforms.find((each) => each.name === name)!.insideRetryAfter, name).toBe(0);
}

/** Comes in through a door of the hub's, as a telephone does. */
async function scans(lab: OpenLab, name: string) {
  const { platforms } = await lab.state(name, "Ana");
  const [door] = platforms.find((each) => each.name === name)!.doors;
  await lab.act(name, "Ana", { type: "scan", link: door!.url });
  const isTouch = ({ kind, facts }: Step) => kind === "touch" && facts.entryPointId === door!.entryPointId;
  await lab.step(name, isTouch, "a touch of its door");
  expect((await lab.trace(name)).map(({ kind }) => kind)).toContain("hit");
}

test(
  "on every platform one asks, presses, is answered and comes through a door, and sees each step",
  { timeout: 120_000 },
  async () => {
    const lab = await openLab();
    const names = lab.stage.platforms.map(({ name }) => name);
    expect(names.toSorted()).toEqual("discord instagram line messenger slack telegram web wechat whatsapp".split(" "));
    await Promise.all(
      lab.stage.platforms.map(async ({ name, emulated }) => {
        keepsFixture(lab, name, await asks(lab, name));
        if (emulated.deeds.includes("press")) await presses(lab, name);
        if (emulated.refuseNext) await waits(lab, name);
        await scans(lab, name);
      }),
    );
  },
);
