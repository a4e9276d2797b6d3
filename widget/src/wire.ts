/** The hub said no. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    detail: string,
    readonly retryAfterMs: number | undefined,
  ) {
    super(detail);
  }

  /** Asking again later can help. */
  get isPassing(): boolean {
    return this.status === 404 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/** The hub was not reached. */
export class Unreachable extends Error {}

const PATIENCE_MS = 20_000;

export interface Wire {
  /** @throws Refusal, Unreachable */
  post<T>(path: string, body: unknown, token?: string): Promise<T>;
  get<T>(path: string, token: string): Promise<T>;
  bytes(path: string, token: string): Promise<Blob>;
  upload<T>(file: File, token: string, onProgress: (share: number) => void, signal: AbortSignal): Promise<T>;
  open(path: string, token: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
}

/** Asks the channel's own address. Cookies are neither sent nor kept. */
export function createWire(base: string): Wire {
  async function ask(path: string, init: RequestInit, token?: string, signal = timeout()): Promise<Response> {
    const headers = { ...init.headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
    const response = await fetch(base + path, {
      ...init,
      headers,
      signal,
      credentials: "omit",
      cache: "no-store",
    }).catch((cause: unknown) => {
      throw new Unreachable("The hub was not reached.", { cause });
    });
    if (!response.ok) throw await refusalOf(response);
    return response;
  }

  return {
    async post<T>(path: string, body: unknown, token?: string) {
      const init = { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
      return (await read(await ask(path, { ...init, keepalive: init.body.length < 60_000 }, token))) as T;
    },
    get: async <T>(path: string, token: string) => (await read(await ask(path, {}, token))) as T,
    bytes: async (path, token) => (await ask(path, {}, token)).blob(),
    upload: (file, token, onProgress, signal) => upload(`${base}/files`, file, token, onProgress, signal),
    async open(path, token, signal) {
      const { body } = await ask(path, { headers: { accept: "text/event-stream" } }, token, signal);
      if (!body) throw new Unreachable("The stream has no body.");
      return body;
    },
  };
}

async function read(response: Response): Promise<unknown> {
  return response.json().catch((cause: unknown) => {
    throw new Unreachable("The hub's answer broke off.", { cause });
  });
}

function timeout(): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), PATIENCE_MS);
  return controller.signal;
}

async function refusalOf(response: Response): Promise<Refusal> {
  const problem = (await response.json().catch(() => undefined)) as { detail?: unknown } | undefined;
  return refusal(response.status, problem?.detail, response.headers.get("retry-after"));
}

function refusal(status: number, detail: unknown, retryAfter: string | null): Refusal {
  const seconds = Number(retryAfter ?? NaN);
  return new Refusal(status, typeof detail === "string" ? detail : "", seconds > 0 ? seconds * 1_000 : undefined);
}

/** With XMLHttpRequest: fetch does not tell how much has gone. */
function upload<T>(
  url: string,
  file: File,
  token: string,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const fail = () => reject(new Unreachable("The file did not reach the hub."));
    request.open("POST", url);
    request.setRequestHeader("authorization", `Bearer ${token}`);
    request.setRequestHeader("content-type", "application/octet-stream");
    request.setRequestHeader("x-file-name", encodeURIComponent(wellFormed(file.name).slice(0, 200)));
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onerror = request.onabort = request.ontimeout = fail;
    request.onload = () => {
      const body = parse(request.responseText) as (T & { detail?: unknown }) | undefined;
      if (request.status === 201 && body) return resolve(body);
      reject(refusal(request.status, body?.detail, request.getResponseHeader("retry-after")));
    };
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

/** A half character cannot be percent-encoded. */
function wellFormed(name: string): string {
  return [...name].map((char) => (/^[\uD800-\uDFFF]$/.test(char) ? "_" : char)).join("");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
