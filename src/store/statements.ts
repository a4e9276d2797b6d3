import type pg from "pg";

/** Sends SQL over whichever connection it is given; what has values is prepared there, and so parsed once. */
export interface Statements {
  run<Row>(client: pg.Pool | pg.PoolClient, text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** How many were sent so far. */
  readonly sent: number;
}

/** Each text has one name on all connections, for as long as the process lives. */
export function createStatements(): Statements {
  const names = new Map<string, string>();
  let sent = 0;

  function nameOf(text: string): string {
    let name = names.get(text);
    if (!name) names.set(text, (name = `s${names.size}`));
    return name;
  }

  return {
    async run<Row>(client: pg.Pool | pg.PoolClient, text: string, values: readonly unknown[] = []) {
      sent++;
      if (values.length === 0) return (await client.query(text)).rows as Row[];
      return (await client.query({ name: nameOf(text), text, values: values as unknown[] })).rows as Row[];
    },
    get sent() {
      return sent;
    },
  };
}
