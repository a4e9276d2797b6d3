import { randomBytes } from "node:crypto";
import type { EntryPointReport } from "../contract/api-attribution.ts";
import { Invalid, type Route } from "../contract/index.ts";
import type { Observer, Responder } from "../corridor/index.ts";
import type { Transaction } from "../store/index.ts";
import { CODE_SEED_BYTES, newCode } from "./codes.ts";
import { createConversionImport, type ImportConversions } from "./conversion-import.ts";
import { conversionRoutes } from "./conversion-routes.ts";
import { rethreadConversions } from "./conversion-store.ts";
import { createConversions, type Conversions } from "./conversions.ts";
import { createDoors, type DoorParts, type Doors } from "./doors.ts";
import { createFacts } from "./facts.ts";
import { journeyRoutes } from "./journey-routes.ts";
import { createJourneys, type Journeys } from "./journeys.ts";
import { createLanding, type LandingParts } from "./landing.ts";
import { createModelRuns, type ModelRuns } from "./model-runs/model-runs.ts";
import { modelRunRoutes } from "./model-runs/routes.ts";
import { createObserver } from "./observer.ts";
import { createPlanning, type Planning } from "./planner/index.ts";
import { createPrivacyDesk, type PrivacyDesk, type PrivacyParts } from "./privacy/index.ts";
import { readReport, type ReportWindow } from "./report-store.ts";
import { buildReport } from "./report.ts";
import { reportRoutes } from "./report-routes.ts";
import {
  contactsOfIdentity,
  createCounting,
  createCounts,
  createReports,
  isCountedStage,
  recount,
  reportsRoutes,
  type Counts,
  type Reports,
} from "./reports/index.ts";
import { rethread, type IdentityMove } from "./rethread.ts";
import { createStageActs, type Speakers } from "./stage-acts.ts";
import { createStageDesk } from "./stage-desk.ts";
import { createStageMoves, type StageMoves } from "./stage-moves.ts";
import { stageRoutes } from "./stage-routes.ts";
import { createSweep } from "./stage-sweep.ts";
import { voucherRoutes } from "./voucher-routes.ts";
import { createVouchers, type Vouchers } from "./vouchers.ts";
import { createTelling, type SendingParts, type Telling } from "./uploads/index.ts";

export { followRequest, type FollowRequest, type Offer } from "./follow.ts";
export type { Conversions } from "./conversions.ts";
export type { Journeys } from "./journeys.ts";
export { type Counts, type Reports } from "./reports/index.ts";
export type { ReportWindow } from "./report-store.ts";

export type AttributionParts = DoorParts & Pick<LandingParts, "articleOption"> & SendingParts & PrivacyParts;

/** How people came to us, how far they came, what it cost and what it brought. */
export interface Attribution
  extends Omit<Doors, "routes">, Omit<Telling, "routes">, Omit<PrivacyDesk, "routes">, Omit<Planning, "routes"> {
  observer: Observer;
  /** Says what the entry point has to say to who comes through it. First in line. */
  landing: Responder;
  /** Moves those who have fallen silent, once a day; resolves with how long to wait. */
  sweepStages(): Promise<number>;
  /** Says and does what stage rules have for those they moved; resolves with how long to wait. */
  actOnStages(speakers: Speakers): Promise<number>;
  conversions: Conversions;
  recordOnPage: Conversions["recordOnPage"];
  importConversions: ImportConversions;
  vouchers: Vouchers;
  journeys: Journeys;
  reports: Reports;
  modelRuns: ModelRuns;
  /** Kept beside what they count; a loop merges them, and a command checks them. */
  counts: Counts;
  /** An identity is another contact's now; what is known of its ways goes along. */
  onIdentityMoved(move: { identityId: string; contactId: string }, tx: Transaction): Promise<void>;
  /** @throws Invalid */
  report(window: ReportWindow): Promise<EntryPointReport>;
  routes: Route[];
}

export function createAttribution(parts: AttributionParts): Attribution {
  const { db } = parts;
  const facts = createFacts(parts);
  const { routes: doorRoutes, ...doors } = createDoors(parts, facts.forget);
  const moves = counted(createStageMoves({ ...parts, facts }));
  const conversions = createConversions({ ...parts, moves });
  const journeys = createJourneys({ ...parts, recount });
  const reports = createReports(parts);
  const modelRuns = createModelRuns(parts);
  const counting = createCounting();
  const importConversions = createConversionImport({ ...parts, moves });
  const code = () => newCode(randomBytes(CODE_SEED_BYTES));
  const vouchers = createVouchers({ ...parts, moves, newCode: code, countTouches: counting.countTouches });
  const stageDesk = createStageDesk({ ...parts, facts });
  const { routes: tellingRoutes, ...telling } = createTelling(parts);
  const { routes: privacyRoutes, ...privacyDesk } = createPrivacyDesk(parts);
  const { routes: planningRoutes, ...planning } = createPlanning(parts);

  async function report(window: ReportWindow): Promise<EntryPointReport> {
    const { from, to } = window;
    if (from && to && from >= to) throw new Invalid("The period ends before it begins.", { to: "Not after `from`." });
    return buildReport(window, await readReport(db, window));
  }

  const routes = [
    ...doorRoutes,
    ...journeyRoutes(journeys),
    ...conversionRoutes(conversions, importConversions),
    ...voucherRoutes(vouchers),
    ...reportRoutes(report),
    ...reportsRoutes(reports),
    ...modelRunRoutes(modelRuns),
    ...stageRoutes(stageDesk, journeys),
    ...tellingRoutes,
    ...privacyRoutes,
    ...planningRoutes,
  ];
  return {
    ...doors,
    ...telling,
    ...privacyDesk,
    ...planning,
    recordOnPage: conversions.recordOnPage,
    ...{ conversions, importConversions, vouchers, journeys, modelRuns, report, reports, routes },
    counts: createCounts(db),
    observer: inTurn(
      createObserver({ ...parts, facts, moves, countTouches: counting.countTouches }),
      vouchers.observer,
      counting.observer,
    ),
    landing: createLanding(parts),
    sweepStages: createSweep({ ...parts, facts, moves }),
    actOnStages: createStageActs({ ...parts, facts }),
    onIdentityMoved: moveAlong,
  };
}

/** Whoever moves is counted anew, in the same transaction. */
function counted(moves: StageMoves): StageMoves {
  return {
    async move(tx, happened) {
      const made = await moves.move(tx, happened);
      await recount(
        tx,
        [...made.moved].filter((id) => isCountedStage(made.stages.get(id))),
      );
      return made;
    },
  };
}

/** The room's observers as one, each after the one before. */
function inTurn(...observers: readonly Observer[]): Observer {
  return {
    name: "attribution",
    async observe(events, tx) {
      for (const observer of observers) await observer.observe(events, tx);
    },
  };
}

async function moveAlong({ identityId, contactId }: IdentityMove, tx: Transaction): Promise<void> {
  await rethread({ identityId, contactId }, tx);
  await rethreadConversions(tx, identityId, contactId);
  await recount(tx, [contactId, ...(await contactsOfIdentity(tx, identityId))]);
}
