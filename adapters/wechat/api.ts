import { ChannelError, type AdapterTools } from "../../src/contract/index.ts";
import { createAccessTokens } from "./access-token.ts";
import { faultOf, STALE_TOKEN } from "./faults.ts";
import { assertWell, createAsk, readAnswer, type Answer } from "./http.ts";

export const WECHAT = "https://api.weixin.qq.com";

/** A body that is no JSON. */
export interface RawBody {
  contentType: string;
  bytes: Uint8Array;
}

/** WeChat's interfaces, with the account's access token. @throws ChannelError */
export interface Api {
  post(path: string, body: object, signal: AbortSignal): Promise<Answer>;
  upload(path: string, query: Record<string, string>, body: RawBody, signal: AbortSignal): Promise<Answer>;
  get(path: string, signal: AbortSignal): Promise<Answer>;
  /** A file, or what WeChat says instead of one. */
  download(path: string, query: Record<string, string>, signal: AbortSignal): Promise<Response | Answer>;
}

export interface ApiParts {
  appId: string;
  appSecret: string | undefined;
  apiRoot: string;
  tools: AdapterTools;
}

interface Request {
  path: string;
  query?: Record<string, string>;
  init: RequestInit;
}

/** Each call has one more try when WeChat finds the token stale; nothing was done with the first. */
export function createApi({ appId, appSecret, apiRoot, tools }: ApiParts): Api {
  const root = apiRoot.replace(/\/+$/, "");
  const ask = createAsk(tools);
  const tokens =
    appSecret === undefined ? undefined : createAccessTokens({ appId, appSecret, apiRoot: root, ask, tools });

  async function call({ path, query, init }: Request, signal: AbortSignal): Promise<Response | Answer> {
    if (signal.aborted) throw new ChannelError("unreachable", "The call to WeChat was stopped before it began.");
    if (!tokens) throw new ChannelError("refused", "This needs the account's AppSecret. Enter the setting appSecret.");
    const withToken = async (token: string) =>
      fileOrAnswer(
        await ask(`${root}${path}?${String(new URLSearchParams({ access_token: token, ...query }))}`, init, signal),
      );

    const token = await tokens.current();
    const first = await withToken(token);
    if (first instanceof Response || !STALE_TOKEN.has(first.errcode)) return first;
    const fresh = await tokens.after(token);
    if (fresh === token) throw faultOf(first.errcode, first.errmsg, tools.clock.now(), [token, appSecret ?? ""]);
    const second = await withToken(fresh);
    if (!(second instanceof Response)) assertWell(second, tools.clock.now(), [token, fresh, appSecret ?? ""]);
    return second;
  }

  async function answerOf(request: Request, signal: AbortSignal): Promise<Answer> {
    const answer = await call(request, signal);
    if (answer instanceof Response)
      throw new ChannelError(
        "maybe-sent",
        "WeChat took the request and answered something that is no answer of its own.",
      );
    assertWell(answer, tools.clock.now(), [appSecret ?? ""]);
    return answer;
  }

  return {
    post: (path, body, signal) => answerOf({ path, init: jsonInit(body) }, signal),
    upload: (path, query, { contentType, bytes }, signal) => {
      const init = {
        method: "POST",
        headers: { "content-type": contentType },
        body: bytes as NonNullable<RequestInit["body"]>,
      };
      return answerOf({ path, query, init }, signal);
    },
    get: (path, signal) => answerOf({ path, init: {} }, signal),
    download: (path, query, signal) => call({ path, query, init: {} }, signal),
  };
}

function jsonInit(body: object): RequestInit {
  return {
    method: "POST",
    headers: { "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify(body),
  };
}

/** WeChat's answers are JSON whatever their header says (text/plain, often); a file is known by its own. */
function fileOrAnswer(response: Response): Response | Promise<Answer> {
  const type = response.headers.get("content-type") ?? "";
  return /^(image|audio|voice|video|application\/octet-stream)\b/i.test(type) ? response : readAnswer(response);
}
