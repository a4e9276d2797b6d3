/** Documents: read, cut into passages, kept in versions, found and quoted. */
export { createDocumentDesk } from "./desk.ts";
export { createPassageShelf, type PassageShelf } from "./passage-shelf.ts";
export type { LivePassage } from "./passages-store.ts";
export { linkOf } from "./quoted-answer.ts";
export { createQuoter, mayRead } from "./responder.ts";
export { documentRoutes } from "./routes.ts";
