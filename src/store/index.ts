export { openDatabase, sqlState, type Database, type Queryable, type Transaction } from "./database.ts";
export { startEmbedded } from "./embedded.ts";
export { migrate } from "./migrate.ts";
export { createSignals, type Signal, type Signals } from "./signals.ts";
export { openStore } from "./open.ts";
export { exportData } from "./export.ts";
export { importData } from "./import.ts";
export { tidy } from "./tidy.ts";
export { inspectStore, inspectWork, sealedChannels, type StoreState, type WorkState } from "./inspect.ts";
