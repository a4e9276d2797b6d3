import { z } from "zod";
import { hmacSha256, sameSecret } from "../../src/contract/index.ts";
import type { Visitor } from "./visitor-token.ts";

const DAY_S = 24 * 60 * 60;
const SKEW_S = 5 * 60;

// A line break would let one field pass for two; other control characters and half characters have no place in a name.
const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u);

/** A website's word for who its user is. It expires, so that a copied one is worth little. */
export const IdentityProof = z.object({
  userId: line(128),
  name: line(200).optional(),
  email: line(254).optional(),
  /** Unix seconds. */
  issuedAt: z.int().positive(),
  expiresAt: z.int().positive(),
  /** HMAC-SHA256 in lower-case hex over `signedText`, with the channel's identity secret. */
  signature: z.string(),
});
export type IdentityProof = z.infer<typeof IdentityProof>;

/** What the website signs: one line, or three where it vouches for a name or an e-mail address too. */
export function signedText({ userId, issuedAt, expiresAt, name, email }: Omit<IdentityProof, "signature">): string {
  const first = `v1.${userId}.${issuedAt}.${expiresAt}`;
  return name === undefined && email === undefined ? first : [first, name ?? "", email ?? ""].join("\n");
}

export function signIdentity(proof: Omit<IdentityProof, "signature">, identitySecret: string): IdentityProof {
  return { ...proof, signature: hmacSha256(identitySecret, signedText(proof)).toString("hex") };
}

/** The user that the proof is about, or why it proves nothing. */
export function verifyIdentity(given: unknown, identitySecret: string | undefined, now: Date): Visitor | string {
  if (!identitySecret) return "This channel has no identity secret, so it cannot check who you are.";
  const proof = IdentityProof.safeParse(given).data;
  if (!proof) return "The identity proof is missing or incomplete: it needs userId, issuedAt, expiresAt and signature.";
  const expected = hmacSha256(identitySecret, signedText(proof)).toString("hex");
  if (!sameSecret(proof.signature, expected)) return "The identity proof's signature is wrong.";
  const seconds = now.getTime() / 1_000;
  if (proof.expiresAt <= seconds) return "The identity proof has expired. Let your server make a new one.";
  if (proof.issuedAt > seconds + SKEW_S) return "The identity proof comes from the future. Check your server's clock.";
  if (proof.expiresAt - proof.issuedAt > DAY_S)
    return "The identity proof is good for more than a day. Make shorter ones.";
  const { userId, name, email } = proof;
  return { place: `user:${userId}`, verified: true, ...(name && { name }), ...(email && { email }) };
}
