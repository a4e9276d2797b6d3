import { expect, test } from "vitest";
import { manualClock } from "../../tests/support/manual-clock.ts";
import { silentLog } from "../../tests/support/log.ts";
import { createBrain } from "./brain.ts";
import type { Labelled } from "./corpus.ts";
import type { VoiceModelData } from "./model.ts";
import { packVoice, trainLanguage } from "./model.ts";
import { measureLabels } from "./measure.ts";

const lessons: Labelled[] = ["lamp", "coat", "cup", "phone", "bag", "shoe"].flatMap((thing): Labelled[] => [
  { text: `the ${thing} is broken`, labels: ["complaint"], sentiment: -1 },
  { text: `i love the ${thing}`, labels: ["praise"], sentiment: 1 },
  { text: `这个 ${thing} 坏了`, labels: ["complaint"], sentiment: -1 },
  { text: `我喜欢 ${thing}`, labels: ["praise"], sentiment: 1 },
]);
const model = trainLanguage(lessons);
const measured = (macroF1: number) => ({ ...measureLabels([], () => []), macroF1 });
const packed = (macroF1: number) => {
  const data: VoiceModelData = { en: model, zh: model, quality: { en: measured(macroF1), zh: measured(0.8) } };
  return packVoice(data);
};
const quiet = new AbortController().signal;

function brainWorld(after: number) {
  const corrections: Labelled[] = [];
  const clock = manualClock();
  let trained = 0;
  const brain = createBrain({
    ...{ clock, log: silentLog, corrections: async () => [...corrections] },
    shipped: async () => packed(0.8),
    train: async () => (trained++, packed(after)),
  });
  const correct = (n: number) => {
    for (let i = 0; i < n; i++) corrections.push({ text: `number ${i} is fine`, labels: ["praise"], sentiment: 1 });
  };
  return { brain, clock, correct, trainings: () => trained };
}

test("reads nothing before the models are there, and what people said at once", async () => {
  const { brain, correct } = brainWorld(0.8);
  expect(brain.read("the cup is broken")).toBeUndefined();
  await brain.keep(quiet);
  expect(brain.read("the cup is broken")?.findings.map(({ label }) => label)).toEqual(["complaint"]);
  correct(1);
  await brain.refresh();
  expect(brain.read("Number 0 is FINE!")).toMatchObject({ sentiment: 1, isCorrected: true });
});

test("many corrections are learnt at once, few after an hour", async () => {
  const { brain, clock, correct, trainings } = brainWorld(0.8);
  correct(3);
  await brain.keep(quiet);
  expect(trainings()).toBe(0);
  clock.pass(3_600_000);
  await brain.keep(quiet);
  expect(trainings()).toBe(1);
  correct(20);
  await brain.keep(quiet);
  expect(trainings()).toBe(2);
  expect(brain.state()).toMatchObject({ learnt: 23, waiting: 0, refused: null });
});

test("models that became worse are not taken over, and it is said why", async () => {
  const { brain, correct } = brainWorld(0.7);
  correct(20);
  await brain.keep(quiet);
  expect(brain.state()).toMatchObject({ learnt: 0, waiting: 20, refused: expect.stringContaining("80.0 to 70.0") });
});

test("without the shipped models they are trained here", async () => {
  const clock = manualClock();
  const brain = createBrain({
    ...{ clock, log: silentLog, corrections: async () => [] },
    shipped: () => Promise.reject(new Error("no such file")),
    train: async () => packed(0.8),
  });
  await brain.keep(quiet);
  expect(brain.state().ready).toBe(true);
});
