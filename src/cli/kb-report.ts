import type { Evaluation } from "../knowledge/engine/index.ts";

export interface KbReport extends Evaluation {
  trainMs: number;
  p50Ms: number;
  p99Ms: number;
  /** The highest of the run. */
  rssMiB: number;
  embedder: string;
}

/** The figures in sentences. */
export function describeEvaluation(
  report: KbReport,
  { target, oosShare }: { target: number; oosShare: number },
): string {
  const { accuracy, inScopeAccuracy, oosRecall, oosAuroc, threshold, mode, precision, coverage } = report;
  const lines = [
    `Of the questions in scope, ${percent(accuracy)} have the right article first.`,
    oosRecall === null
      ? `Where it may keep silent, ${percent(inScopeAccuracy)} are answered rightly.`
      : `Where it may keep silent, ${percent(inScopeAccuracy)} are answered rightly, and ${percent(oosRecall)} of the questions out of scope are not answered.`,
    ...(oosAuroc === null
      ? []
      : [`It tells a question in scope from one out of scope in ${percent(oosAuroc)} of pairs.`]),
    "",
    ...promiseLines(),
    "",
    `Trained in ${(report.trainMs / 1_000).toFixed(1)} s. A question takes ${report.p50Ms.toFixed(2)} ms (99 of 100: ${report.p99Ms.toFixed(2)} ms). Most memory: ${report.rssMiB.toFixed(0)} MiB. Encoder: ${report.embedder}.`,
  ];
  return `${lines.join("\n")}\n`;

  function promiseLines(): string[] {
    const promise = `Promised: of the answers given, ${percent(target)} right, where ${percent(oosShare)} of the questions have no answer.`;
    if (precision === null)
      return [promise, "No threshold keeps that: nothing would be answered. Write more phrasings."];
    return [
      promise,
      `At the probability of ${threshold.toFixed(3)} that the phrasings call for, ${percent(coverage)} of all questions are answered, ${percent(precision)} of them rightly.`,
      ...(mode === "suggest"
        ? ["There are too few phrasings to be certain of the promise: an agent would confirm each answer first."]
        : []),
    ];
  }
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
