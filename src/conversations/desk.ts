import type {
  CannedReplyBody,
  CannedReplyView,
  LabelBody,
  LabelView,
  NoteBody,
  NoteView,
  PresenceView,
  SavedViewBody,
  SavedViewView,
} from "../contract/api-desk.ts";
import { Conflict, Forbidden, NotFound, type Asker, type Clock } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import { sqlState, type Database } from "../store/index.ts";
import * as store from "./desk-store.ts";

export interface DeskParts {
  db: Database;
  clock: Clock;
  live: { changed(topic: string, id: string): void };
}

/** What agents keep beside conversations. */
export interface Desk {
  /** @throws Conflict where another label has the name */
  createLabel(body: LabelBody): Promise<LabelView>;
  changeLabel(id: string, body: LabelBody): Promise<LabelView>;
  removeLabel(id: string): Promise<void>;
  setLabels(conversationId: string, labelIds: readonly string[], asker: Asker): Promise<void>;
  addNote(conversationId: string, body: NoteBody, asker: Asker): Promise<NoteView>;
  /** @throws Forbidden unless it is the asker's own, or they are an owner or admin */
  removeNote(id: string, asker: Asker): Promise<void>;
  createCanned(body: CannedReplyBody): Promise<CannedReplyView>;
  changeCanned(id: string, body: CannedReplyBody): Promise<CannedReplyView>;
  removeCanned(id: string): Promise<void>;
  createView(body: SavedViewBody, asker: Asker): Promise<SavedViewView>;
  /** @throws Forbidden unless it is the asker's own, or shared and they are an owner or admin */
  removeView(id: string, asker: Asker): Promise<void>;
  read(conversationId: string, seq: number, asker: Asker): Promise<void>;
  /** Says who else is there; what it says of the asker runs out after some seconds. */
  beThere(conversationId: string, doing: "looking" | "writing" | "gone", asker: Asker): Promise<PresenceView>;
  /** A loop's step: forgets who was there. */
  tidyPresence(): Promise<number>;
}

const THERE_MS = 12_000;
const TIDY_MS = 60_000;
const KEEPERS: readonly string[] = ["owner", "admin"];

export function createDesk(parts: DeskParts): Desk {
  return { ...labelDesk(parts), ...noteDesk(parts), ...cannedDesk(parts), ...viewDesk(parts), ...presenceDesk(parts) };
}

type Part<Names extends keyof Desk> = Pick<Desk, Names>;

function known<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new NotFound(`There is no such ${what}.`);
  return found;
}

function labelDesk({ db, clock, live }: DeskParts): Part<"createLabel" | "changeLabel" | "removeLabel" | "setLabels"> {
  return {
    async createLabel(body) {
      const id = await unique(store.insertLabel(db, body, clock.now()), "Another label has this name.");
      live.changed("desk", id);
      return known(await store.findLabel(db, id), "label");
    },
    async changeLabel(id, body) {
      await unique(store.updateLabel(db, id, body), "Another label has this name.");
      live.changed("desk", id);
      return known(await store.findLabel(db, id), "label");
    },
    async removeLabel(id) {
      if (!(await store.deleteLabel(db, id))) throw new NotFound("There is no such label.");
      live.changed("desk", id);
    },
    async setLabels(conversationId, labelIds, { staffId }) {
      await store.chooseLabels(db, { conversationId, labelIds, staffId, now: clock.now() });
      live.changed("conversation", conversationId);
    },
  };
}

function noteDesk({ db, clock, live }: DeskParts): Part<"addNote" | "removeNote"> {
  return {
    async addNote(conversationId, { text, mentions }, { staffId }) {
      const id = await store.insertNote(db, { conversationId, staffId, text, mentions, at: clock.now() });
      live.changed("conversation", conversationId);
      return known(await store.findNote(db, id), "note");
    },
    async removeNote(id, { staffId, role }) {
      const note = known(await store.findNote(db, id), "note");
      const own = staffId !== null && note.staffId === staffId;
      if (!own && !KEEPERS.includes(role)) throw new Forbidden("Only its writer, an owner or an admin removes a note.");
      await store.deleteNote(db, id, clock.now());
      live.changed("conversation", note.conversationId);
    },
  };
}

function cannedDesk({ db, clock, live }: DeskParts): Part<"createCanned" | "changeCanned" | "removeCanned"> {
  async function put(id: string, body: CannedReplyBody): Promise<CannedReplyView> {
    await unique(store.putCanned(db, id, body, clock.now()), "Another canned reply has this shortcut.");
    live.changed("desk", id);
    return known(await store.findCanned(db, id), "canned reply");
  }
  return {
    createCanned: (body) => put(newId(), body),
    async changeCanned(id, body) {
      known(await store.findCanned(db, id), "canned reply");
      return put(id, body);
    },
    async removeCanned(id) {
      if (!(await store.deleteCanned(db, id))) throw new NotFound("There is no such canned reply.");
      live.changed("desk", id);
    },
  };
}

function viewDesk({ db, clock, live }: DeskParts): Part<"createView" | "removeView"> {
  return {
    async createView(body, { staffId }) {
      const id = await store.insertView(db, body, staffId, clock.now());
      live.changed("desk", id);
      return known(await store.findView(db, id, staffId), "view");
    },
    async removeView(id, { staffId, role }) {
      const view = known(await store.findView(db, id, staffId), "view");
      if (!view.mine && !KEEPERS.includes(role))
        throw new Forbidden("Only its maker, an owner or an admin removes a view.");
      await store.deleteView(db, id);
      live.changed("desk", id);
    },
  };
}

function presenceDesk({ db, clock, live }: DeskParts): Part<"read" | "beThere" | "tidyPresence"> {
  return {
    async read(conversationId, seq, { staffId }) {
      if (staffId === null) return; // a machine reads for nobody
      if (await store.markRead(db, staffId, conversationId, seq, clock.now())) live.changed("read", conversationId);
    },
    async beThere(conversationId, doing, { staffId }) {
      const now = clock.now();
      if (staffId !== null) {
        const until = new Date(now.getTime() + THERE_MS);
        const isNews =
          doing === "gone"
            ? await store.removePresence(db, conversationId, staffId)
            : await store.putPresence(db, { conversationId, staffId, doing, until, now });
        if (isNews) live.changed("presence", conversationId); // only then: whoever hears it asks again by saying it again
      }
      return { items: await store.whoIsThere(db, conversationId, now, staffId) };
    },
    async tidyPresence() {
      await store.forgetPresence(db, clock.now());
      return TIDY_MS;
    },
  };
}

/** @throws Conflict where the database knows the name already. */
async function unique<T>(work: Promise<T>, sentence: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (sqlState(error) === "23505") throw new Conflict(`${sentence} Choose another.`);
    throw error;
  }
}
