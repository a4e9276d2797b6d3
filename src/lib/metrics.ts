import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Clock } from "../contract/index.ts";

export type ArrivalOutcome = "stored" | "forged" | "unreadable" | "refused";
export type RecordOutcome = "recorded" | "ignored" | "dead";
export type AnswerOutcome = "answered" | "handed-over" | "silent" | "fenced";
export type DeliveryOutcome = "sent" | "retried" | "failed" | "maybe-sent";

/** What the hub counts about itself. Labels are names of ours, never something from outside. */
export interface Metrics {
  arrived(adapter: string, outcome: ArrivalOutcome, count?: number): void;
  recorded(outcome: RecordOutcome, count?: number): void;
  answered(outcome: AnswerOutcome, count?: number): void;
  delivered(adapter: string, outcome: DeliveryOutcome, count?: number): void;
  requested(route: string, status: number, seconds: number): void;
  /** A gauge that is asked when somebody looks; it has one value per name that `read` returns. It is left out when `read` fails or takes over a second. */
  gauge(name: string, help: string, label: string, read: () => Promise<Readonly<Record<string, number>>>): void;
  /** In the Prometheus text format. */
  text(): Promise<string>;
  readonly registry: Registry;
}

const READ_MS = 1_000;

/** Counters of this process, its memory and its event loop's lag. Each call makes its own registry. */
export function createMetrics({ clock }: { clock: Clock }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name: `tributary_${name}_total`, help, labelNames, registers });

  const arrivals = counter("arrivals", "What platforms delivered.", ["adapter", "outcome"]);
  const records = counter("records", "Arrivals that were read into the ledger.", ["outcome"]);
  const answers = counter("answers", "Turns that were settled.", ["outcome"]);
  const deliveries = counter("deliveries", "Attempts to send a message.", ["adapter", "outcome"]);
  const requests = new Histogram({
    name: "tributary_http_request_seconds",
    help: "Time to answer a request of the API.",
    labelNames: ["route", "status"],
    buckets: [0.005, 0.02, 0.05, 0.2, 1, 5],
    registers,
  });

  /** Resolves to nothing when the answer is late or an error: one slow queue must not hide all other figures. */
  async function inTime<T>(read: () => Promise<T>): Promise<T | undefined> {
    const alarm = new AbortController();
    const late = clock.sleep(READ_MS, alarm.signal).then(() => undefined);
    return Promise.race([read().catch(() => undefined), late]).finally(() => alarm.abort());
  }

  return {
    arrived: (adapter, outcome, count = 1) => arrivals.inc({ adapter, outcome }, count),
    recorded: (outcome, count = 1) => records.inc({ outcome }, count),
    answered: (outcome, count = 1) => answers.inc({ outcome }, count),
    delivered: (adapter, outcome, count = 1) => deliveries.inc({ adapter, outcome }, count),
    requested: (route, status, seconds) => requests.observe({ route, status }, seconds),
    gauge(name, help, label, read) {
      new Gauge({
        name: `tributary_${name}`,
        help,
        labelNames: [label],
        registers,
        async collect() {
          const values = await inTime(read);
          this.reset();
          for (const [key, value] of Object.entries(values ?? {})) this.set({ [label]: key }, value);
        },
      });
    },
    text: () => registry.metrics(),
    registry,
  };
}
