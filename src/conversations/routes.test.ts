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
  "get /conversations/search": READERS,
  "get /conversations/{id}": READERS,
  "get /conversations/{id}/messages": READERS,
  "get /conversations/{id}/events": READERS,
  "post /conversations/{id}/messages": WRITERS,
  "post /conversations/{id}/take": WRITERS,
  "post /conversations/{id}/give-back": WRITERS,
  "post /conversations/{id}/resolve": WRITERS,
  "post /conversations/{id}/reopen": WRITERS,
  "post /conversations/{id}/assign": WRITERS,
  "post /conversations/{id}/snooze": WRITERS,
  "get /conversations/{id}/scheduled": READERS,
  "post /conversations/{id}/scheduled": WRITERS,
  "delete /scheduled-messages/{id}": WRITERS,
  "put /conversations/{id}/labels": WRITERS,
  "get /conversations/{id}/notes": READERS,
  "post /conversations/{id}/notes": READERS,
  "delete /notes/{id}": READERS,
  "post /conversations/{id}/read": READERS,
  "post /conversations/{id}/presence": READERS,
  "get /conversations/{id}/canned-values": READERS,
  "get /labels": READERS,
  "post /labels": WRITERS,
  "put /labels/{id}": KEEPERS,
  "delete /labels/{id}": KEEPERS,
  "get /canned-replies": READERS,
  "post /canned-replies": WRITERS,
  "put /canned-replies/{id}": WRITERS,
  "delete /canned-replies/{id}": WRITERS,
  "get /saved-views": READERS,
  "post /saved-views": READERS,
  "delete /saved-views/{id}": READERS,
  "get /contacts": ROLES.filter((role) => role !== "viewer"),
  "get /contacts/{id}": READERS,
  "post /contacts/{id}/links": WRITERS,
  "post /links/{id}/undo": WRITERS,
  "get /deliveries": WRITERS,
  "post /deliveries/{id}/retry": WRITERS,
  "get /arrivals": KEEPERS,
  "post /arrivals/{id}/replay": KEEPERS,
});
