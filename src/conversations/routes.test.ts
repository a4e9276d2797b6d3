import { ROLES } from "../contract/index.ts";
import { keepsPermissions } from "../../tests/support/keeps-permissions.ts";
import { createConversations, type ConversationsParts } from "./index.ts";

/** Nothing behind the routes is run here. */
const { routes } = createConversations({} as ConversationsParts);

const READERS = ["owner", "admin", "agent", "moderator"] as const;
const WRITERS = ["owner", "admin", "agent"] as const;
const KEEPERS = ["owner", "admin"] as const;

keepsPermissions(routes, {
  "get /conversations": READERS,
  "get /conversations/{id}": READERS,
  "get /conversations/{id}/messages": READERS,
  "get /conversations/{id}/events": READERS,
  "post /conversations/{id}/messages": WRITERS,
  "post /conversations/{id}/take": WRITERS,
  "post /conversations/{id}/give-back": WRITERS,
  "post /conversations/{id}/resolve": WRITERS,
  "post /conversations/{id}/reopen": WRITERS,
  "post /conversations/{id}/assign": WRITERS,
  "get /contacts": ROLES.filter((role) => role !== "viewer"),
  "get /contacts/{id}": READERS,
  "post /contacts/{id}/links": WRITERS,
  "post /links/{id}/undo": WRITERS,
  "get /deliveries": WRITERS,
  "post /deliveries/{id}/retry": WRITERS,
  "get /arrivals": KEEPERS,
  "post /arrivals/{id}/replay": KEEPERS,
});
