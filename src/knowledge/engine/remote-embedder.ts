import { z } from "zod";
import type { Embedder } from "./embedder.ts";
import { EmbedderFault } from "./embedder-fault.ts";

/** What every provider takes at once. */
const BATCH = 64;
/** Longer answers are not read: 64 vectors of 4,096 numbers are a tenth of it. */
const MOST_BYTES = 64 * 1024 ** 2;

const Reply = z.object({
  data: z.array(z.object({ index: z.int().min(0), embedding: z.array(z.number()).min(1).max(8_192) })),
});

export interface RemoteEmbedderParts {
  /** The guarded one: the address comes from an operator, what answers there is anybody's. */
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Such as https://api.openai.com/v1 */
  baseUrl: string;
  model: string;
  apiKey?: string | undefined;
}

/** Any service that speaks OpenAI's `/v1/embeddings`. Its key stands in no error. */
export function createRemoteEmbedder(parts: RemoteEmbedderParts): Embedder {
  const url = `${parts.baseUrl.replace(/\/+$/, "")}/embeddings`;
  return {
    id: `remote:${new URL(url).host}:${parts.model}`,
    async embed(texts, signal) {
      const vectors: Float32Array[] = [];
      for (let at = 0; at < texts.length; at += BATCH) {
        vectors.push(...(await ask(parts, url, texts.slice(at, at + BATCH), signal)));
      }
      return vectors;
    },
    close: () => Promise.resolve(),
  };
}

async function ask(
  { fetch, model, apiKey }: RemoteEmbedderParts,
  url: string,
  input: readonly string[],
  signal?: AbortSignal,
): Promise<Float32Array[]> {
  const headers = { "content-type": "application/json", ...(apiKey && { authorization: `Bearer ${apiKey}` }) };
  const body = JSON.stringify({ model, input, encoding_format: "float" });
  const response = await fetch(url, { method: "POST", headers, body, ...(signal && { signal }) }).catch((cause) => {
    throw new EmbedderFault("The embedding service cannot be reached. Check its address.", { cause });
  });
  if (!response.ok)
    throw new EmbedderFault(`The embedding service answered ${response.status}. Check its address, key and model.`);
  if (Number(response.headers.get("content-length") ?? 0) > MOST_BYTES)
    throw new EmbedderFault("The embedding service answered with far too much.");
  const reply = Reply.safeParse(await response.json().catch(() => undefined));
  return vectorsIn(reply.data, input.length);
}

/** Providers may give them in any order; each has its place. */
function vectorsIn(reply: z.infer<typeof Reply> | undefined, count: number): Float32Array[] {
  const vectors: Float32Array[] = [];
  for (const { index, embedding } of reply?.data ?? []) vectors[index] = Float32Array.from(embedding);
  const size = vectors[0]?.length;
  const isWhole = vectors.length === count && Array.from(vectors).every((vector) => vector?.length === size);
  if (!isWhole) throw new EmbedderFault("The embedding service answered with something else than one vector a text.");
  return vectors;
}
