import { createHash, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

/** Somebody at the provider. */
export interface Account {
  sub: string;
  email?: string;
  email_verified?: boolean | string;
  name?: string;
}

/** What a provider that is broken, or somebody in its place, says instead. */
export interface Twist {
  claims?: Record<string, unknown>;
  /** Signed by a key that is not the provider's. */
  foreignKey?: boolean;
  alg?: "none";
  /** The ID token says nothing of the address; userinfo does. */
  addressInUserInfo?: boolean;
  issuerInAnswer?: string;
}

const CLIENT = { id: "hub", secret: "the client's secret" };
const [own, foreign] = [0, 1].map(() => generateKeyPairSync("rsa", { modulusLength: 2048 }));

interface Grant {
  account: Account;
  nonce: string;
  challenge: string;
  redirectUri: string;
}

/** A small OpenID Connect provider on loopback that checks what an honest one checks. */
export async function startOidcServer() {
  const grants = new Map<string, Grant>();
  const asked: URLSearchParams[] = [];
  let twist: Twist = {};
  let account: Account = { sub: "s-1", email: "agent@shop.example", email_verified: true, name: "Ana" };
  const server = createServer((req, res) => void serve(req, res));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url ?? "/", issuer);
    const json = (body: object, status = 200) =>
      void res.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    switch (url.pathname) {
      case "/.well-known/openid-configuration":
        return json(metadata());
      case "/jwks":
        return json({ keys: [{ ...own!.publicKey.export({ format: "jwk" }), kid: "k1", use: "sig", alg: "RS256" }] });
      case "/userinfo":
        return json({ ...account, sub: account.sub });
      case "/token":
        return json(...(await redeem(req)));
      default:
        return json({}, 404);
    }
  }

  const metadata = () => ({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    userinfo_endpoint: `${issuer}/userinfo`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    authorization_response_iss_parameter_supported: true,
  });

  async function redeem(req: IncomingMessage): Promise<[object, number]> {
    const form = new URLSearchParams(await text(req));
    const given = Buffer.from((req.headers.authorization ?? "").replace("Basic ", ""), "base64").toString();
    const [id, secret] = given.split(":").map((part) => decodeURIComponent(part.replaceAll("+", " ")));
    if (id !== CLIENT.id || secret !== CLIENT.secret) return [{ error: "invalid_client" }, 401];
    const grant = grants.get(form.get("code") ?? "");
    grants.delete(form.get("code") ?? ""); // a code works once
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (!grant || grant.challenge !== challenge || grant.redirectUri !== form.get("redirect_uri"))
      return [{ error: "invalid_grant" }, 400];
    return [{ access_token: "a", token_type: "Bearer", expires_in: 60, id_token: idToken(grant) }, 200];
  }

  function idToken({ account: { sub, ...about }, nonce }: Grant): string {
    const now = Math.floor(Date.now() / 1_000);
    const standard = { iss: issuer, aud: CLIENT.id, iat: now, exp: now + 60, nonce, sub };
    const claims = { ...standard, ...(twist.addressInUserInfo ? {} : about), ...twist.claims };
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const plain = `${part({ alg: twist.alg ?? "RS256", kid: "k1" })}.${part(claims)}`;
    if (twist.alg === "none") return `${plain}.`;
    return `${plain}.${sign("sha256", Buffer.from(plain), (twist.foreignKey ? foreign! : own!).privateKey).toString("base64url")}`;
  }

  return {
    issuer,
    client: CLIENT,
    asked,
    /** Who sits before the provider's page from now on, and how the provider behaves. */
    as: (next: Account, how: Twist = {}) => {
      account = next;
      twist = how;
    },
    /** What a browser brings back that was sent to this address. */
    authorize(address: string): URL {
      const url = new URL(address);
      asked.push(url.searchParams);
      const query = (name: string) => url.searchParams.get(name) ?? "";
      const code = randomUUID();
      const redirectUri = query("redirect_uri");
      grants.set(code, { account, nonce: query("nonce"), challenge: query("code_challenge"), redirectUri });
      const back = new URL(redirectUri);
      back.searchParams.set("code", code);
      back.searchParams.set("state", query("state"));
      back.searchParams.set("iss", twist.issuerInAnswer ?? issuer);
      return back;
    },
    close: () => server.close(),
  };
}

export type OidcServer = Awaited<ReturnType<typeof startOidcServer>>;
