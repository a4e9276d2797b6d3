import { useSpeech } from "../../lib/i18n.ts";
import { lasting } from "../../lib/time.ts";
import type { CaseView } from "./queries.ts";

export interface Due {
  what: "first-reply" | "resolve";
  at: string;
  isOverdue: boolean;
}

type Times = Pick<CaseView, "state" | "overdue" | "firstRepliedAt" | "firstReplyDueAt" | "resolveDueAt">;

/** What of a case is due next; nothing of one that is solved. */
export function dueOf({ state, overdue, firstRepliedAt, firstReplyDueAt, resolveDueAt }: Times): Due | undefined {
  if (state === "solved" || state === "closed") return undefined;
  if (overdue === "resolve") return { what: "resolve", at: resolveDueAt, isOverdue: true };
  if (overdue === "first-reply") return { what: "first-reply", at: firstReplyDueAt, isOverdue: true };
  if (firstRepliedAt === null && firstReplyDueAt < resolveDueAt) {
    return { what: "first-reply", at: firstReplyDueAt, isOverdue: false };
  }
  return { what: "resolve", at: resolveDueAt, isOverdue: false };
}

/** Says it: "first answer due in 40 min", "should have been solved 2 days ago". */
export function useDueWords(): (due: Due) => string {
  const { t, language } = useSpeech();
  return ({ what, at, isOverdue }) => {
    const time = lasting(Math.abs(new Date(at).getTime() - Date.now()), language);
    if (what === "first-reply") {
      return isOverdue ? t("first answer overdue by {time}", { time }) : t("first answer due in {time}", { time });
    }
    return isOverdue ? t("solution overdue by {time}", { time }) : t("to be solved in {time}", { time });
  };
}
