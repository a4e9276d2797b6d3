import { expect, test } from "vitest";
import { describeFindings, fail, ok, warn } from "./finding.ts";
import * as judge from "./judge.ts";

const GIB = 1_024 ** 3;
const store = {
  embedded: true,
  version: "18.4",
  versionNumber: 180_004,
  pending: [],
  skewMs: 0,
  release: async () => undefined,
};
const quiet = { waiting: 0, dead: 0, failed: 0, maybeSent: 0, lateMs: 0 };

test.each([
  ["v20.19.0", "ok"],
  ["v22.0.0", "ok"],
  ["v20.18.9", "fail"],
  ["v18.20.0", "fail"],
])("Node %s is %s", (version, state) => expect(judge.judgeNode(version).state).toBe(state));

test.each([
  [50 * GIB, "ok"],
  [0.5 * GIB, "warn"],
  [1_000, "fail"],
])("%d bytes free are %s", (bytes, state) => expect(judge.judgeDisk("data", bytes).state).toBe(state));

test.each([
  [140_000, "ok"],
  [130_011, "fail"],
])("PostgreSQL %d is %s", (versionNumber, state) =>
  expect(judge.judgeDatabase({ ...store, versionNumber }).state).toBe(state),
);

test("says which migrations are to come", () => {
  expect(judge.judgeMigrations(store).state).toBe("ok");
  expect(judge.judgeMigrations({ ...store, pending: ["2026_more"] })).toMatchObject({
    state: "warn",
    detail: /2026_more/,
  });
});

test.each([
  [120, "ok", /agree/],
  [-5_000, "warn", /5\.0 s behind/],
  [40_000, "fail", /40\.0 s ahead/],
])("a skew of %d ms is %s", (skewMs, state, words) => {
  expect(judge.judgeSkew(skewMs)).toMatchObject({ state, detail: words });
});

test("a secret that opens nothing is a failure that names the channels", () => {
  expect(judge.judgeSecret(0, []).state).toBe("ok");
  expect(judge.judgeSecret(2, []).state).toBe("ok");
  expect(judge.judgeSecret(2, ["Support"])).toMatchObject({
    state: "fail",
    detail: /Support/,
    next: /TRIBUTARY_SECRET/,
  });
});

test.each([
  ["https://hub.example/", 2, "ok"],
  ["http://hub.example/", 2, "warn"],
  ["https://localhost/", 1, "warn"],
  ["https://127.0.0.1/", 1, "warn"],
  ["https://192.168.1.5/", 1, "warn"],
  ["https://[::1]/", 1, "warn"],
  ["http://127.0.0.1:8080/", 0, "ok"],
  ["https://8.8.8.8/", 1, "ok"],
])("%s with %d channels that are called is %s", (url, channels, state) =>
  expect(judge.judgePublicUrl(new URL(url), channels).state).toBe(state),
);

test("dead arrivals, and such as nobody records, are worth a look", () => {
  expect(judge.judgeArrivals(quiet, 0).state).toBe("ok");
  expect(judge.judgeArrivals({ ...quiet, waiting: 3 }, 1).state).toBe("ok");
  expect(judge.judgeArrivals({ ...quiet, waiting: 3 }, 0).state).toBe("warn");
  expect(judge.judgeArrivals({ ...quiet, dead: 1 }, 1)).toMatchObject({ state: "warn", detail: /^1 arrival could/ });
});

test("failed, doubtful and late messages are worth a look", () => {
  expect(judge.judgeDeliveries(quiet).state).toBe("ok");
  expect(judge.judgeDeliveries({ ...quiet, failed: 2 }).detail).toMatch(/^2 messages could not be delivered\.$/);
  expect(judge.judgeDeliveries({ ...quiet, maybeSent: 1 }).state).toBe("warn");
  expect(judge.judgeDeliveries({ ...quiet, lateMs: 3_600_000 }).detail).toMatch(/60 minutes/);
});

test("the table names state, thing and what to do, and counts at the end", () => {
  const text = describeFindings([
    ok("node", "Node 20."),
    warn("客服: token", "Odd.\nVery.", "Look."),
    fail("clock", "Off.\u001b[2J"),
  ]);
  expect(text).toBe(
    [
      "ok    node         Node 20.",
      "warn  客服: token  Odd.",
      "                   Very.",
      "                   -> Look.",
      "fail  clock        Off. [2J",
      "",
      "Of 3 checks: 1 failed, 1 to look at.",
      "",
    ].join("\n"),
  );
  expect(describeFindings([ok("node", "Node 20.")])).toMatch(/Everything is as it should be\.\n$/);
});
