import fc from "fast-check";
import { expect, test } from "vitest";
import { usableGrant, windowState, withGrant, withSpent, type Grant } from "./reply-window.ts";

const at = (ms: number) => new Date(ms);
const QUOTA = { forMs: 1_000, messages: 2 };
const FREE = { forMs: 1_000 };

test("a counted grant starts anew with each doing of its kind, and a late one does not undo a newer one", () => {
  const once = withGrant([], "message", QUOTA, at(0));
  const spent = withSpent(once, at(10));
  expect(spent).toEqual([{ by: "message", untilMs: 1_000, left: 1 }]);
  expect(withGrant(spent, "message", QUOTA, at(500))).toEqual([{ by: "message", untilMs: 1_500, left: 2 }]);
  expect(withGrant(spent, "message", QUOTA, at(-500))).toEqual(spent);
});

test("an uncounted grant lasts as long as the longest", () => {
  const long = withGrant([], "message", { forMs: 5_000 }, at(0));
  expect(withGrant(long, "message", FREE, at(100))).toEqual([{ by: "message", untilMs: 5_000, left: null }]);
});

test("what ends first is spent first, and what costs nothing before all", () => {
  const both = withGrant(withGrant([], "message", { forMs: 9_000, messages: 5 }, at(0)), "entered", QUOTA, at(0));
  expect(usableGrant(both, at(1))?.by).toBe("entered");
  const afterwards = withSpent(withSpent(withSpent(both, at(1)), at(2)), at(3));
  expect(afterwards.map(({ by, left }) => [by, left])).toEqual([
    ["message", 4],
    ["entered", 0],
  ]);
  expect(usableGrant(withGrant(both, "pressed", FREE, at(0)), at(1))?.by).toBe("pressed");
});

test("shows until when and how many", () => {
  expect(windowState([], at(0))).toEqual({ open: false, until: null, left: 0 });
  const grants = withGrant(withGrant([], "message", { forMs: 9_000, messages: 5 }, at(0)), "entered", QUOTA, at(0));
  expect(windowState(grants, at(1))).toEqual({ open: true, until: at(9_000), left: 7 });
  expect(windowState(grants, at(1_000))).toEqual({ open: true, until: at(9_000), left: 5 });
  expect(windowState(withGrant(grants, "x", FREE, at(0)), at(1)).left).toBeNull();
});

test("never more goes out than was granted, and never after the end", () => {
  const doing = fc.record({
    by: fc.constantFrom("message", "entered"),
    at: fc.nat(10_000),
    allows: fc.record({ forMs: fc.integer({ min: 1, max: 3_000 }), messages: fc.integer({ min: 1, max: 5 }) }),
  });
  fc.assert(
    fc.property(fc.array(doing, { maxLength: 6 }), fc.array(fc.nat(12_000), { maxLength: 40 }), (doings, sends) => {
      const steps = [
        ...doings.map((each) => ({ ...each, send: false as const })),
        ...sends.map((ms) => ({ at: ms, send: true as const })),
      ].sort((a, b) => a.at - b.at);
      let grants: Grant[] = [];
      let sent = 0;
      for (const step of steps) {
        if (!step.send) grants = withGrant(grants, step.by, step.allows, at(step.at));
        else if (usableGrant(grants, at(step.at))) {
          expect(usableGrant(grants, at(step.at))!.untilMs).toBeGreaterThan(step.at);
          grants = withSpent(grants, at(step.at));
          sent++;
        }
      }
      expect(sent).toBeLessThanOrEqual(doings.reduce((sum, { allows }) => sum + allows.messages, 0));
      expect(grants.every(({ left }) => left! >= 0)).toBe(true);
    }),
  );
});
