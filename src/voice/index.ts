import type { Clock, Log, Route } from "../contract/index.ts";
import type { Observer, Outbox, Responder } from "../corridor/index.ts";
import type { Database, Transaction } from "../store/index.ts";
import { createBrain, type BrainParts } from "./brain.ts";
import { caseRoutes } from "./case-routes.ts";
import { createCases } from "./cases.ts";
import { createDesk, heardAgain } from "./desk.ts";
import { createFacts } from "./facts.ts";
import { feedbackRoutes } from "./feedback-routes.ts";
import { readCorrections, takeAlong, takeWaiting } from "./feedback-store.ts";
import { createObserver, listen } from "./observer.ts";
import { createOfferer } from "./offers.ts";
import { opportunityRoutes } from "./opportunity-routes.ts";
import { createResponder } from "./responder.ts";
import { settingRoutes, surveyRoutes, topicRoutes } from "./survey-routes.ts";
import { createSurveyor } from "./surveys.ts";

export {
  evaluateVoice,
  LABELS,
  measureLabels,
  ownTexts,
  type Label,
  type Labelled,
  type Lesson,
  type Measured,
} from "./eval.ts";

export interface VoiceParts extends Pick<BrainParts, "shipped" | "train"> {
  db: Database;
  clock: Clock;
  log: Log;
  /** Where the room speaks; asked for when it does, since the corridor is made after the rooms. */
  outbox(): Outbox;
  changed(topic: string, id: string): void;
}

/** The voice of the customer: what people say about us, and what becomes of it. */
export interface Voice {
  observer: Observer;
  responder: Responder;
  routes: Route[];
  /** Brings in the models and teaches them. Resolves with how long to wait. */
  learn(signal: AbortSignal): Promise<number>;
  /** Reads what waits, makes offers and asks surveys' questions. Resolves with how long to wait. */
  act(): Promise<number>;
  /** Told in the transaction that gives an identity to another contact. */
  onIdentityMoved(move: { identityId: string; contactId: string }, tx: Transaction): Promise<void>;
}

const AT_ONCE = 0;
const POLL_MS = 2_000;
const BATCH = 200;

export function createVoice(parts: VoiceParts): Voice {
  const { db, clock, log, outbox, changed } = parts;
  const { shipped, train } = parts;
  const facts = createFacts(clock);
  const brain = createBrain({
    ...{ clock, log, corrections: () => readCorrections(db) },
    ...(shipped && { shipped }),
    ...(train && { train }),
  });
  const desk = createDesk({ db, clock, brain, facts, outbox, changed });
  const cases = createCases({ db, clock, outbox, changed });
  const surveyor = createSurveyor({ db, facts, clock });
  const offerNext = createOfferer({ db, facts, clock });

  /** Reads messages that came before the models; resolves to whether there may be more. */
  async function catchUp(): Promise<boolean> {
    if (!brain.state().ready) return false;
    return db.transaction(async (tx) => {
      const waiting = await takeWaiting(tx, BATCH);
      if (waiting.length > 0) await listen(tx, waiting.map(heardAgain), brain, facts); // prettier-ignore
      return waiting.length === BATCH;
    });
  }

  return {
    observer: createObserver({ brain, facts, clock }),
    responder: createResponder({ db, facts, clock }),
    learn: brain.keep,
    async act() {
      const isMore = await catchUp();
      await surveyor.plan();
      const hasOffered = await offerNext(outbox());
      const hasAsked = await surveyor.askNext(outbox());
      return isMore || hasOffered || hasAsked ? AT_ONCE : POLL_MS;
    },
    onIdentityMoved: ({ identityId, contactId }, tx) => takeAlong(tx, identityId, contactId),
    routes: [
      ...feedbackRoutes({ db, desk, brain }),
      ...caseRoutes({ db, clock, cases }),
      ...opportunityRoutes({ db, desk, facts }),
      ...surveyRoutes({ db, clock, facts }),
      ...topicRoutes({ db, clock, facts }),
      ...settingRoutes({ db, clock, facts }),
    ],
  };
}
