interface Fields {
  [key: string]: unknown;
}

const KINDS = new Set("actions section divider image rich_text header context".split(" "));
const MAX_BLOCKS = 50;

/** Why Slack would refuse these blocks as `invalid_blocks`, or `undefined`. */
export function faultOfBlocks(blocks: unknown): string | undefined {
  if (!Array.isArray(blocks)) return "blocks is no list";
  if (blocks.length > MAX_BLOCKS) return "no more than 50 items allowed";
  return (blocks as Fields[]).map(faultOfBlock).find((fault) => fault !== undefined);
}

function faultOfBlock(block: Fields): string | undefined {
  if (!KINDS.has(String(block.type))) return `unsupported type: ${String(block.type)}`;
  if (block.type === "actions") return faultOfActions(block.elements as Fields[] | undefined);
  if (block.type === "image") {
    if (!/^https:\/\//.test(String(block.image_url))) return "invalid image_url";
    return typeof block.alt_text !== "string" || block.alt_text === "" || block.alt_text.length > 2_000
      ? "must provide alt_text"
      : undefined;
  }
  return block.type === "rich_text" ? faultOfRichText(block.elements as Fields[] | undefined) : undefined;
}

function faultOfActions(elements: Fields[] | undefined): string | undefined {
  if (!elements?.length || elements.length > 25) return "actions takes 1 to 25 elements";
  const ids = elements.map(({ action_id }) => action_id);
  if (new Set(ids).size < ids.length) return "action_id already exists in this block";
  return elements
    .map((element) => (element.type === "static_select" ? faultOfSelect(element) : faultOfOption(element, 2_000)))
    .find((fault) => fault !== undefined);
}

function faultOfSelect({ options }: Fields): string | undefined {
  if (!Array.isArray(options) || options.length === 0 || options.length > 100) return "a menu takes 1 to 100 options";
  return (options as Fields[]).map((option) => faultOfOption(option, 150)).find((fault) => fault !== undefined);
}

function faultOfOption({ text, value }: Fields, maxValue: number): string | undefined {
  const label = (text as { type?: unknown; text?: unknown } | undefined) ?? {};
  if (label.type !== "plain_text" || typeof label.text !== "string" || label.text.trim() === "")
    return "must provide a plain_text";
  if (label.text.length > 75) return "must be no more than 75 characters";
  return typeof value !== "string" || value === "" || value.length > maxValue ? "invalid value" : undefined;
}

function faultOfRichText(elements: Fields[] | undefined): string | undefined {
  if (!elements?.length) return "rich_text needs elements";
  const inner = elements.flatMap(({ type, elements: inside }) => {
    const within = (inside as Fields[] | undefined) ?? [];
    return type === "rich_text_list" ? within.flatMap((item) => (item.elements as Fields[] | undefined) ?? []) : within;
  });
  if (inner.length === 0) return "rich_text needs elements";
  return inner.some(
    ({ type, text, url, user_id }) =>
      (type === "text" && (typeof text !== "string" || text === "")) ||
      (type === "link" && typeof url !== "string") ||
      (type === "user" && typeof user_id !== "string"),
  )
    ? "an element says nothing"
    : undefined;
}
