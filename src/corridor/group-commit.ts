/** Joins concurrent callers into batches. */
export interface GroupCommit<Item, Result> {
  /** Resolves when the batch that holds the item is durable. */
  submit(item: Item): Promise<Result>;
  /** Items waiting for a flush. */
  readonly waiting: number;
  /** Resolves when nothing waits and nothing is being flushed. */
  idle(): Promise<void>;
}

interface Waiter<Item, Result> {
  item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * Group commit: whoever comes while a flush is under way waits for the next one, and all of them share it.
 * There is no timer: the flush in progress is the batching window, so an idle hub answers at once and a busy one in
 * large batches. `flush` gets the items in the order of `submit` and returns one result for each.
 */
export function createGroupCommit<Item, Result>(
  flush: (items: Item[]) => Promise<Result[]>,
  largestBatch: number,
): GroupCommit<Item, Result> {
  let queue: Waiter<Item, Result>[] = [];
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.slice(0, largestBatch);
      queue = queue.slice(largestBatch);
      await flush(batch.map((waiter) => waiter.item)).then(
        (results) => batch.forEach((waiter, i) => waiter.resolve(results[i] as Result)),
        (error: unknown) => batch.forEach((waiter) => waiter.reject(error)),
      );
    }
    running = undefined;
  }

  return {
    submit: (item) =>
      new Promise((resolve, reject) => {
        queue.push({ item, resolve, reject });
        // A microtask later, so that everything submitted in this turn of the event loop shares the first flush.
        running ??= Promise.resolve().then(run);
      }),
    get waiting() {
      return queue.length;
    },
    idle: async () => {
      while (running) await running;
    },
  };
}
