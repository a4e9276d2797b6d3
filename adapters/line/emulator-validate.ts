/** What LINE finds wrong with a send, in its own words; `undefined` when it takes it. */
export interface Complaint {
  message: string;
  details: { message: string; property: string }[];
}

type Fields = Record<string, unknown>;

export function complaintAbout(messages: unknown): Complaint | undefined {
  if (!Array.isArray(messages) || messages.length < 1 || messages.length > 5)
    return complain("messages", "Size must be between 1 and 5");
  for (const [index, message] of messages.entries()) {
    const found = wrongIn(fieldsOf(message), `messages[${index}]`);
    if (found) return found;
  }
  return undefined;
}

function complain(property: string, message: string): Complaint {
  return { message: "The request body has 1 error(s)", details: [{ message, property }] };
}

function wrongIn(message: Fields, at: string): Complaint | undefined {
  const wrong = CHECKS[text(message.type) ?? ""]?.(message, at);
  if (wrong === undefined && !CHECKS[text(message.type) ?? ""])
    return complain(`${at}.type`, "Must be one of the following values: [text, sticker, image ...]");
  return wrong ?? wrongQuickReply(message.quickReply, `${at}.quickReply`);
}

const CHECKS: Record<string, (message: Fields, at: string) => Complaint | undefined> = {
  text: ({ text: words }, at) => length(words, 1, 5_000, `${at}.text`),
  sticker: ({ packageId, stickerId }, at) =>
    length(packageId, 1, 20, `${at}.packageId`) ?? length(stickerId, 1, 20, `${at}.stickerId`),
  image: (message, at) => addresses(message, at),
  video: (message, at) => addresses(message, at),
  audio: ({ originalContentUrl, duration }, at) =>
    address(originalContentUrl, `${at}.originalContentUrl`) ??
    (Number.isSafeInteger(duration) && Number(duration) > 0
      ? undefined
      : complain(`${at}.duration`, "Must be a positive number")),
  location: ({ title, address: where }, at) =>
    length(title, 1, 100, `${at}.title`) ?? length(where, 1, 100, `${at}.address`),
  template: ({ altText, template }, at) =>
    length(altText, 1, 1_500, `${at}.altText`) ?? wrongButtons(fieldsOf(template), `${at}.template`),
  flex: ({ altText, contents }, at) =>
    length(altText, 1, 1_500, `${at}.altText`) ?? wrongFlex(fieldsOf(contents), `${at}.contents`),
};

function addresses({ originalContentUrl, previewImageUrl }: Fields, at: string): Complaint | undefined {
  return address(originalContentUrl, `${at}.originalContentUrl`) ?? address(previewImageUrl, `${at}.previewImageUrl`);
}

/** LINE wants https; a hub on this machine has none. */
function address(value: unknown, at: string): Complaint | undefined {
  const url = text(value) ?? "";
  if (url.length > 2_000 || !URL.canParse(url)) return complain(at, "Must be a valid URL");
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || hostname === "127.0.0.1" ? undefined : complain(at, "Must be a valid HTTPS URL");
}

function wrongButtons(template: Fields, at: string): Complaint | undefined {
  if (template.type !== "buttons")
    return complain(`${at}.type`, "Must be one of the following values: [buttons, confirm ...]");
  return length(template.text, 1, 160, `${at}.text`) ?? wrongActions(template.actions, 4, `${at}.actions`);
}

function wrongQuickReply(quickReply: unknown, at: string): Complaint | undefined {
  if (quickReply === undefined) return undefined;
  const items = fieldsOf(quickReply).items;
  if (!Array.isArray(items)) return complain(`${at}.items`, "May not be empty");
  return wrongActions(
    items.map((item) => fieldsOf(item).action),
    13,
    `${at}.items`,
  );
}

function wrongActions(actions: unknown, most: number, at: string): Complaint | undefined {
  if (!Array.isArray(actions) || actions.length < 1 || actions.length > most)
    return complain(at, `Size must be between 1 and ${most}`);
  for (const [index, given] of actions.entries()) {
    const action = fieldsOf(given);
    const here = `${at}[${index}]`;
    const wrong =
      length(action.label, 1, 20, `${here}.label`) ??
      (action.type === "postback" ? length(action.data, 1, 300, `${here}.data`) : undefined);
    if (wrong) return wrong;
  }
  return undefined;
}

function wrongFlex(contents: Fields, at: string): Complaint | undefined {
  const size = Buffer.byteLength(JSON.stringify(contents));
  if (contents.type === "bubble")
    return size > 30_720 ? complain(at, "The bubble is larger than 30 KB") : emptyText(contents, at);
  if (contents.type !== "carousel" || !Array.isArray(contents.contents))
    return complain(`${at}.type`, "Must be one of the following values: [bubble, carousel]");
  if (contents.contents.length > 12) return complain(`${at}.contents`, "Size must be between 1 and 12");
  return size > 51_200 ? complain(at, "The carousel is larger than 50 KB") : emptyText(contents, at);
}

function emptyText(contents: Fields, at: string): Complaint | undefined {
  return /"type":"text","text":""/.test(JSON.stringify(contents)) ? complain(at, "text: May not be empty") : undefined;
}

function length(value: unknown, least: number, most: number, at: string): Complaint | undefined {
  const words = text(value);
  if (words === undefined || words.length < least) return complain(at, "May not be empty");
  return words.length > most ? complain(at, `Length must be between ${least} and ${most}`) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}
