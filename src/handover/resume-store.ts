import type { Queryable } from "../store/index.ts";

export interface ResumePlace {
  owner: "bot" | "agent";
  language: string | null;
  locale: string | null;
  /** The channel is in use. */
  isOpen: boolean;
  grants: unknown;
  /** It was given back by time: the bot says so when it speaks next. */
  isQuiet: boolean;
  wasHandedOver: boolean;
  /** Of one of ours whose place this is. */
  staffName: string | null;
  staffLanguage: string | null;
}

const PLACE = `
  SELECT c.owner, c.language, p.locale, ch.enabled AS "isOpen", w.grants, s.name AS "staffName", s.language AS "staffLanguage",
         EXISTS (SELECT FROM handover h WHERE h.conversation_id = c.id AND h.resume_due) AS "isQuiet",
         EXISTS (SELECT FROM handover h WHERE h.conversation_id = c.id) AS "wasHandedOver"
  FROM conversation c
  JOIN channel ch ON ch.id = c.channel_id
  LEFT JOIN contact p ON p.id = c.contact_id
  LEFT JOIN reply_window w ON w.conversation_id = c.id
  LEFT JOIN staff_place sp ON sp.conversation_id = c.id AND sp.ended_at IS NULL
  LEFT JOIN staff s ON s.id = sp.staff_id AND s.ended_at IS NULL
  WHERE c.id = $1`;

/** A conversation in which the bot may want to say that it is there. */
export async function resumePlace(db: Queryable, conversationId: string): Promise<ResumePlace | undefined> {
  return (await db.query<ResumePlace>(PLACE, [conversationId]))[0];
}
