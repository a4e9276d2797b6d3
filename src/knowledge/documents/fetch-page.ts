import { Invalid } from "../../contract/index.ts";
import { LIMITS } from "./block.ts";
import type { Source } from "./read-document.ts";

const MOST_MS = 30_000;
const READ = "text/html,application/xhtml+xml,application/pdf,text/markdown,text/plain,text/csv;q=0.9";

/** Fetches a page of the web as a document. @param fetch the guarded one. @throws Invalid */
export async function fetchPage(
  url: string,
  { fetch, signal }: { fetch: typeof globalThis.fetch; signal: AbortSignal },
): Promise<Source> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(MOST_MS)]);
  const response = await fetch(url, { headers: { accept: READ, "user-agent": "Tributary" }, signal: deadline }).catch(
    (cause: unknown) => {
      const why =
        cause instanceof Error && /private address|redirects|are not called/u.test(reasonOf(cause))
          ? reasonOf(cause)
          : "";
      throw new Invalid(`The page cannot be reached. ${why || "Check the address."}`.trim(), { url: "Not reached." });
    },
  );
  if (!response.ok) {
    await response.body?.cancel();
    throw new Invalid(`The page answered ${response.status}. Open it in a browser and check the address.`, {
      url: `${response.status}`,
    });
  }
  const bytes = await readBody(response, deadline);
  const mimeType = response.headers.get("content-type") ?? "text/html";
  return { bytes, name: nameOf(url), mimeType };
}

/** undici wraps what the socket's look-up said. */
function reasonOf(error: Error): string {
  const { cause } = error;
  return cause instanceof Error ? cause.message : error.message;
}

async function readBody(response: Response, signal: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > LIMITS.bytes) throw tooLarge();
      chunks.push(chunk);
      signal.throwIfAborted();
    }
  } catch (error) {
    if (error instanceof Invalid) throw error;
    throw new Invalid("The page broke off while it was read. Try again.", { url: "Broken off." });
  }
  return Buffer.concat(chunks);
}

function tooLarge(): Invalid {
  return new Invalid(`The page is larger than ${LIMITS.bytes / 1024 ** 2} MB.`, { url: "Too large." });
}

/** The address's last part is what a file of it would be called. */
function nameOf(url: string): string {
  const { hostname, pathname } = new URL(url);
  const last = pathname.split("/").filter(Boolean).at(-1);
  return last === undefined ? hostname : decodeURIComponentSafely(last).slice(0, 200);
}

function decodeURIComponentSafely(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
