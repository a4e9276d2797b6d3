import type { Log } from "../../src/contract/index.ts";

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
