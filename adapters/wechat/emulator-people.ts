import { addMedia } from "./emulator-methods.ts";
import type { Pushes } from "./emulator-pushes.ts";
import { nextId, openWindow, personIn, type PersonState, type ScreenMessage, type World } from "./emulator-world.ts";

/** A customer. What they do is pushed to the hub; what is said returns the message's id. */
export interface Person {
  readonly openid: string;
  readonly screen: readonly ScreenMessage[];
  says(text: string): string;
  sendsPicture(name?: string, bytes?: Buffer): string;
  sendsVoice(recognised?: string): string;
  sendsVideo(kind?: "video" | "shortvideo"): string;
  sendsPlace(latitude: number, longitude: number, label: string): string;
  sendsLink(title: string, url: string): string;
  /** Follows the account, through a QR code's scene where there is one. */
  follows(scene?: string): void;
  /** Scans a QR code, by its address or its scene: follows first where they do not yet. */
  scans(code: string): void;
  unfollows(): void;
  /** Presses a button of the account's menu. */
  clicks(key: string): void;
  views(url: string): void;
  /** Presses an option under a message on their screen, named by id or label. */
  picks(option: string, messageId?: string): string;
  /** Another event, by its name. */
  triggers(event: string, more?: Record<string, string | number>): void;
}

const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

type Fields = Record<string, string | number>;

interface Doer {
  world: World;
  pushes: Pushes;
  state: PersonState;
}

export function createPerson(world: World, pushes: Pushes, origin: string, openid: string): Person {
  const doer: Doer = { world, pushes, state: personIn(world, openid) };
  const { state } = doer;
  return {
    openid,
    screen: state.screen,
    ...createWriting(doer, origin),
    follows: (scene) => {
      state.follows = false;
      enter(doer, scene, scene === undefined ? "" : `gQTicketOf${scene}`);
    },
    scans(code) {
      const qr = world.scenes.get(code) ?? [...world.scenes.values()].find(({ scene }) => scene === code);
      if (!qr) throw new Error(`There is no QR code ${code}.`);
      if (!qr.permanent && qr.untilMs <= world.now().getTime()) throw new Error("The QR code is no longer good.");
      enter(doer, qr.scene, qr.ticket);
    },
    unfollows() {
      state.follows = false;
      state.windows = [];
      trigger(doer, "unsubscribe", { EventKey: "" });
    },
    clicks(key) {
      openWindow(world, state, "acted");
      trigger(doer, "CLICK", { EventKey: key });
    },
    views: (url) => trigger(doer, "VIEW", { EventKey: url, MenuId: 430_432_109 }),
    picks: (option, messageId) => pick(doer, option, messageId),
    triggers: (event, more = {}) => trigger(doer, event, more),
  };
}

type Writing = Pick<Person, "says" | "sendsPicture" | "sendsVoice" | "sendsVideo" | "sendsPlace" | "sendsLink">;

function createWriting(doer: Doer, origin: string): Writing {
  const { world } = doer;
  return {
    says: (text) => write(doer, "text", { Content: text }, { text }),
    sendsPicture(name = "picture.png", bytes = PIXEL) {
      const MediaId = addMedia(world, "image", { name, mimeType: "image/png", bytes });
      return write(doer, "image", { PicUrl: `${origin}/files/${MediaId}`, MediaId }, { file: name });
    },
    sendsVoice(recognised) {
      const bytes = Buffer.from("#!AMR\n");
      const MediaId = addMedia(world, "voice", { name: "voice.amr", mimeType: "audio/amr", bytes });
      const fields: Fields = { MediaId, Format: "amr" };
      if (recognised !== undefined) fields.Recognition = recognised;
      return write(doer, "voice", fields, { file: "voice.amr" });
    },
    sendsVideo(kind = "video") {
      const bytes = Buffer.from("emulated video");
      const MediaId = addMedia(world, "video", { name: "video.mp4", mimeType: "video/mp4", bytes });
      return write(doer, kind, { MediaId, ThumbMediaId: `${MediaId}-thumb` }, { file: "video.mp4" });
    },
    sendsPlace: (latitude, longitude, Label) =>
      write(doer, "location", { Location_X: latitude, Location_Y: longitude, Scale: 20, Label }, { text: Label }),
    sendsLink: (Title, Url) => write(doer, "link", { Title, Description: "", Url }, { text: `${Title}\n${Url}` }),
  };
}

function write({ world, pushes, state }: Doer, kind: string, fields: Fields, shown: Partial<ScreenMessage>): string {
  const MsgId = nextId(world);
  openWindow(world, state, "wrote");
  state.screen.push({ id: MsgId, from: "person", text: "", options: [], at: world.now(), ...shown });
  pushes.push(state, { MsgType: kind, ...fields, MsgId });
  return MsgId;
}

function trigger({ pushes, state }: Doer, Event: string, more: Fields): void {
  pushes.push(state, { MsgType: "event", Event, ...more });
}

function enter(doer: Doer, scene: string | undefined, ticket: string): void {
  const { world, state } = doer;
  const isNew = !state.follows;
  state.follows = true;
  openWindow(world, state, "acted");
  if (scene === undefined) return trigger(doer, "subscribe", { EventKey: "" });
  const EventKey = isNew ? `qrscene_${scene}` : scene;
  trigger(doer, isNew ? "subscribe" : "SCAN", { EventKey, Ticket: ticket });
}

/** The press of a menu message comes as a text that bears the option's id, and counts as a press. */
function pick({ world, pushes, state }: Doer, option: string, messageId?: string): string {
  const asked = [...state.screen].reverse().filter(({ id }) => messageId === undefined || id === messageId);
  const found = asked.flatMap(({ options }) => options).find(({ id, label }) => id === option || label === option);
  if (!found) throw new Error(`No message on the screen has the option "${option}".`);
  const MsgId = nextId(world);
  openWindow(world, state, "acted");
  state.screen.push({ id: MsgId, from: "person", text: found.label, options: [], at: world.now() });
  pushes.push(state, { MsgType: "text", Content: found.label, MsgId, bizmsgmenuid: found.id });
  return MsgId;
}
