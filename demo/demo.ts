import path from "node:path";
import { parseArgs } from "node:util";
import type { EntryPointReport } from "../src/contract/api-attribution.ts";
import { ConfigError } from "../src/contract/index.ts";
import { CURRENCY, CUSTOMERS, DOORS, type Language } from "./cast.ts";
import { chat } from "./chat.ts";
import { padRight } from "./columns.ts";
import { findingOf, remarksOf } from "./finding.ts";
import { money } from "./money.ts";
import { play } from "./play.ts";
import { setStage, type Stage } from "./stage.ts";
import { createStory, firstDayBefore, LAST_DAY } from "./story.ts";
import { layTable } from "./table.ts";
import { createTeller, type Teller } from "./tell.ts";

const HELP = `npm run demo -- [options]

  --language en|zh   what the story is told in (default: as LANG says)
  --stay             go on running when nobody sits at the terminal
  --fast             no pauses between the lines
  --help             this text

PORT, LOG_LEVEL and TRIBUTARY_DATA_DIR count as for the hub itself; the demo's data
lies in "demo" inside the data directory and is emptied at each start.`;

const PAUSE_MS = 85;

interface Options {
  language: Language;
  stay: boolean;
  fast: boolean;
}

/** The newcomer's first five minutes: a shop's two weeks on a real hub, and then a chat with it. */
async function main(): Promise<void> {
  const options = readOptions();
  if (!options) return console.log(HELP);
  const ending = new AbortController();
  endOnSignal(ending);
  const teller = createStdoutTeller(options, ending.signal);
  const begin = firstDayBefore(new Date());

  const startedMs = performance.now();
  introduce(teller);
  const stage = await setStage({ begin, language: options.language });
  try {
    listDoors(stage, teller, performance.now() - startedMs);
    await play(stage, createStory(begin), teller, ending.signal);
    const showTable = () => tellTable(stage, teller);
    await showTable();
    await showAddresses(stage, teller);
    const { stdin: input, stdout: output } = process;
    if (input.isTTY) await chat({ stage, teller, signal: ending.signal, input, output, showTable });
    else if (options.stay) await untilAborted(ending.signal);
  } catch (error) {
    if (!ending.signal.aborted) throw error;
  } finally {
    teller.line();
    teller.paragraph(SAY[teller.language].stopping);
    await stage.stop();
  }
}

/** @throws ConfigError; `undefined` when help was asked for. */
function readOptions(): Options | undefined {
  const { values } = parse();
  if (values.help) return undefined;
  const { LC_ALL, LC_MESSAGES, LANG } = process.env;
  const spoken = values.language ?? LC_ALL ?? LC_MESSAGES ?? LANG ?? "en";
  if (values.language !== undefined && !/^(en|zh)/.test(values.language)) {
    throw new ConfigError(`--language is en or zh, not “${values.language}”. 语言只能是 en 或 zh。`);
  }
  return { language: spoken.startsWith("zh") ? "zh" : "en", stay: values.stay, fast: values.fast };
}

function parse() {
  const flag = { type: "boolean", default: false } as const;
  try {
    return parseArgs({ options: { language: { type: "string" }, stay: flag, fast: flag, help: flag } });
  } catch (error) {
    throw new ConfigError(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  }
}

/** The first Ctrl-C stops in order, the second at once. */
function endOnSignal(ending: AbortController): void {
  const end = () => {
    if (ending.signal.aborted) process.exit(1);
    ending.abort();
  };
  process.on("SIGINT", end).on("SIGTERM", end);
}

function createStdoutTeller({ language, fast }: Options, signal: AbortSignal): Teller {
  const { stdout, env } = process;
  return createTeller({
    language,
    colour: stdout.isTTY && !env["NO_COLOR"],
    pauseMs: stdout.isTTY && !fast ? PAUSE_MS : 0,
    write: (text) => void stdout.write(text),
    sleep: (ms) => (signal.aborted ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms))),
  });
}

function introduce(teller: Teller): void {
  const words = SAY[teller.language];
  teller.title(words.title);
  teller.line();
  teller.paragraph(words.introduction);
}

