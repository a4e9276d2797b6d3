import { expect, test } from "vitest";
import { systemClock } from "./clock.ts";
import { createMetrics } from "./metrics.ts";

test("counts by adapter and outcome", async () => {
  const metrics = createMetrics({ clock: systemClock });
  metrics.arrived("telegram", "stored");
  metrics.arrived("telegram", "stored", 4);
  metrics.delivered("web", "maybe-sent");
  const text = await metrics.text();
  expect(text).toContain('tributary_arrivals_total{adapter="telegram",outcome="stored"} 5');
  expect(text).toContain('tributary_deliveries_total{adapter="web",outcome="maybe-sent"} 1');
  expect(text).toContain("nodejs_eventloop_lag_seconds");
});

test("a gauge is asked when somebody looks", async () => {
  const metrics = createMetrics({ clock: systemClock });
  let waiting = 1;
  metrics.gauge("queue", "What waits.", "queue", async () => ({ arrivals: waiting, deliveries: 0 }));
  expect(await metrics.text()).toContain('tributary_queue{queue="arrivals"} 1');
  waiting = 7;
  expect(await metrics.text()).toContain('tributary_queue{queue="arrivals"} 7');
});

test("a gauge that fails or hangs is left out, and hides nothing else", async () => {
  const metrics = createMetrics({ clock: systemClock });
  metrics.gauge("failing", "Fails.", "queue", () => Promise.reject(new Error("the database is down")));
  metrics.gauge("hanging", "Hangs.", "queue", () => new Promise(() => undefined));
  metrics.recorded("dead");
  const text = await metrics.text();
  expect(text).not.toMatch(/tributary_(failing|hanging)\{/);
  expect(text).toContain('tributary_records_total{outcome="dead"} 1');
});
