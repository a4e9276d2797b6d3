import { CommanderError, InvalidArgumentError, type Command } from "commander";
import { Invalid } from "../contract/index.ts";
import {
  createEnglishEncoder,
  createModel,
  evaluate,
  trainInWorker,
  unpackModel,
  type Embedder,
  type Model,
} from "../knowledge/engine/index.ts";
import { CommandFault } from "./fault.ts";
import { readText } from "./files.ts";
import { printJson, type Io } from "./io.ts";
import { describeEvaluation, type KbReport } from "./kb-report.ts";
import { firstOfEach, labelledRows, type LabelledRow } from "./labelled-csv.ts";
import { teach } from "./teach.ts";

interface Options {
  train: string;
  test: string;
  oos?: string;
  val?: string;
  oosVal?: string;
  few?: number;
  oosShare: number;
  target: number;
  encoder?: true;
  json?: true;
}

const WRONG_INPUT = 2;
/** With the encoder a question takes milliseconds: so many tell how many. */
const TIMED_WITH_ENCODER = 200;
const ENCODERS = 2;

export function addKb(program: Command, io: Io): void {
  const kb = program.command("kb").description("Knowledge bases.");
  const command = kb
    .command("eval")
    .summary("how well questions would be answered from a list of phrasings")
    .description(
      "Trains the embedded answerer on phrasings (one article an intent) and asks it questions whose answers are known. Needs no database and no network.",
    )
    .requiredOption("--train <file>", "phrasings: CSV with the columns text and intent, further ones are left aside")
    .requiredOption("--test <file>", "questions and their intents, likewise")
    .option("--oos <file>", "questions that no intent answers (out of scope); the column text is enough")
    .option("--val <file>", "with --oos-val: where the threshold of inScopeAccuracy and oosRecall is chosen")
    .option("--oos-val <file>", "out-of-scope questions of the validation part")
    .option("--few <n>", "train on the first n rows of each intent only", atLeastOne)
    .option("--oos-share <share>", "of the questions asked, how many have no answer", between0And1, 0.2)
    .option("--target <share>", "the promise: of the answers given, how many are right", between0And1, 0.95)
    .option("--encoder", "use the bundled English encoder as well")
    .option("--json", "print the figures as JSON")
    .action((options: Options) => evaluateFiles(io, options));
  teach(command, {
    notes: [
      "Rates run from 0 to 1. accuracy is without abstention. inScopeAccuracy and oosRecall are at the threshold that is most accurate on --val and",
      "--oos-val (without them, at the promise's). threshold, precision and coverage are the promise's: chosen from the training",
      "part alone, with withheld intents in place of out-of-scope questions. Out-of-scope questions weigh --oos-share in them.",
    ],
    examples: [
      ["kb eval --train train.csv --test test.csv", "how many would be answered, how many of these rightly?"],
      ["kb eval --train train.csv --test test.csv --oos oos.csv --json", "with questions that nothing answers"],
      ["kb eval --train train.csv --test test.csv --few 10", "what would ten phrasings an article do?"],
    ],
    exits: {
      0: "the figures were printed",
      1: "the training failed",
      2: "a file or an option is wrong; one sentence says why",
    },
  });
}

async function evaluateFiles(io: Io, options: Options): Promise<void> {
  const files = await readAll(io, options).catch((error: unknown) => {
    if (!(error instanceof CommandFault) && !(error instanceof Invalid)) throw error;
    io.err(`${error.message}\n`);
    throw new CommanderError(WRONG_INPUT, "kb.input", error.message);
  });
  for (const note of files.notes) io.err(`Note: ${note}\n`);
  const report = await reportOn(io, files, options);
  if (options.json) {
    const { mode: _mode, ...figures } = report;
    await printJson(io, rounded(figures));
  } else await io.out(describeEvaluation(report, options));
}

interface Files {
  train: LabelledRow[];
  test: LabelledRow[];
  oos: LabelledRow[];
  val: LabelledRow[];
  oosVal: LabelledRow[];
  notes: string[];
}

async function readAll(io: Io, options: Options): Promise<Files> {
  const read = async (file: string | undefined, needsIntent = true) =>
    file === undefined ? [] : labelledRows(await readText(io, file), file, needsIntent);
  const all = await read(options.train);
  const train = options.few === undefined ? all : firstOfEach(all, options.few);
  const known = new Set(train.map(({ intent }) => intent));
  if (known.size < 2) throw new CommandFault(`${options.train} has one intent only: there is nothing to choose from.`);
  const [test, val] = [await read(options.test), await read(options.val)];
  const isForeign = ({ intent }: LabelledRow) => !known.has(intent);
  const oos = [...(await read(options.oos, false)), ...test.filter(isForeign)];
  const oosVal = [...(await read(options.oosVal, false)), ...val.filter(isForeign)];
  const files = {
    train,
    oos,
    oosVal,
    test: test.filter((row) => !isForeign(row)),
    val: val.filter((row) => !isForeign(row)),
  };
  if (files.test.length === 0) throw new CommandFault(`${options.test} has no row with an intent of ${options.train}.`);
  return { ...files, notes: notesOn(files, test.length - files.test.length) };
}

