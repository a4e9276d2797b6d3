import type { Api } from "./api.ts";

export interface Browser {
  cookies: Map<string, string>;
  /** Asks as a page of the hub would: with its cookies, and saying where it is. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Asks below /api/v1 and reads the answer. @throws when it is a refusal */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** Sends a form of one of the hub's pages. */
  submit(path: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
  visit(path: string, headers?: Record<string, string>): Promise<Response>;
  signIn(email: string, password: string, code?: string): Promise<Response>;
}

/** What a browser does with cookies, without the window. */
export function createBrowser(api: Pick<Api, "url">, origin = "http://hub.example"): Browser {
  const cookies = new Map<string, string>();

  async function send(address: string, init: RequestInit & { headers: Record<string, string> }): Promise<Response> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { ...(cookie && { cookie }), ...init.headers };
    const response = await fetch(new URL(address, api.url), { ...init, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      const expires = /expires=([^;]+)/i.exec(line)?.[1];
      if (value === "" || (expires && new Date(expires) <= new Date(0))) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  }

  function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const json: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
    return send(`/api/v1${path}`, {
      method,
      headers: { origin, "x-tributary": "console", ...json, ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  return {
    cookies,
    ask,
    async call<T>(method: string, path: string, body?: unknown): Promise<T> {
      const response = await ask(method, path, body);
      const answer = (await response.json()) as T;
      if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
      return answer;
    },
    submit: (path, fields, headers = {}) =>
      send(path, { method: "POST", headers: { origin, ...headers }, body: new URLSearchParams(fields) }),
    visit: (path, headers = {}) => send(path, { method: "GET", headers }),
    signIn: (email, password, code) =>
      ask("POST", "/session", { email, password, ...(code !== undefined && { code }) }),
  };
}
