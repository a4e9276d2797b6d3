import { expect, test } from "vitest";
import { replayEach, type Progressing } from "./replay-all.ts";

function scene(ids: readonly string[], replay: (id: string) => Promise<unknown>) {
  const seen: Progressing[] = [];
  const hands = { list: async () => ids, replay, onProgress: (state: Progressing) => void seen.push(state) };
  return { hands, seen };
}

test("each is replayed once, and one that is refused does not keep the others", async () => {
  const asked: string[] = [];
  const { hands, seen } = scene(["a", "b", "c"], async (id) => {
    asked.push(id);
    if (id === "b") throw new Error("it is not dead any more");
  });
  await replayEach(hands, new AbortController().signal);
  expect(asked).toEqual(["a", "b", "c"]);
  expect(seen.at(-1)).toEqual({ done: 3, total: 3, refused: 1, isRunning: false });
});

test("it stops between two when it is cancelled, and says how far it was", async () => {
  const cancel = new AbortController();
  const { hands, seen } = scene(["a", "b", "c"], async () => cancel.abort());
  await replayEach(hands, cancel.signal);
  expect(seen.at(-1)).toEqual({ done: 1, total: 3, refused: 0, isRunning: false });
});
