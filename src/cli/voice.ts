import { CommanderError, type Command } from "commander";
import { HubError } from "../contract/index.ts";
import { evaluateVoice, LABELS, ownTexts, type Label, type Labelled, type Measured } from "../voice/index.ts";
import { parseCsv } from "./csv.ts";
import { CommandFault } from "./fault.ts";
import { readText } from "./files.ts";
import { printJson, type Io } from "./io.ts";
import { teach } from "./teach.ts";

interface Options {
  train?: string;
  test?: string;
  json?: true;
}

const WRONG_INPUT = 2;

export function addVoice(program: Command, io: Io): void {
  const voice = program.command("voice").description("What customers say: complaints, suggestions, praise and so on.");
  const command = voice
    .command("eval")
    .summary("how well messages are read, on texts whose labels are known")
    .description(
      "Trains the models that read customers' messages and measures them on texts that were kept apart, beside plain word lists. Needs no database and no network.",
    )
    .option(
      "--train <file>",
      "texts to learn from: CSV with the columns text, labels, sentiment; the hub's own without it",
    )
    .option("--test <file>", "texts to be measured by, likewise")
    .option("--json", "print the figures as JSON")
    .action((options: Options) => evaluate(io, options));
  teach(command, {
    notes: [
      `labels: one or more of ${LABELS.join(", ")}, separated by + signs. sentiment: -1, 0 or 1.`,
      "F1 is the harmonic mean of precision and recall, from 0 to 1; macro-F1 its mean over the labels.",
    ],
    examples: [
      ["voice eval", "how good are the models that ship?"],
      ["voice eval --test mine.csv --json", "and on messages of my own customers?"],
    ],
    exits: {
      0: "the figures were printed",
      1: "the training failed",
      2: "a file is wrong; one sentence says why",
    },
  });
}

async function evaluate(io: Io, { train, test, json }: Options): Promise<void> {
  const [lessons, tests] = await texts(io, train, test).catch((error: unknown) => {
    if (!(error instanceof CommandFault) && !(error instanceof HubError)) throw error;
    io.err(`${error.message}\n`);
    throw new CommanderError(WRONG_INPUT, "voice.input", error.message);
  });
  const evaluation = evaluateVoice(lessons, tests, () => io.clock.monotonicMs());
  if (evaluation.languages.length === 0) {
    const message = "No language has both texts to learn from and texts to be measured by.";
    io.err(`${message}\n`);
    throw new CommanderError(WRONG_INPUT, "voice.input", message);
  }
  const { languages, trainMs, p50Ms, p99Ms } = evaluation;
  if (json) {
    await printJson(io, rounded({ languages, trainMs, p50Ms, p99Ms }));
    return;
  }
  for (const { language, lessons: learnt, tests: measured, models, wordList, sentimentAccuracy } of languages) {
    await io.out(`${NAMES[language]}: learnt from ${learnt} texts, measured on ${measured}.\n`);
    await io.out(table(models, wordList));
    await io.out(`The sentiment is right for ${percent(sentimentAccuracy)} of the texts.\n\n`);
  }
  await io.out(
    `Trained in ${(trainMs / 1_000).toFixed(1)} s; a message takes ${p50Ms.toFixed(2)} ms (99 of 100 less than ${p99Ms.toFixed(2)} ms).\n`,
  );
}

const NAMES = { en: "English", zh: "Chinese" } as const;
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

function table(models: Measured, wordList: Measured): string {
  const lines = models.labels.map(({ label, f1, precision, recall }) => {
    const plain = wordList.labels.find((each) => each.label === label)!.f1;
    return `  ${label.padEnd(11)} F1 ${percent(f1)}  precision ${percent(precision)}  recall ${percent(recall)}  word lists ${percent(plain)}`;
  });
  const mean = `  ${"all".padEnd(11)} macro-F1 ${percent(models.macroF1)}  word lists ${percent(wordList.macroF1)}`;
  return [...lines, mean, ""].join("\n");
}

async function texts(io: Io, train: string | undefined, test: string | undefined): Promise<[Labelled[], Labelled[]]> {
  const own = Object.values(ownTexts());
  return [
    train === undefined ? own.flatMap(({ lessons }) => lessons) : labelledTexts(await readText(io, train), train),
    test === undefined ? own.flatMap(({ tests }) => tests) : labelledTexts(await readText(io, test), test),
  ];
}

/** @throws CommandFault that says which column or row is wrong. */
function labelledTexts(csv: string, name: string): Labelled[] {
  const [head = [], ...rows] = parseCsv(csv, name);
  const columns = head.map((title) => title.trim().toLowerCase());
  const missing = ["text", "labels", "sentiment"].filter((column) => !columns.includes(column));
  if (missing.length > 0)
    throw new CommandFault(`${name} cannot be read: its first row must name the column ${missing.join(" and ")}.`);
  if (rows.length === 0) throw new CommandFault(`${name} holds no rows below its head.`);
  return rows.map((row, at) => {
    const cell = (column: string) => row[columns.indexOf(column)]?.trim() ?? "";
    const wrong = (what: string) => new CommandFault(`${name} cannot be read: in row ${at + 2} ${what}.`);
    if (cell("text") === "") throw wrong("there is no text");
    const labels = cell("labels").split("+").map((label) => label.trim()); // prettier-ignore
    const strange = labels.find((label) => !isLabel(label));
    if (strange !== undefined) throw wrong(`"${strange}" is no label`);
    const sentiment = Number(cell("sentiment"));
    if (cell("sentiment") === "" || (sentiment !== -1 && sentiment !== 0 && sentiment !== 1))
      throw wrong("the sentiment is not -1, 0 or 1");
    return { text: cell("text"), labels: labels as Label[], sentiment };
  });
}

const isLabel = (text: string): text is Label => LABELS.includes(text as Label);

function rounded(value: unknown): never {
  const round = (_key: string, each: unknown) => (typeof each === "number" ? Number(each.toPrecision(5)) : each);
  return JSON.parse(JSON.stringify(value, round)) as never;
}
