/**
 * Turns texts into vectors that lie near each other where the texts mean the same. The answerer works without one;
 * with one it needs fewer phrasings.
 */
export interface Embedder {
  /** Names the encoder and its version: vectors of two encoders have nothing to do with one another. */
  readonly id: string;
  /** One vector for each text, in order, all of one length. Rejects with an EmbedderFault. */
  embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]>;
  close(): Promise<void>;
}
