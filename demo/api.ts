/** Calls the hub's API over HTTP with one token, as any program does. */
export function createApi(url: URL, token: string) {
  async function call<Result>(method: "GET" | "POST" | "PUT", path: string, body?: object): Promise<Result> {
    const response = await fetch(new URL(`api/v1${path}`, url), {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { "content-type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const result = (await response.json()) as Result & { detail?: string; title?: string };
    if (response.ok) return result;
    throw new Error(`${method} ${path} answered ${response.status}: ${result.detail ?? result.title ?? "no reason"}`);
  }

  return {
    get: <Result>(path: string) => call<Result>("GET", path),
    post: <Result>(path: string, body: object = {}) => call<Result>("POST", path, body),
    put: <Result>(path: string, body: object) => call<Result>("PUT", path, body),
  };
}

export type Api = ReturnType<typeof createApi>;
