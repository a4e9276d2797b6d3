import * as client from "openid-client";
import { ConfigError, Unauthorized } from "../contract/index.ts";

/** The provider as it is set up, its secret opened. */
export interface OidcSettings {
  issuer: string;
  clientId: string;
  secret: string;
}

/** What must come back as it went out; it stays in the browser that began, sealed. */
export interface OidcBegun {
  state: string;
  nonce: string;
  verifier: string;
}

/** Whom the provider vouches for. */
export interface Vouched {
  issuer: string;
  subject: string;
  /** Only where the provider has checked it. */
  email: string | undefined;
  name: string | undefined;
}

const SCOPE = "openid email profile";
const TIMEOUT_S = 10;
const SKEW_S = 30;

/** Reads what the provider says about itself. @throws ConfigError */
export async function discover(settings: OidcSettings, fetch: typeof globalThis.fetch): Promise<client.Configuration> {
  const issuer = new URL(settings.issuer);
  const guarded: client.CustomFetch = (url, options) => fetch(url, options as RequestInit);
  const execute = issuer.protocol === "http:" ? [client.allowInsecureRequests] : [];
  try {
    const found = await client.discovery(issuer, settings.clientId, settings.secret, undefined, {
      [client.customFetch]: guarded,
      timeout: TIMEOUT_S,
      execute,
    });
    const server = found.serverMetadata();
    const methods = server.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
    const proof = methods.includes("client_secret_basic")
      ? client.ClientSecretBasic(settings.secret)
      : client.ClientSecretPost(settings.secret);
    const metadata = { client_secret: settings.secret, [client.clockTolerance]: SKEW_S };
    const config = new client.Configuration(server, settings.clientId, metadata, proof);
    config[client.customFetch] = guarded;
    config.timeout = TIMEOUT_S;
    for (const change of [...execute, client.enableNonRepudiationChecks]) change(config);
    return config;
  } catch (cause) {
    throw new ConfigError(
      `The identity provider ${issuer.origin} does not answer as one (${wordsOf(cause)}). Check the issuer's address.`,
      { cause },
    );
  }
}

/** Where to send the browser, and what it must bring back. */
export async function begin(
  config: client.Configuration,
  callbackUrl: string,
): Promise<{ url: URL; begun: OidcBegun }> {
  const begun = {
    state: client.randomState(),
    nonce: client.randomNonce(),
    verifier: client.randomPKCECodeVerifier(),
  };
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: callbackUrl,
    scope: SCOPE,
    state: begun.state,
    nonce: begun.nonce,
    code_challenge: await client.calculatePKCECodeChallenge(begun.verifier),
    code_challenge_method: "S256",
  });
  return { url, begun };
}

/**
 * Whom the provider's answer is about: code exchanged, ID token's signature, issuer, audience, times and nonce checked.
 * @throws Unauthorized
 */
export async function finish(config: client.Configuration, answer: URL, begun: OidcBegun): Promise<Vouched> {
  try {
    const tokens = await client.authorizationCodeGrant(config, answer, {
      expectedState: begun.state,
      expectedNonce: begun.nonce,
      pkceCodeVerifier: begun.verifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims()!;
    const more =
      typeof claims["email"] === "string"
        ? claims
        : await client.fetchUserInfo(config, tokens.access_token, claims.sub);
    const isChecked = typeof more["email"] === "string" && more["email_verified"] === true;
    return {
      issuer: claims.iss,
      subject: claims.sub,
      email: isChecked ? String(more["email"]).trim().toLowerCase() : undefined,
      name: typeof more["name"] === "string" ? more["name"] : undefined,
    };
  } catch (cause) {
    throw new Unauthorized(`The identity provider's answer cannot be taken (${wordsOf(cause)}). Sign in again.`, {
      cause,
    });
  }
}

/** Which check failed; never what was in the answer. */
function wordsOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return /^[A-Z_]{3,60}$/.test(code) ? code.toLowerCase().replaceAll("_", " ") : "it cannot be reached or read";
}
