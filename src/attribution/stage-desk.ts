import type { NewStageRule, StageReport, StageRulePatch, StageRuleView } from "../contract/api-stages.ts";
import { Conflict, Invalid, NotFound, type Clock } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import type { Database } from "../store/index.ts";
import { deleteRule, listRules, putRule } from "./facts-store.ts";
import type { FactsKeeper } from "./facts.ts";
import { ruleFaults, rulesWith, type StageRule } from "./stage-rules.ts";
import { timeInStage } from "./stage-report-store.ts";

const MOST_RULES = 100;

/** The rules by which contacts move, as people change them, and how long contacts stay where they are. */
export interface StageDesk {
  list(): Promise<StageRuleView[]>;
  /** @throws Invalid */
  create(input: NewStageRule): Promise<StageRuleView>;
  /** @throws NotFound, Invalid */
  change(id: string, patch: StageRulePatch): Promise<StageRuleView>;
  /** @throws NotFound, Conflict for one of the hub's own */
  remove(id: string): Promise<StageRuleView>;
  report(window: { from: string | undefined; to: string | undefined }): Promise<StageReport>;
}

export function createStageDesk({ db, clock, facts }: { db: Database; clock: Clock; facts: FactsKeeper }): StageDesk {
  const list = async () => rulesWith(await listRules(db));

  async function find(id: string): Promise<StageRule> {
    const rule = (await list()).find((each) => each.id === id);
    if (!rule) throw new NotFound(`There is no stage rule ${id}.`);
    return rule;
  }

  async function put(rule: StageRule): Promise<StageRuleView> {
    const faults = ruleFaults(rule);
    const [fault] = Object.values(faults);
    if (fault !== undefined) throw new Invalid(`The rule cannot be like this. ${fault}`, faults);
    const { assignTo } = rule.act;
    if (assignTo !== undefined && !(await isStaff(db, assignTo)))
      throw new Invalid("There is no such agent.", { "act.assignTo": "Not an owner, admin or agent of yours." });
    await putRule(db, rule, clock.now());
    facts.forget();
    return rule;
  }

  return {
    list,
    async create(input) {
      if ((await list()).length >= MOST_RULES) throw new Conflict(`There are ${MOST_RULES} rules. Remove one first.`);
      return put({ ...input, id: newId(), isDefault: false });
    },
    async change(id, patch) {
      const rule = await find(id);
      return put({ ...rule, ...withoutMissing(patch) });
    },
    async remove(id) {
      const rule = await find(id);
      if (rule.isDefault) throw new Conflict("This is one of the hub's own rules. Switch it off instead.");
      await deleteRule(db, id);
      facts.forget();
      return rule;
    },
    report({ from, to }) {
      const window = { from: from === undefined ? null : new Date(from), to: to === undefined ? null : new Date(to) };
      if (window.from && window.to && window.from >= window.to)
        throw new Invalid("The period ends before it begins.", { to: "Not after `from`." });
      return timeInStage(db, { ...window, now: clock.now() });
    },
  };
}

function withoutMissing(patch: StageRulePatch): Partial<StageRule> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as Partial<StageRule>;
}

async function isStaff(db: Database, id: string): Promise<boolean> {
  return (await db.prisma.staff.count({ where: { id, endedAt: null, role: { in: ["owner", "admin", "agent"] } } })) > 0;
}
