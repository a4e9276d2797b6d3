/** The language model: optional, asked within a budget, and checked word by word. */
export { createLanguageModelDesk, type LanguageModelParts } from "./desk.ts";
export { createWriter } from "./responder.ts";
export { languageModelRoutes } from "./routes.ts";
