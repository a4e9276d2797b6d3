const quoted = (text) => `“${text}”`;
const cut = (text, length = 160) => (text.length > length ? `${text.slice(0, length)}…` : text);
const said = (text) => quoted(cut((text ?? "").replaceAll(/\s*\n\s*(?:- )?/g, " · ")));
/** Quoted words that end the sentence by themselves need no full stop. */
const closed = (text) => `${said(text)}${/[.!?…。！？]$/.test(text ?? "") ? "" : "."}`;
const who = (person) => person ?? "Somebody";
const where = ({ placeKind, place }) =>
  placeKind === "direct" ? "" : ` in the ${placeKind}${place ? ` ${quoted(place)}` : ""}`;

const into = ({ placeKind, place }) =>
  placeKind === "direct" ? "" : ` the ${placeKind}${place ? ` ${quoted(place)}` : ""}`;
const PARTS = {
  image: "a picture",
  audio: "a recording",
  video: "a video",
  document: "a file",
  sticker: "a sticker",
  location: "a place",
  contact: "a contact",
};
const wrote = ({ text, parts = [] }) => {
  const others = parts.flatMap((part) => PARTS[part] ?? []).join(", ");
  return others === "" ? `: ${closed(text)}` : ` (with ${others})${text ? `: ${closed(text)}` : "."}`;
};
const REASONS = { "no answer found": "it found no answer" };
const RESPONDERS = {
  welcome: "Greeted: the person has only opened the chat.",
  handover: "Said that a person of ours takes over.",
};

const TYPES = {
  message: "a message",
  edited: "an edit",
  deleted: "a deletion",
  reaction: "a reaction",
  pressed: "a pressed button",
  entered: "somebody opening the chat",
  joined: "somebody joining",
  left: "somebody leaving",
  receipt: "a receipt",
  unknown: "something that is not carried",
};
const FATES = {
  thinking: " The bot is thinking.",
  agent: " A person of ours has this conversation: the bot keeps silent.",
  "not-addressed": " It was not meant for us: in a group the bot keeps silent.",
  silent: " The bot has nothing to say to it.",
};
const METHODS = {
  "start-param": "the link said so",
  "group-start-param": "the link that brought the bot into the group said so",
  invite: "they came by an invite of ours",
  referral: "the platform says so",
  ad: "the platform names the ad",
  scene: "the QR code said so",
  prefilled: "the code stood in a text that they could have changed",
  keyword: "they wrote a word that stands for it",
  page: "the page's address said so",
};

const event = {
  message: (f) => `${who(f.person)} wrote${where(f)}${wrote(f)}${FATES[f.fate] ?? ""}`,
  pressed: (f) => `${who(f.person)} pressed ${quoted(f.choice)}${where(f)}.${FATES[f.fate] ?? ""}`,
  edited: (f) => `${who(f.person)} changed a message${where(f)}.`,
  deleted: (f) => `${who(f.person)} deleted a message${where(f)}.`,
  reaction: (f) =>
    `${who(f.person)} reacted${where(f)}: ${[...(f.added ?? []), ...(f.removed ?? []).map((each) => `without ${each}`)].join(" ")}`,
  entered: (f) => `${who(f.person)} opened the chat.`,
  joined: (f) => `${who(f.person)} joined${into(f)}.`,
  left: (f) => (f.blocked ? `${who(f.person)} stopped the bot.` : `${who(f.person)} left${into(f)}.`),
  receipt: (f) => `The platform says of a message: ${f.status}.`,
};

const STATES = {
  waiting: "It waits to be recorded.",
  recorded: "Recorded.",
  ignored: "Set aside",
  dead: "Kept aside as unreadable",
};

const answer = {
  answered: (f) => `Answered from the article ${quoted(f.slug)}: certainty ${f.score}, ${f.threshold} was needed.`,
  offered: (f) => `Not sure enough (${f.score}, ${f.threshold} was needed), so it asked back: ${f.offered.join(", ")}.`,
  "handed-over": (f) => `Handed over to a person of ours${f.reason ? `: ${REASONS[f.reason] ?? f.reason}` : ""}.`,
  other: (f) => RESPONDERS[f.responder] ?? `Answered by ${f.responder ?? "the hub"}.`,
};

const delivery = {
  waiting: (f, time) =>
    `${said(f.text)} waits to be sent${f.notBefore ? `, not before ${time(f.notBefore)}` : ""}.${f.error ? ` ${f.error}` : ""}`,
  sending: (f) => `${said(f.text)} is being sent.`,
  sent: (f) =>
    `${f.attempts > 1 ? `Sent at attempt ${f.attempts}: ` : "Sent "}${closed(f.text)}${f.seen ? ` Since then: ${f.seen}.` : ""}`,
  failed: (f) => `${said(f.text)} could not be sent. ${f.error ?? ""}`,
  "maybe-sent": (f) => `${said(f.text)} may have been sent, and may not. ${f.error ?? ""}`,
};

