/** What the hub said when it did not do what was asked; `message` is a sentence for people. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** By path of the request: "body.name". */
    readonly fields: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

interface Problem {
  code?: string;
  title?: string;
  detail?: string;
  errors?: { path: string; message: string }[];
}

export interface Call {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  query?: Readonly<Record<string, string | number | boolean | null | undefined>>;
  body?: unknown;
  /** Sent as it is. */
  file?: File;
  signal?: AbortSignal;
}

/** Calls the hub's API with the session's cookie. @throws ApiError */
export async function api<Result>(path: string, { method, query, body, file, signal }: Call = {}): Promise<Result> {
  const response = await fetch(address(path, query), {
    method: method ?? (body === undefined && !file ? "GET" : "POST"),
    headers: headersFor(body, file),
    credentials: "same-origin",
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(file && { body: file }),
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new ApiError(0, "offline", "The hub cannot be reached.");
  });
  if (response.ok) return (await response.json()) as Result;
  throw await errorOf(response);
}

function address(path: string, query: Call["query"] = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === null || value === "" ? [] : [[name, String(value)]],
  );
  const search = new URLSearchParams(given).toString();
  return `/api/v1${path}${search ? `?${search}` : ""}`;
}

function headersFor(body: unknown, file: File | undefined): Record<string, string> {
  if (file) {
    return {
      "content-type": file.type || "application/octet-stream",
      "x-file-name": encodeURIComponent(file.name),
      "x-tributary": "console",
    };
  }
  return { "x-tributary": "console", ...(body !== undefined && { "content-type": "application/json" }) };
}

async function errorOf(response: Response): Promise<ApiError> {
  const problem = (await response.json().catch(() => ({}))) as Problem;
  const fields = Object.fromEntries((problem.errors ?? []).map(({ path, message }) => [path, message]));
  const words = problem.detail ?? problem.title ?? `The hub answered ${response.status}.`;
  return new ApiError(response.status, problem.code ?? "unknown", words, fields);
}
