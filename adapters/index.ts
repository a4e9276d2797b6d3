import type { Adapter } from "../src/contract/index.ts";
import telegram from "./telegram/index.ts";
import web from "./web/index.ts";

/** The platforms this hub speaks. */
export const adapters: readonly Adapter[] = [telegram, web];
