import { echo } from "./messaging-emulator-calls.ts";
import {
  addFile,
  buttonsOf,
  fileAddress,
  getStartedPayload,
  hear,
  messageOf,
  newMid,
  store,
  tell,
  type Fields,
  type PersonState,
  type StoredFile,
  type StoredMessage,
  type World,
} from "./messaging-emulator-world.ts";

const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** A customer; each doing becomes what the platform would tell. Methods return the message's id, where there is one. */
export interface MessagingPerson {
  readonly id: string;
  readonly state: PersonState;
  says(text: string, more?: Fields): string;
  sendsPhoto(file?: { name: string; bytes: Buffer }, text?: string): string;
  sendsVoice(): string;
  sendsLocation(lat: number, long: number): string;
  /** Something that the platform does not show to apps. */
  sendsUnsupported(): string;
  /** Presses a button or quick reply, named by its payload or its label, under this message or the last that has it. */
  presses(option: string, mid?: string): void;
  /** Opens an entry link, or a code. Where the profile has no button for new chats, the platform tells nothing of it. */
  scans(linkOrCode: string): void;
  clicksAd(adId: string, ref?: string): void;
  /** Taps an ice breaker or a menu item, named by its title. */
  taps(title: string): void;
  edits(text: string, mid?: string): void;
  unsends(mid?: string): void;
  /** To the last message of the hub's, or the named one; `null` takes the reaction back. */
  reacts(emoji: string | null, mid?: string): void;
  /** Reads all that stands there. */
  reads(): void;
  repliesToStory(text: string): string;
  mentionsInStory(): string;
  blocks(): void;
  /** Somebody of the account answers in the platform's own inbox. */
  isAnsweredElsewhere(text: string, appId?: number): string;
}

export function createMessagingPerson(world: World, state: PersonState): MessagingPerson {
  const { id } = state;
  const did = (what: Fields) => {
    hear(world, state);
    tell(world, id, what);
  };
  const said = (body: Fields, files: number[] = []): string => {
    const { mid } = store(world, { person: id, from: "person", body, files });
    did({ message: { mid, ...body } });
    return mid;
  };
  return {
    id,
    state,
    ...wordsOf(world, said),
    ...changesOf(world, id, did),
    presses: (option, mid) => press(world, { id, option, mid }, said, did),
    scans: (link) => scan(world, state, codeIn(link), did),
    clicksAd(ad_id, ref) {
      const context = { ad_title: "Summer sale", post_id: "122099", photo_url: "https://scontent.example/ad.jpg" };
      const named = ref === undefined ? {} : { ref };
      enter(world, state, { ...named, ad_id, source: "ADS", type: "OPEN_THREAD", ads_context_data: context }, did);
    },
    taps: (title) => tap(world, title, {}, did),
    blocks() {
      state.isBlocking = true; // the platform tells nobody; the next send is refused
    },
    isAnsweredElsewhere(text, appId) {
      const sent = store(world, { person: id, from: "elsewhere", body: { text } });
      echo(world, sent, appId);
      return sent.mid;
    },
  };
}

type Said = (body: Fields, files?: number[]) => string;
type Words =
  "says" | "sendsPhoto" | "sendsVoice" | "sendsLocation" | "sendsUnsupported" | "repliesToStory" | "mentionsInStory";

/** What a person says, in words or pictures. */
function wordsOf(world: World, said: Said): Pick<MessagingPerson, Words> {
  const pixel: StoredFile = { name: "photo.png", mimeType: "image/png", bytes: PIXEL };
  const sends = (type: string, file: StoredFile, more: Fields = {}): string => {
    const index = addFile(world, file);
    return said({ ...more, attachments: [{ type, payload: { url: fileAddress(world, index) } }] }, [index]);
  };
  return {
    says: (text, more = {}) => said({ text, ...more }),
    sendsPhoto: (file, text) => sends("image", { ...pixel, ...file }, text === undefined ? {} : { text }),
    sendsVoice: () =>
      sends("audio", { name: "voice.mp4", mimeType: "audio/mp4", bytes: Buffer.from("emulated voice") }),
    sendsLocation: (lat, long) =>
      said({ attachments: [{ type: "location", title: "Pinned", payload: { coordinates: { lat, long } } }] }),
    sendsUnsupported: () => said({ is_unsupported: true, attachments: [{ type: "unsupported_type" }] }),
    repliesToStory(text) {
      const index = addFile(world, pixel);
      return said({ text, reply_to: { story: { id: "17890455278330001", url: fileAddress(world, index) } } }, [index]);
    },
    mentionsInStory: () => sends("story_mention", pixel),
  };
}

