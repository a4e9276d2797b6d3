import { createReadStream } from "node:fs";
import { CommanderError, type Command } from "commander";
import { MODELS, solve, UNKNOWN, USUAL_OPTIONS, type Credits, type Journeys, type Model, type ModelOptions } from "../attribution/models/index.ts"; // prettier-ignore
import { HubError } from "../contract/index.ts";
import { CommandFault } from "./fault.ts";
import { nameOf, refuse } from "./files.ts";
import { printJson, type Io } from "./io.ts";
import { readPaths, USUAL_COLUMNS, type PathColumns } from "./paths.ts";
import { table } from "./table.ts";
import { teach } from "./teach.ts";

interface Options {
  paths: string;
  models: string;
  order: string;
  null?: string;
  path?: string;
  conversions?: string;
  value?: string;
  days?: string;
  halfLife: string;
  position: string;
  direct?: string[];
  minSupport: string;
  seed: string;
  json?: true;
}

const BAD_INPUT = 2;

export function addAttribute(program: Command, io: Io): void {
  const command = program
    .command("attribute")
    .summary("share out the conversions of an export of any tool, by several models")
    .description(
      "Reads paths as CSV and shares their conversions and value out to the touches, by several models. Needs no database.",
    )
    .requiredOption("--paths <file>", "the CSV; - reads the standard input")
    .option("--models <list>", `separated by commas, of ${MODELS.join(", ")}, markov`, MODELS.join(","))
    .option("--order <number>", "the order of the model named markov: 1, 2 or 3", "1")
    .option("--null <column>", "the column that counts journeys without a conversion; nulls, if there is one")
    .option("--path-column <column>", "instead of path")
    .option("--conversions-column <column>", "instead of conversions")
    .option("--value-column <column>", "instead of value")
    .option("--days-column <column>", "instead of days")
    .option("--half-life <days>", "of time-decay", String(USUAL_OPTIONS.halfLifeDays))
    .option("--position <first/middle/last>", "of position, in percent", "40/20/40")
    .option("--direct <name...>", "touches that are no touch of yours, for last-non-direct; direct or (direct)")
    .option("--min-support <journeys>", "that a touch needs in shapley-rate", String(USUAL_OPTIONS.minSupport))
    .option("--seed <number>", "of what is drawn by chance", String(USUAL_OPTIONS.seed))
    .option("--json", "print { models: { <model>: { <touch>: { conversions, value } } }, notes }")
    .exitOverride((error) => {
      throw new CommanderError(error.exitCode === 0 ? 0 : BAD_INPUT, error.code, error.message);
    })
    .action(async (options: RawOptions) => {
      try {
        await attribute(io, fromRaw(options));
      } catch (error) {
        if (!(error instanceof HubError || error instanceof RangeError)) throw error;
        command.error(error.message, { exitCode: BAD_INPUT });
      }
    });
  teach(command, { notes: NOTES, examples: EXAMPLES, exits: EXITS });
}

type RawOptions = Omit<Options, "path" | "conversions" | "value" | "days"> & {
  pathColumn?: string;
  conversionsColumn?: string;
  valueColumn?: string;
  daysColumn?: string;
};

function fromRaw({ pathColumn, conversionsColumn, valueColumn, daysColumn, ...rest }: RawOptions): Options {
  return {
    ...rest,
    ...(pathColumn !== undefined && { path: pathColumn }),
    ...(conversionsColumn !== undefined && { conversions: conversionsColumn }),
    ...(valueColumn !== undefined && { value: valueColumn }),
    ...(daysColumn !== undefined && { days: daysColumn }),
  };
}

const NOTES = [
  'Columns: path (touches in the order of time, " > " between them), conversions, value (the total of the line), nulls',
  "(journeys that did not convert), and days (for each touch, the days before the conversion, with > between them).",
  'Only path and conversions are needed. Equal paths are added up. A line without a path goes to "unknown".',
  "",
  "first, last          all to the first or the last touch",
  "last-non-direct      all to the last touch that is not direct; if all are, to the last",
  "linear               evenly to every touch; one that is there twice gets two parts",
  "time-decay           half as much for each half-life before the conversion; without days, each touch is one day",
  "                     before the next, and the last is on the day of the conversion",
  "position             40 % to the first, 40 % to the last, the rest evenly between; two touches share by first : last",
  "markov-1, -2, -3     removal effects of a Markov chain whose states are the last 1, 2 or 3 touches, solved exactly;",
  "                     value is shared like conversions; repeats stay; `markov` means the one of --order",
  "shapley              of the game v(S) = conversions of the journeys whose touches all lie in S, which is: evenly to",
  "                     the distinct touches",
  "shapley-rate         of the game v(S) = their share of conversions among such journeys; exact up to 18 touches",
];

const EXAMPLES = [
  ["attribute --paths paths.csv", "all models, as a table"],
  ["attribute --paths paths.csv --models first,last,markov-2,shapley --json", "some models, as JSON"],
  ["attribute --paths export.csv --models markov --order 3 --null total_null", "a column with a name of its own"],
] as const;

const EXITS = { 0: "the figures were printed", 2: "the input cannot be used; one sentence on standard error says why" };