function listDoors({ doors, url, config, articles }: Stage, teller: Teller, tookMs: number): void {
  const { language } = teller;
  const words = SAY[language];
  teller.line();
  teller.paragraph(
    words.started(url.href, (tookMs / 1_000).toFixed(1), path.relative("", config.dataDir) || ".", articles.size),
  );
  teller.heading(words.doors);
  DOORS.forEach(({ key, name, placement, cost }, at) => {
    const about = padRight(name[language], 17) + padRight(placement[language], 30);
    const price = money(cost, CURRENCY, language).padStart(8);
    teller.line(`  ${at + 1}  ${teller.paint(doors.get(key)!.code, "cyan")}  ${about}${price}`);
  });
  teller.line();
  teller.paragraph(words.reading(Object.keys(CUSTOMERS).length, LAST_DAY + 1));
}

async function tellTable({ owner }: Stage, teller: Teller): Promise<void> {
  const { language } = teller;
  const report = await owner.get<EntryPointReport>("/reports/entry-points");
  teller.heading(SAY[language].table(CURRENCY));
  teller.line();
  for (const line of layTable(report, CURRENCY, language)) teller.line(`  ${line}`);
  teller.line();
  const remarks = [findingOf(report, CURRENCY, language), ...remarksOf(report, language)];
  for (const each of remarks) teller.paragraph(each);
}

async function showAddresses(stage: Stage, teller: Teller): Promise<void> {
  const { url, doors, tokenFor } = stage;
  const words = SAY[teller.language];
  const token = await tokenFor("you, for as long as this demo runs", "admin");
  const report = new URL("api/v1/reports/entry-points", url).href;
  teller.heading(words.look);
  const rows = [
    [words.home, url.href],
    [words.qr, doors.get("poster")!.qr.svg],
    [words.description, new URL("api/openapi.json", url).href],
    [words.report, report],
  ] as const;
  for (const [name, address] of rows) teller.line(`  ${padRight(name, 18)}${teller.paint(address, "cyan")}`);
  teller.line();
  teller.paragraph(words.curl);
  teller.line(`  TOKEN=${token}`);
  teller.line(`  curl -H "Authorization: Bearer $TOKEN" \\`);
  teller.line(`    ${report}`);
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const stayingAwake = setInterval(() => undefined, 60_000);
    signal.addEventListener("abort", () => resolve(clearInterval(stayingAwake)), { once: true });
  });
}

const SAY = {
  en: {
    title: "Tributary · two weeks at the Lantern Tea House",
    introduction:
      "A small tea shop has put its code on a poster, an ad, a newsletter, a card and its window. People come, ask and " +
      "buy. The hub is the real one; only Telegram is played by an emulator, and nothing leaves this machine.",
    started: (url: string, seconds: string, dataDir: string, articles: number) =>
      `The hub is at ${url}, ready in ${seconds} s.\nIts data lies in ${dataDir}, emptied at each start.\n` +
      `It knows ${articles} answers, each in English and Chinese.`,
    doors: "Entry points",
    reading: (people: number, days: number) =>
      `${people} customers in ${days} days. “quoted”: what they write; →: what the bot says, after the number that says how ` +
      "sure it was. It answers from 0.34 on (in Chinese 0.28), asks back below, and fetches a colleague when nothing is near.",
    table: (currency: string) => `What it brought (${currency}, refunds taken off)`,
    look: "Look around",
    home: "Home page",
    qr: "Poster’s QR code",
    description: "API, described",
    report: "The table above",
    curl: "Ask the API yourself, with a token that may do everything here:",
    stopping: "Stopping the hub in order …",
  },
  zh: {
    title: "Tributary · 灯笼茶馆的两个星期",
    introduction:
      "一家小茶馆把入口码放在了海报、广告、邮件通讯、推荐卡和橱窗上。人们来了，提问，下单。系统是真的，" +
      "只有 Telegram 由模拟器扮演；一切都在本机运行。",
    started: (url: string, seconds: string, dataDir: string, articles: number) =>
      `地址：${url}（启动用时 ${seconds} 秒）\n数据：${dataDir}（每次启动都会清空）\n知识库：${articles} 条，均有中英文。`,
    doors: "入口",
    reading: (people: number, days: number) =>
      `${days} 天里来了 ${people} 位客户。引号内是客户的话，→ 后是机器人的回复，数字表示它有多大把握：` +
      "中文 0.28、英文 0.34 以上直接回答，不足时请客户确认，毫无头绪时转人工。",
    table: (currency: string) => `成效（${currency}，已扣除退款）`,
    look: "到处看看",
    home: "首页",
    qr: "海报二维码",
    description: "API 说明",
    report: "上表数据",
    curl: "也可以自己调用 API，下面的令牌拥有全部权限：",
    stopping: "正在依次停止……",
  },
} as const;

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof ConfigError ? `\n${error.message}\n` : error);
    process.exit(1);
  },
);