/** What a person does to messages that stand there. */
function changesOf(
  world: World,
  id: string,
  did: Did,
): Pick<MessagingPerson, "edits" | "unsends" | "reacts" | "reads"> {
  const lastOf = (isTheirs: boolean) =>
    world.messages.filter(({ person, from }) => person === id && (from === "person") === isTheirs).at(-1)?.mid;
  const wanted = (mid: string | undefined): StoredMessage => {
    const found = messageOf(world, mid);
    if (!found) throw new Error("There is no such message here.");
    return found;
  };
  return {
    edits(text, mid = lastOf(true)) {
      const message = wanted(mid);
      message.body.text = text;
      tell(world, id, { message_edit: { mid: message.mid, text, num_edit: ++message.edits } });
    },
    unsends(mid = lastOf(true)) {
      const message = wanted(mid);
      message.isDeleted = true;
      tell(world, id, { message: { mid: message.mid, is_deleted: true } });
    },
    reacts(emoji, mid = lastOf(false)) {
      const message = wanted(mid);
      message.reactions = emoji === null ? [] : [emoji];
      const reaction = emoji === null ? { action: "unreact" } : { action: "react", reaction: "other", emoji };
      did({ reaction: { mid: message.mid, ...reaction } });
    },
    reads() {
      const mid = lastOf(false);
      if (mid === undefined) return;
      tell(world, id, { read: world.platform.readsByTime ? { watermark: world.now().getTime() } : { mid } });
    },
  };
}

type Did = (what: Fields) => void;

interface Press {
  id: string;
  option: string;
  mid: string | undefined;
}

function press(world: World, { id, option, mid }: Press, said: (body: Fields) => string, did: Did): void {
  for (const message of [...world.messages].reverse()) {
    if (message.person !== id || message.from !== "hub" || (mid !== undefined && message.mid !== mid)) continue;
    const button = buttonsOf(message).find((each) => each.id === option || each.label === option);
    if (!button) continue;
    if (button.isQuickReply) said({ text: button.label, quick_reply: { payload: button.id } });
    else did({ postback: { mid: newMid(world), title: button.label, payload: button.id } });
    return;
  }
  throw new Error(`No message to this person has the button "${option}".`);
}

function codeIn(link: string): string {
  const ref = URL.canParse(link) ? new URL(link).searchParams.get("ref") : link;
  if (!ref) throw new Error("This is no entry link of the account's.");
  return ref;
}

function scan(world: World, state: PersonState, ref: string, did: Did): void {
  const source = world.platform.object === "page" ? "SHORTLINK" : "IGME-SOURCE-LINK";
  enter(world, state, { ref, source, type: "OPEN_THREAD" }, did);
}

/** In an open chat the door is told at once; in a new one only with the button that opens it. */
function enter(world: World, state: PersonState, referral: Fields, did: Did): void {
  if (state.heardAt) return did({ referral });
  const [question] = titlesOf(world, "ice_breakers");
  const payload = getStartedPayload(world);
  if (question !== undefined) return tap(world, question.title, { referral }, did);
  if (payload !== undefined) did({ postback: { mid: newMid(world), title: "Get Started", payload, referral } });
}

function tap(world: World, title: string, more: Fields, did: Did): void {
  const item = [...titlesOf(world, "ice_breakers"), ...titlesOf(world, "persistent_menu")].find(
    (each) => each.title === title,
  );
  if (!item) throw new Error(`Neither the menu nor the ice breakers have "${title}".`);
  did({ postback: { mid: newMid(world), ...item, ...more } });
}

function titlesOf({ profile }: World, name: string): { title: string; payload: string }[] {
  const locales = (profile[name] ?? []) as {
    call_to_actions: { question?: string; title?: string; payload: string }[];
  }[];
  return (locales[0]?.call_to_actions ?? []).map(({ question, title, payload }) => ({
    title: question ?? title ?? "",
    payload,
  }));
}
