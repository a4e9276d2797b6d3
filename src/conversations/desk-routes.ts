import { z } from "zod";
import { ConversationView, IdParams } from "../contract/api-conversations.ts";
import * as api from "../contract/api-desk.ts";
import { defineRoute, NotFound, type Role, type Route } from "../contract/index.ts";
import type { Database } from "../store/index.ts";
import * as store from "./desk-store.ts";
import type { Desk } from "./desk.ts";
import { findConversation } from "./inbox-store.ts";

const READERS: readonly Role[] = ["owner", "admin", "agent", "moderator"];
const WRITERS: readonly Role[] = ["owner", "admin", "agent"];
const KEEPERS: readonly Role[] = ["owner", "admin"];
const params = IdParams;
const Done = z.object({});
const list = <T>(item: z.ZodType<T>) => z.object({ items: z.array(item) });

export interface DeskRouteParts {
  db: Database;
  desk: Desk;
}

/** Labels, canned replies and views; and on one conversation its labels, notes and who is there. */
export function deskRoutes(parts: DeskRouteParts): Route[] {
  return [...labelRoutes(parts), ...cannedRoutes(parts), ...viewRoutes(parts), ...besideRoutes(parts)];
}

function labelRoutes({ db, desk }: DeskRouteParts): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/labels",
      summary: "Labels for conversations",
      roles: READERS,
      response: list(api.LabelView),
      handle: async () => ({ items: await store.listLabels(db) }),
    }),
    defineRoute({
      method: "post",
      path: "/labels",
      summary: "Make a label",
      roles: WRITERS,
      body: api.LabelBody,
      response: api.LabelView,
      status: 201,
      handle: ({ body }) => desk.createLabel(body),
    }),
    defineRoute({
      method: "put",
      path: "/labels/{id}",
      summary: "Change a label; conversations keep it",
      roles: KEEPERS,
      params,
      body: api.LabelBody,
      response: api.LabelView,
      handle: ({ params: { id }, body }) => desk.changeLabel(id, body),
    }),
    defineRoute({
      method: "delete",
      path: "/labels/{id}",
      summary: "Remove a label, from all conversations as well",
      roles: KEEPERS,
      params,
      response: Done,
      handle: ({ params: { id } }) => desk.removeLabel(id).then(() => ({})),
    }),
  ];
}

function cannedRoutes({ db, desk }: DeskRouteParts): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/canned-replies",
      summary:
        "Answers that agents keep ready; {{name}}, {{agent}}, {{channel}}, {{order}} and {{organisation}} are put in",
      roles: READERS,
      response: list(api.CannedReplyView),
      handle: async () => ({ items: await store.listCanned(db) }),
    }),
    defineRoute({
      method: "post",
      path: "/canned-replies",
      summary: "Keep an answer ready",
      roles: WRITERS,
      body: api.CannedReplyBody,
      response: api.CannedReplyView,
      status: 201,
      handle: ({ body }) => desk.createCanned(body),
    }),
    defineRoute({
      method: "put",
      path: "/canned-replies/{id}",
      summary: "Change a canned reply",
      roles: WRITERS,
      params,
      body: api.CannedReplyBody,
      response: api.CannedReplyView,
      handle: ({ params: { id }, body }) => desk.changeCanned(id, body),
    }),
    defineRoute({
      method: "delete",
      path: "/canned-replies/{id}",
      summary: "Remove a canned reply",
      roles: WRITERS,
      params,
      response: Done,
      handle: ({ params: { id } }) => desk.removeCanned(id).then(() => ({})),
    }),
    defineRoute({
      method: "get",
      path: "/conversations/{id}/canned-values",
      summary: "What stands for {{name}} and the others in this conversation",
      roles: READERS,
      params,
      response: api.CannedValues,
      async handle({ params: { id }, asker }) {
        const values = await store.valuesFor(db, id, asker.staffId);
        if (!values) throw new NotFound("There is no such conversation.");
        return values;
      },
    }),
  ];
}

function viewRoutes({ db, desk }: DeskRouteParts): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/saved-views",
      summary: "The asker's saved views, and those that are shared",
      roles: READERS,
      response: list(api.SavedViewView),
      handle: async ({ asker }) => ({ items: await store.listViews(db, asker.staffId) }),
    }),
    defineRoute({
      method: "post",
      path: "/saved-views",
      summary: "Save a view: a name for filters of the list of conversations",
      roles: READERS,
      body: api.SavedViewBody,
      response: api.SavedViewView,
      status: 201,
      handle: ({ body, asker }) => desk.createView(body, asker),
    }),
    defineRoute({
      method: "delete",
      path: "/saved-views/{id}",
      summary: "Remove a saved view",
      roles: READERS,
      params,
      response: Done,
      handle: ({ params: { id }, asker }) => desk.removeView(id, asker).then(() => ({})),
    }),
  ];
}

function besideRoutes({ db, desk }: DeskRouteParts): Route[] {
  async function show(id: string, staffId: string | null): Promise<ConversationView> {
    const conversation = await findConversation(db, id, staffId);
    if (!conversation) throw new NotFound("There is no such conversation.");
    return conversation;
  }
  return [...noteRoutes({ db, desk }, show), ...presenceRoutes(desk, show)];
}

type Show = (id: string, staffId: string | null) => Promise<ConversationView>;

function noteRoutes({ db, desk }: DeskRouteParts, show: Show): Route[] {
  return [
    defineRoute({
      method: "put",
      path: "/conversations/{id}/labels",
      summary: "Say which labels the conversation has",
      roles: WRITERS,
      params,
      body: api.LabelChoice,
      response: ConversationView,
      async handle({ params: { id }, body, asker }) {
        await show(id, null);
        await desk.setLabels(id, body.labelIds, asker);
        return show(id, asker.staffId);
      },
    }),
    defineRoute({
      method: "get",
      path: "/conversations/{id}/notes",
      summary: "Its private notes, the oldest first",
      roles: READERS,
      params,
      response: list(api.NoteView),
      handle: ({ params: { id } }) => show(id, null).then(async () => ({ items: await store.notesOf(db, id) })),
    }),
    defineRoute({
      method: "post",
      path: "/conversations/{id}/notes",
      summary: "Write a private note; it is never sent",
      roles: READERS,
      params,
      body: api.NoteBody,
      response: api.NoteView,
      status: 201,
      handle: ({ params: { id }, body, asker }) => show(id, null).then(() => desk.addNote(id, body, asker)),
    }),
    defineRoute({
      method: "delete",
      path: "/notes/{id}",
      summary: "Remove a private note",
      roles: READERS,
      params,
      response: Done,
      handle: ({ params: { id }, asker }) => desk.removeNote(id, asker).then(() => ({})),
    }),
  ];
}

function presenceRoutes(desk: Desk, show: Show): Route[] {
  return [
    defineRoute({
      method: "post",
      path: "/conversations/{id}/read",
      summary: "The asker has read it, up to a number",
      roles: READERS,
      params,
      body: api.ReadBody,
      response: ConversationView,
      async handle({ params: { id }, body, asker }) {
        await desk.read(id, body.seq, asker);
        return show(id, asker.staffId);
      },
    }),
    defineRoute({
      method: "post",
      path: "/conversations/{id}/presence",
      summary: "The asker looks at it, or writes; answers who else does. Say it again every ten seconds",
      roles: READERS,
      params,
      body: api.PresenceBody,
      response: api.PresenceView,
      handle: ({ params: { id }, body, asker }) => show(id, null).then(() => desk.beThere(id, body.doing, asker)),
    }),
  ];
}
