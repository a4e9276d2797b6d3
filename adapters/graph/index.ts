export * from "./client.ts";
export { GraphError, wordsOf } from "./errors.ts";
export * from "./signature.ts";
export * from "./values.ts";
