/** What an expert means by what they wrote. */
export type Meaning =
  | { do: "reply"; number: number; text: string }
  | { do: "done" | "back"; number: number }
  | { do: "list" | "help" | "which" | "none" }
  | { do: "unknown"; number: number };

const NUMBER = /^\s*[#＃]\s*([0-9０-９]{1,9})(?![0-9０-９])[\s:：,，、]*/u;
const COMMAND = /^\s*[/／!！]\s*([\p{L}]+)(?:@\w+)?\s*[#＃]?\s*([0-9０-９]{1,9})?\s*$/u;
const VERBS: Readonly<Record<string, "done" | "back" | "list" | "help">> = {
  ...{ done: "done", close: "done", 完成: "done", 结束: "done", 結束: "done" },
  ...{ back: "back", bot: "back", 交还: "back", 交還: "back", 机器人: "back", 機器人: "back" },
  ...{ list: "list", 列表: "list", 清单: "list", 清單: "list" },
  ...{ help: "help", start: "help", 帮助: "help", 幫助: "help" },
};

/**
 * Whom the words are for: the conversation named at their beginning, else the one whose message they quote, else the only
 * open one. With several and none of these, nobody gets them.
 */
export function readExpert(text: string, open: readonly number[], quoted?: number): Meaning {
  const named = NUMBER.exec(text);
  const rest = named ? text.slice(named[0].length) : text;
  const command = COMMAND.exec(rest);
  if (command) return readCommand(command, open, named ? numberOf(named[1]!) : quoted);
  const number = named ? numberOf(named[1]!) : (quoted ?? (open.length === 1 ? open[0] : undefined));
  if (number === undefined) return { do: open.length === 0 ? "none" : "which" };
  if (!open.includes(number)) return { do: "unknown", number };
  return rest.trim() === "" ? { do: "help" } : { do: "reply", number, text: rest.trim() };
}

function readCommand(command: RegExpExecArray, open: readonly number[], about: number | undefined): Meaning {
  const verb = Object.hasOwn(VERBS, command[1]!.toLowerCase()) ? VERBS[command[1]!.toLowerCase()] : undefined;
  if (verb === undefined || verb === "help") return { do: "help" }; // never to the customer
  if (verb === "list") return { do: "list" };
  const number = command[2] ? numberOf(command[2]) : (about ?? (open.length === 1 ? open[0] : undefined));
  if (number === undefined) return { do: open.length === 0 ? "none" : "which" };
  return open.includes(number) ? { do: verb, number } : { do: "unknown", number };
}

function numberOf(digits: string): number {
  return Number(digits.normalize("NFKC"));
}
