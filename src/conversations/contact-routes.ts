import { z } from "zod";
import { ContactFilters, ContactRow, ContactView, IdParams, NewLink } from "../contract/api-conversations.ts";
import { decodeCursor, defineRoute, PageQuery, pageOf, pageSchema, type Role, type Route } from "../contract/index.ts";
import type { Database } from "../store/index.ts";
import { listContacts } from "./people-store.ts";
import type { People } from "./people.ts";

const READERS: readonly Role[] = ["owner", "admin", "agent", "moderator", "marketer"];
/** What was said with a person is not for everybody. */
const CONFIDANTS: readonly Role[] = ["owner", "admin", "agent", "moderator"];
const WRITERS: readonly Role[] = ["owner", "admin", "agent"];

/** People, and which of their identities belong together. */
export function contactRoutes({ db, people }: { db: Database; people: People }): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/contacts",
      summary: "People, the newest first",
      roles: READERS,
      query: PageQuery.extend(ContactFilters.shape),
      response: pageSchema(ContactRow),
      async handle({ query: { cursor, limit, q, stage, entryPointId } }) {
        const filter = {
          ...(q !== undefined && { q }),
          ...(stage !== undefined && { stage }),
          ...(entryPointId !== undefined && { entryPointId }),
        };
        const rows = await listContacts(db, filter, decodeCursor(cursor, z.uuid()), limit + 1);
        return pageOf(rows, limit, (last) => last.id);
      },
    }),
    defineRoute({
      method: "get",
      path: "/contacts/{id}",
      summary: "One person: identities, links, conversations",
      roles: CONFIDANTS,
      params: IdParams,
      response: ContactView,
      handle: ({ params: { id } }) => people.get(id),
    }),
    defineRoute({
      method: "post",
      path: "/contacts/{id}/links",
      summary: "Say that another contact's identity is this person; can be taken back",
      roles: WRITERS,
      params: IdParams,
      body: NewLink,
      response: ContactView,
      status: 201,
      handle: ({ params: { id }, body, asker }) => people.link(id, body, asker),
    }),
    defineRoute({
      method: "post",
      path: "/links/{id}/undo",
      summary: "Take a link back; answers with the contact whose identity it is again",
      roles: WRITERS,
      params: IdParams,
      response: ContactView,
      handle: ({ params: { id } }) => people.undo(id),
    }),
  ];
}