export const en = {
  lab: "lab",
  otherLanguage: "中文",
  hubAt: (url) => `The hub is at ${url}. Nothing leaves this machine.`,
  lost: "The lab does not answer. Is it still running where you started it? This page tries again by itself.",
  customer: "You, the customer",
  platform: "Platform",
  person: "Person",
  place: "Where",
  newPerson: "Somebody new …",
  newPersonTitle: "Who are you?",
  newPlace: "Another group …",
  newPlaceTitle: "Which group?",
  name: "Name",
  direct: "Direct chat",
  groups: ["Tea lovers"],
  screen: "What stands on the screen",
  head: (person, platform, place) => (place ? `${person} in “${place}” on ${platform}` : `${person} on ${platform}`),
  screenEmpty: "Nothing here yet. Write something, or try one of these:",
  questions: ["When are you open?", "Do you ship abroad?", "I want to talk to a person"],
  message: "Message",
  placeholder: "Write as the customer",
  send: "Send",
  save: "Save the change",
  cancel: "Cancel",
  mention: "Mention the bot",
  photo: "Photo",
  scan: "Scan a code",
  join: "Join",
  leave: "Leave",
  block: "Block",
  reply: "Reply",
  edit: "Edit",
  remove: "Delete",
  react: "React",
  replyTo: (text) => `Answering ${said(text)}`,
  editing: "Changing your message",
  file: (name) => `File: ${name}`,
  wasEdited: "edited",
  wasDeleted: "Deleted",
  you: "You",
  bot: "The hub",
  photoTitle: "Send a picture",
  photoHint: "What you have written goes along as its caption.",
  photoSample: "Send the sample picture",
  photoOwn: "Choose a picture …",
  photoLarge: "This picture is too large for the lab: 5 MB at most.",
  scanTitle: "Scan an entry code",
  scanHint: "Each of these is an entry point of the hub. Scanning follows its short address, as a telephone does.",
  scanThis: "Scan",
  scanOther: "Another link or code",
  scanOpen: "Open",
  qrOf: (door) => `QR code of ${door}`,
  joinTitle: (place) => `Join “${place}”`,
  joinLink: "Invite link or code, if any",
  joinPlain: "Without a code",
  walk: "What the hub does",
  halts: "Which steps are shown",
  halt: { arrived: "Arrived", stored: "Stored", answered: "Answered", sent: "Sent", called: "Called" },
  clear: "Clear",
  limitBefore: "Refuse the next",
  limitMiddle: "sends with 429, for",
  limitAfter: "s",
  limitTimes: "How many sends",
  limitSeconds: "Seconds of Retry-After",
  limitSet: "Refuse",
  limitSaid: (times, seconds) =>
    `The next ${times === 1 ? "send" : `${times} sends`} will be refused for ${seconds} s.`,
  inside: (count) => `${count} sends came inside a Retry-After.`,
  empty: "What you do on the left appears here, step by step",
  emptySteps: [
    ["arrived", "what the platform delivers, raw, stored before it is acknowledged"],
    ["stored", "what it means: people, messages, touches"],
    ["answered", "what the bot decided, and on what evidence"],
    ["sent", "what goes out, how often it was tried, and what kept it"],
    ["called", "each call to the platform, and its answer"],
  ],
  json: "Details",
  copy: "Copy as fixture",
  copied: "Copied. Keep it as adapters/…/fixtures/NAME.json: the bug is now a test.",
  copyFailed: "The browser did not let this page copy. Select the JSON below instead.",
  step: {
    hit: (f, door) => `A ${f.device === "unknown" ? "device" : f.device} followed the code of ${quoted(door)}.`,
    arrival: (f) =>
      `${f.types ? `The platform delivered ${f.types.map((type) => TYPES[type] ?? type).join(", ") || "nothing to record"}` : "The platform delivered something that the adapter cannot read"}. ${STATES[f.state]}${f.reason ? `: ${f.reason}` : ""}`,
    event: (f) => (event[f.type] ?? ((facts) => `${who(facts.person)}: ${f.type}.`))(f),
    touch: (f, door) =>
      `${door ? `Came through ${quoted(door)}` : "Came through a door that the hub does not know"}: ${METHODS[f.method] ?? f.method} (confidence: ${f.confidence}).`,
    stage: (f) => `${who(f.person)} is now a ${f.toStage}; before, a ${f.fromStage}.`,
    file: (f) =>
      f.state === "kept"
        ? `Kept the file${f.name ? ` ${quoted(f.name)}` : ""}: by its content it is ${f.mimeType}, ${f.size} bytes.`
        : `The file${f.name ? ` ${quoted(f.name)}` : ""} ${f.state === "waiting" ? "waits to be fetched" : "is not kept"}.${f.reason ? ` ${f.reason}` : ""}`,
    answer: (f) =>
      (f.outcome && !RESPONDERS[f.responder]
        ? answer[f.outcome]
        : f.type === "handed-over"
          ? answer["handed-over"]
          : answer.other)(f),
    agent: (f) => (f.type === "replied" ? "A person of ours wrote." : "Given back to the bot."),
    delivery: (f, _door, time) => delivery[f.state](f, time),
    call: (f) =>
      `${/^[A-Z]+$/.test(f.method) ? `${f.method} ` : ""}${f.path} → ${f.status}${f.status === 429 ? ": refused, too fast" : f.status >= 400 ? ": refused" : ""}`,
  },
};
