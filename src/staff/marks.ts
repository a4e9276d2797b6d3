import { createHmac, randomBytes } from "node:crypto";
import { sameSecret } from "../contract/index.ts";

/**
 * A browser in which somebody has signed in keeps a mark. It opens nothing; it only gives that browser's tries a count of
 * their own, so that a stranger who guesses at an account does not make its owner wait.
 */
export interface Marks {
  make(email: string): string;
  /** How this browser is called, if the mark is for this account. */
  browserOf(mark: string | undefined, email: string): string | undefined;
}

export function createMarks(key: string): Marks {
  const proof = (browser: string, email: string) =>
    createHmac("sha256", key)
      .update(JSON.stringify([browser, email]))
      .digest("base64url");
  return {
    make(email) {
      const browser = randomBytes(16).toString("base64url");
      return `${browser}.${proof(browser, email)}`;
    },
    browserOf(mark, email) {
      const [browser, given] = mark?.split(".") ?? [];
      return browser && sameSecret(given, proof(browser, email)) ? browser : undefined;
    },
  };
}