function notesOn({ oos, val, oosVal }: Omit<Files, "notes">, strange: number): string[] {
  const notes: string[] = [];
  if (strange > 0) notes.push(`${strange} test rows have an intent that was not trained; they count as out of scope.`);
  if (oos.length === 0)
    notes.push("without --oos, oosRecall and oosAuroc are unknown, and precision is among questions in scope.");
  if (val.length === 0 || oosVal.length === 0)
    notes.push("without --val and --oos-val, inScopeAccuracy and oosRecall are at the promise's threshold.");
  return notes;
}

async function reportOn(io: Io, files: Files, { oosShare, target, encoder }: Options): Promise<KbReport> {
  const promised = { target, foreignShare: oosShare };
  const encoders = encoder ? Array.from({ length: ENCODERS }, () => createEnglishEncoder()) : [];
  try {
    const texts = [files.train, files.test, files.oos, files.val, files.oosVal].flat().map(({ text }) => text);
    const vectors = encoder ? await encodeAll(encoders, texts) : undefined;
    const startedAt = io.clock.monotonicMs();
    const bytes = await trainInWorker({
      articles: articlesOf(files.train),
      embedded: vectors && {
        embedder: encoders[0]!.id,
        vectors: articlesOf(files.train).flatMap(({ phrasings }) => phrasings.map((text) => vectors.get(text)!)),
      },
    });
    const trainMs = io.clock.monotonicMs() - startedAt;
    const model = createModel(unpackModel(bytes), promised);
    const labelled = (rows: LabelledRow[]) => rows.map(({ text, intent }) => ({ text, articleId: intent }));
    const evaluation = evaluate(model, {
      test: labelled(files.test),
      foreign: files.oos.map(({ text }) => text),
      validation: { test: labelled(files.val), foreign: files.oosVal.map(({ text }) => text) },
      promised,
      ...(vectors && { vectorOf: (text: string) => vectors.get(text)! }),
    });
    const times = await timed(io, model, files.test, encoders[0]);
    const rssMiB = process.resourceUsage().maxRSS / 1_024; // the highest of the whole run
    return { ...evaluation, trainMs, ...times, rssMiB, embedder: encoders[0]?.id ?? "none" };
  } finally {
    await Promise.all(encoders.map((each) => each.close()));
  }
}

function articlesOf(rows: readonly LabelledRow[]) {
  const articles = new Map<string, string[]>();
  for (const { text, intent } of rows) articles.set(intent, [...(articles.get(intent) ?? []), text]);
  return [...articles].map(([id, phrasings]) => ({ id, phrasings }));
}

/** The texts' vectors, from several encoders at once: a core each. */
async function encodeAll(encoders: readonly Embedder[], texts: readonly string[]): Promise<Map<string, Float32Array>> {
  const distinct = [...new Set(texts)];
  const parts = encoders.map((_, at) => distinct.filter((_text, i) => i % encoders.length === at));
  const vectors = await Promise.all(encoders.map((encoder, at) => encoder.embed(parts[at]!)));
  return new Map(parts.flatMap((part, at) => part.map((text, i) => [text, vectors[at]![i]!] as const)));
}

/** How long one question takes, half of the time and in all but one of a hundred cases. */
async function timed(io: Io, model: Model, test: readonly LabelledRow[], encoder: Embedder | undefined) {
  const asked = encoder ? test.slice(0, TIMED_WITH_ENCODER) : test;
  const times: number[] = [];
  for (const { text } of asked) {
    const startedAt = io.clock.monotonicMs();
    const vector = encoder && (await encoder.embed([text]))[0];
    model.answer({ question: text, maySee: () => true, vector });
    times.push(io.clock.monotonicMs() - startedAt);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))]!;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

function rounded(figures: Omit<KbReport, "mode">) {
  const round = (value: unknown) => (typeof value === "number" ? Number(value.toPrecision(5)) : value);
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, round(value)]));
}

function atLeastOne(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number of at least 1.");
}

function between0And1(text: string): number {
  const share = Number(text);
  if (text.trim() !== "" && share > 0 && share < 1) return share;
  throw new InvalidArgumentError("It must be a number between 0 and 1, such as 0.95.");
}
