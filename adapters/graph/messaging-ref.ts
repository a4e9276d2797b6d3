/** A file in what came in. Meta's addresses end after a while; by the message's id it gives out a fresh one. */
export interface FileRef {
  mid: string;
  /** Which attachment of the message, or the story that it is about. */
  index: number | "story";
  /** Where it lay when the message came. */
  url: string;
}

const REF = /^([\w$%.~-]*)\|(\d{1,4}|story)\|(https?:\/\/.+)$/s;

/** The reference as the hub keeps it: opaque, without any token of ours. */
export function writeFileRef({ mid, index, url }: FileRef): string {
  return `${encodeURIComponent(mid.toWellFormed())}|${index}|${url}`;
}

export function readFileRef(ref: string): FileRef | undefined {
  const [, mid, index, url] = REF.exec(ref) ?? [];
  if (mid === undefined || index === undefined || url === undefined || !URL.canParse(url)) return undefined;
  return { mid: decoded(mid), index: index === "story" ? "story" : Number(index), url };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
