import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";

/** Asks on standard error, so that standard output holds the result alone. Of a secret nothing is shown. */
export async function askAtTerminal(question: string, secret: boolean): Promise<string> {
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: secret ? silent : process.stderr, terminal: true });
  try {
    return await reader.question("");
  } finally {
    reader.close();
    if (secret) process.stderr.write("\n");
  }
}
