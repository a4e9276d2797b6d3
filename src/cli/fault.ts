import { HubError, Invalid } from "../contract/index.ts";

const MOST_FIELDS = 20;
const SQL_STATE = /^[0-9A-Z]{5}$/;
const MORE = "Set LOG_LEVEL=debug for more.";

/** A command that cannot do what was asked. Its message is one sentence for the person who asked. */
export class CommandFault extends HubError {
  readonly code = "command_fault";
}

/** A command that ran as it should, and whose answer is bad news. It has said so itself. */
export class BadNews extends Error {}

/** What a person is told of a fault: our own sentence, or where there is none, what kind of fault it was. */
export function explainFault(error: unknown): string {
  if (error instanceof Invalid) return [error.message, ...fieldsNotYetNamed(error)].join("\n");
  if (error instanceof HubError) return error.message;
  if (!(error instanceof Error)) return `The command failed for an unknown reason. ${MORE}`;
  const code = "code" in error ? String(error.code) : "";
  if ("syscall" in error) return `The system refused: ${firstLine(error.message)}. ${MORE}`;
  // PostgreSQL quotes values, which may be what people wrote: its code must do.
  if (SQL_STATE.test(code)) return `The database refused (code ${code}). ${MORE}`;
  return `The command failed: ${error.name}${code && ` (${code})`}. ${MORE}`;
}

/** What to show of a fault that was asked about in full. */
export function debugFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\nCaused by: ${debugFault(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}

function fieldsNotYetNamed({ message, fields }: Invalid): string[] {
  const lines = Object.entries(fields).map(([path, fault]) => `  ${path}: ${fault}`);
  const unnamed = lines.filter((line) => !message.includes(line.trim()));
  const more = unnamed.length - MOST_FIELDS;
  return [...unnamed.slice(0, MOST_FIELDS), ...(more > 0 ? [`  and ${more} more`] : [])];
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0]!.replace(/\.$/, "");
}