async function attribute(io: Io, options: Options): Promise<void> {
  const models = modelsIn(options);
  const settings = settingsIn(options);
  const { journeys, notes } = await readPaths(bytesOf(io, options.paths), nameOf(options.paths), columnsIn(options));
  const solved = models.map((model) => ({ model, ...solve(journeys, model, settings) }));
  const allNotes = [...notes, ...unknownNotes(journeys), ...new Set(solved.flatMap((each) => each.notes))];
  if (options.json) {
    const figures = solved.map(({ model, credits }) => [model, figuresOf(journeys, credits)] as const);
    await printJson(io, { models: Object.fromEntries(figures), notes: allNotes });
    return;
  }
  await io.out(readable(journeys, solved));
  if (allNotes.length > 0) await io.out(`\n${allNotes.map((note) => `${note}\n`).join("")}`);
}

function bytesOf(io: Io, file: string): AsyncIterable<Uint8Array> {
  if (file === "-") return io.stdin;
  return (async function* () {
    try {
      yield* createReadStream(file, { highWaterMark: 1 << 20 });
    } catch (error) {
      refuse(file, error as NodeJS.ErrnoException);
    }
  })();
}

function modelsIn({ models, order }: Options): Model[] {
  if (!/^[123]$/.test(order)) throw new CommandFault(`--order is 1, 2 or 3, not ${order}.`);
  const names = models.split(",").map((each) => each.trim().toLowerCase().replaceAll("_", "-"));
  const wanted = names.filter(Boolean).map((name) => (name === "markov" ? `markov-${order}` : name));
  const unknown = wanted.filter((name) => !MODELS.some((model) => model === name));
  if (unknown.length > 0 || wanted.length === 0)
    throw new CommandFault(
      `There is no model ${unknown.join(", ") || "named"}. There are ${MODELS.join(", ")}, markov.`,
    );
  return [...new Set(wanted)] as Model[];
}

function settingsIn({ halfLife, position, direct, minSupport, seed }: Options): ModelOptions {
  const parts = position.split("/").map(Number);
  const sum = parts.reduce((all, part) => all + part, 0);
  if (parts.length !== 3 || !parts.every((part) => part >= 0) || Math.abs(sum - 100) > 1e-9)
    throw new CommandFault(`--position is three percentages that sum to 100, such as 40/20/40, not ${position}.`);
  return {
    halfLifeDays: numberFrom("--half-life", halfLife, (days) => days > 0),
    position: { first: parts[0]! / 100, last: parts[2]! / 100 },
    direct: direct?.map((name) => name.toLowerCase()) ?? USUAL_OPTIONS.direct,
    minSupport: numberFrom("--min-support", minSupport, (count) => count >= 0),
    seed: numberFrom("--seed", seed, Number.isSafeInteger),
  };
}

function numberFrom(option: string, text: string, isGood: (value: number) => boolean): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && isGood(value)) return value;
  throw new CommandFault(`${option} cannot be ${text}. See \`help attribute\`.`);
}

function columnsIn({ path, conversions, value, days, null: nulls }: Options): PathColumns {
  const named = { path, conversions, value, nulls, days };
  const given = Object.entries(named).filter((each): each is [string, string] => each[1] !== undefined);
  const columns = { ...USUAL_COLUMNS, ...Object.fromEntries(given) };
  return { ...columns, required: [columns.path, columns.conversions, ...given.map(([, column]) => column)] };
}

function unknownNotes({ touches, starts, conversions }: Journeys): string[] {
  let unknown = 0;
  for (let row = 0; row < conversions.length; row++) if (starts[row] === starts[row + 1]) unknown += conversions[row]!;
  if (unknown === 0) return [];
  const notes = [`Conversions without a path: ${unknown}. They are "${UNKNOWN}" in every model.`];
  if (touches.includes(UNKNOWN)) notes.push(`A touch is itself called "${UNKNOWN}"; both are added up.`);
  return notes;
}

type Figures = Record<string, { conversions: number; value: number }>;

function figuresOf({ touches }: Journeys, { conversions, value }: Credits): Figures {
  const figures = new Map(touches.map((touch, at) => [touch, { conversions: conversions[at]!, value: value[at]! }]));
  const rest = { conversions: conversions[touches.length]!, value: value[touches.length]! };
  if (rest.conversions > 0 || rest.value > 0) {
    const same = figures.get(UNKNOWN) ?? { conversions: 0, value: 0 };
    figures.set(UNKNOWN, { conversions: same.conversions + rest.conversions, value: same.value + rest.value });
  }
  return Object.fromEntries(figures);
}

/** One table of conversions, and one of values where there are any. */
function readable(journeys: Journeys, solved: readonly { model: Model; credits: Credits }[]): string {
  const figures = solved.map(({ credits }) => figuresOf(journeys, credits));
  const touches = Object.keys(figures[0]!).sort((a, b) => figures[0]![b]!.conversions - figures[0]![a]!.conversions);
  const tableOf = (what: "conversions" | "value") => {
    const rows = touches.map((touch) => [touch, ...figures.map((each) => each[touch]![what].toFixed(2))]);
    const sums = figures.map((each) =>
      Object.values(each)
        .reduce((sum, figure) => sum + figure[what], 0)
        .toFixed(2),
    );
    return table([what, ...solved.map(({ model }) => model)], [...rows, ["sum", ...sums]]);
  };
  const isValued = journeys.value.some((value) => value > 0);
  return isValued ? `${tableOf("conversions")}\n${tableOf("value")}` : tableOf("conversions");
}
