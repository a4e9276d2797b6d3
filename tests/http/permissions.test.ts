import type { Role } from "../../src/contract/index.ts";
import { allRoutes } from "../support/all-routes.ts";
import { keepsPermissions, type Permissions } from "../support/keeps-permissions.ts";

const everybody: Role[] = ["owner", "admin", "agent", "moderator", "marketer"];
const keepers: Role[] = ["owner", "admin"];
const readers: Role[] = ["owner", "admin", "agent", "moderator"];
const talkers: Role[] = ["owner", "admin", "agent"];
const writers: Role[] = ["owner", "admin", "agent", "marketer"];
const planners: Role[] = ["owner", "admin", "marketer"];

/** Who may do what, on one page. A new route fails here until somebody has decided. */
const permissions: Permissions = {
  "get /me": everybody,
  "get /staff": everybody,
  "get /tokens": keepers,
  "post /tokens": keepers,
  "delete /tokens/{id}": keepers,

  "get /adapters": everybody,
  "get /channels": everybody,
  "post /channels": keepers,
  "get /channels/{id}": everybody,
  "patch /channels/{id}": keepers,
  "post /channels/{id}/check": keepers,
  "post /channels/{id}/register": keepers,
  "get /channels/{id}/setups": keepers,
  "post /channels/{id}/setups/{name}": keepers,
  "get /arrivals": keepers,
  "post /arrivals/{id}/replay": keepers,

  "get /conversations": readers,
  "get /conversations/{id}": readers,
  "get /conversations/{id}/messages": readers,
  "get /conversations/{id}/events": readers,
  "post /conversations/{id}/messages": talkers,
  "post /conversations/{id}/take": talkers,
  "post /conversations/{id}/give-back": talkers,
  "post /conversations/{id}/resolve": talkers,
  "post /conversations/{id}/reopen": talkers,
  "post /conversations/{id}/assign": talkers,
  "get /media/{id}": readers,
  "get /media/{id}/content": readers,
  "post /media/{id}/retry": talkers,
  "post /channels/{id}/files": talkers,
  "get /deliveries": talkers,
  "post /deliveries/{id}/retry": talkers,

  "get /contacts": everybody,
  "get /contacts/{id}": readers,
  "post /contacts/{id}/links": talkers,
  "post /links/{id}/undo": talkers,
  "get /contacts/{id}/journey": writers,
  "post /contacts/{id}/stage": writers,

  "get /articles": everybody,
  "get /articles/{id}": everybody,
  "get /articles/export": everybody,
  "post /articles/ask": everybody,
  "post /articles": writers,
  "post /articles/import": writers,
  "put /articles/{id}": writers,
  "delete /articles/{id}": writers,
  "get /answers": everybody,

  "get /entry-points": writers,
  "get /entry-points/{id}": writers,
  "get /entry-points/{id}/costs": writers,
  "post /entry-points": planners,
  "patch /entry-points/{id}": planners,
  "post /entry-points/{id}/archive": planners,
  "post /entry-points/{id}/restore": planners,
  "post /entry-points/{id}/costs": planners,
  "get /touches": writers,
  "get /conversions": writers,
  "post /conversions": writers,
  "post /conversions/{id}/refunds": writers,
  "get /reports/entry-points": planners,
};

keepsPermissions(allRoutes(), permissions);
