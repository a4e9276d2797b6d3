import { ROLES, type Asker, type Clock, type Role } from "../contract/index.ts";
import type { Outbox } from "../corridor/index.ts";
import type { Database } from "../store/index.ts";
import type { Library } from "./library.ts";
import type { Memory } from "./mind.ts";
import type { PromiseDesk } from "./promise-desk.ts";
import type { School } from "./school.ts";
import type { UnansweredDesk } from "./unanswered.ts";

/** Who may say what is right: staff who talk with customers. */
export const TEACHERS: readonly Role[] = ["owner", "admin", "agent"];
export const KEEPERS: readonly Role[] = ["owner", "admin"];
/** Questions are people's words. */
export const QUESTION_READERS = ROLES.filter((role) => role !== "viewer");

/** How the hub speaks in a conversation for one of our people. */
export interface Voice {
  outbox(): Outbox;
  /** The bot has the conversation again. */
  giveBack(conversationId: string, asker: Asker): Promise<void>;
  changed(topic: string, id: string): void;
}

export interface LearningParts {
  db: Database;
  clock: Clock;
  memory: Memory;
  library(): Promise<Library>;
  school: School;
  promise: PromiseDesk;
  unanswered: UnansweredDesk;
  voice: Voice | undefined;
  /** Tells the other hubs that something was learned. */
  onLearned(): void;
}

/** What was learned counts at once, here and in the other hubs. */
export async function learned({ memory, onLearned }: LearningParts): Promise<void> {
  await memory.refresh();
  onLearned();
}
