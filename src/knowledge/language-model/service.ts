import { HubError } from "../../contract/index.ts";

/** The language model did not answer, or not in a way that can be read. The embedded answerer goes on. */
export class LanguageModelFault extends HubError {
  readonly code = "language_model_fault";
}

export interface Prompt {
  system: string;
  user: string;
  /** What it said before and what was wrong with it. */
  retry?: { said: string; fault: string };
}

export interface Said {
  text: string;
  usage: { inputTokens: number; outputTokens: number } | undefined;
}

export interface Access {
  baseUrl: string;
  model: string;
  key: string | undefined;
  timeoutMs: number;
}

/** Any service that speaks OpenAI's chat completions. */
export interface Service {
  /** @throws LanguageModelFault */
  complete(access: Access, prompt: Prompt, limits: { outputTokens: number; signal: AbortSignal }): Promise<Said>;
}

/** Longer answers are not read. */
const MOST_BYTES = 256 * 1024;

/** @param fetch the guarded one: the address comes from an operator, what answers there is anybody's. */
export function createService(fetch: typeof globalThis.fetch): Service {
  return {
    async complete({ baseUrl, model, key, timeoutMs }, prompt, { outputTokens, signal }) {
      const { OpenAI } = await import("openai"); // 50 ms that only those pay who use it
      const client = new OpenAI({
        apiKey: key ?? "none",
        baseURL: baseUrl,
        organization: null,
        project: null,
        maxRetries: 0,
        timeout: timeoutMs,
        fetch: bounded(fetch),
        logLevel: "off",
      });
      const request = {
        model,
        temperature: 0,
        max_tokens: outputTokens,
        response_format: { type: "json_object" as const },
        messages: messagesOf(prompt),
      };
      try {
        const reply = await client.chat.completions.create(request, { signal });
        const text: unknown = reply.choices?.[0]?.message?.content;
        if (typeof text !== "string") throw new LanguageModelFault("The language model answered without a text.");
        return { text, usage: usageOf(reply.usage) };
      } catch (error) {
        throw error instanceof LanguageModelFault ? error : faultOf(error);
      }
    },
  };
}

function messagesOf({ system, user, retry }: Prompt) {
  const asked = [
    { role: "system" as const, content: system },
    { role: "user" as const, content: user },
  ];
  if (!retry) return asked;
  return [
    ...asked,
    { role: "assistant" as const, content: retry.said },
    { role: "user" as const, content: retry.fault },
  ];
}

function usageOf(usage: { prompt_tokens?: unknown; completion_tokens?: unknown } | null | undefined): Said["usage"] {
  const [inputTokens, outputTokens] = [usage?.prompt_tokens, usage?.completion_tokens];
  const isCount = (value: unknown): value is number =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) < 1e8;
  return isCount(inputTokens) && isCount(outputTokens) ? { inputTokens, outputTokens } : undefined;
}

/** What the service says in its errors is not repeated: it may repeat the question, or the key. */
function faultOf(error: unknown): LanguageModelFault {
  const status = error instanceof Error && "status" in error ? error.status : undefined;
  const name = error instanceof Error ? error.constructor.name : "";
  if (typeof status === "number")
    return new LanguageModelFault(`The language model answered ${status}. Check its address, key, model and limits.`);
  if (name === "APIConnectionTimeoutError") return new LanguageModelFault("The language model took too long.");
  if (name === "APIUserAbortError") return new LanguageModelFault("The question to the language model was given up.");
  if (name === "APIConnectionError")
    return new LanguageModelFault("The language model cannot be reached. Check its address.");
  return new LanguageModelFault("The language model answered something that cannot be read.");
}

/** No redirects, which would carry the key elsewhere, and no endless answers. */
function bounded(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input as string | URL, { ...init, redirect: "manual" });
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > MOST_BYTES) throw new LanguageModelFault("The language model answered with far too much.");
      chunks.push(chunk);
    }
    const { status } = response;
    if (status >= 300 && status < 400) return new Response(null, { status: 502 });
    const isEmpty = status === 204 || status === 205 || status === 304;
    const type = response.headers.get("content-type") ?? "application/json";
    return new Response(isEmpty ? null : Buffer.concat(chunks), { status, headers: { "content-type": type } });
  };
}
