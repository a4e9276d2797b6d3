import { randomBytes } from "node:crypto";
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import type { Faults } from "./emulator-faults.ts";
import { rawGuild, type Fields, type World } from "./emulator-world.ts";

const OP = { dispatch: 0, heartbeat: 1, identify: 2, resume: 6, reconnect: 7, invalid: 9, hello: 10, ack: 11 } as const;
/** Events that a session keeps for a resume. */
const MOST_KEPT = 5_000;
const MEMBERS = 1 << 1;
const INVITES = 1 << 6;
const CONTENT = 1 << 15;
/** The intent that an event needs; the others come to everybody. */
const NEEDS: Readonly<Record<string, number>> = {
  GUILD_MEMBER_ADD: MEMBERS,
  GUILD_MEMBER_REMOVE: MEMBERS,
  INVITE_CREATE: INVITES,
  INVITE_DELETE: INVITES,
};

interface Session {
  id: string;
  sequence: number;
  intents: number;
  kept: { s: number; text: string }[];
  socket: WebSocket | undefined;
  /** The number up to which the bot says that it has everything. */
  heard: number;
}

export interface GatewayHistory {
  identified: number;
  resumed: number;
  refusedResumes: number;
  heartbeats: number;
  /** Close codes that the bot gave. */
  closes: number[];
}

export interface GatewayOptions {
  heartbeatMs: number;
  /** Privileged intents that the app has (GUILD_MEMBERS, MESSAGE_CONTENT). */
  granted: { members: boolean; content: boolean };
}

interface GatewayState {
  world: World;
  faults: Faults;
  options: GatewayOptions;
  random: () => number;
  sessions: Map<string, Session>;
  history: GatewayHistory;
  port: number;
}

/** Discord's gateway: sessions that number what they deliver, keep it for a while, and can be resumed. */
export function createGatewayServer(world: World, faults: Faults, options: GatewayOptions, random: () => number) {
  const sockets = new WebSocketServer({ noServer: true });
  const sessions = new Map<string, Session>();
  const history: GatewayHistory = { identified: 0, resumed: 0, refusedResumes: 0, heartbeats: 0, closes: [] };
  const state: GatewayState = { world, faults, options, random, sessions, history, port: 0 };
  sockets.on("connection", (socket: WebSocket) => serve(state, socket));

  return {
    history,
    dispatch: (t: string, d: Fields) => dispatch(state, t, d),
    attach(server: Server, at: number): void {
      state.port = at;
      server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) =>
        sockets.handleUpgrade(request, socket, head, (opened) => sockets.emit("connection", opened, request)),
      );
    },
    /** The line breaks without a word. */
    drop: () => sockets.clients.forEach((socket) => socket.terminate()),
    askReconnect: () => sockets.clients.forEach((socket) => say(socket, { op: OP.reconnect, d: null })),
    /** The session is over; what was not delivered is lost. */
    invalidate(): void {
      sessions.clear();
      sockets.clients.forEach((socket) => say(socket, { op: OP.invalid, d: false }));
    },
    forgetSessions: () => sessions.clear(),
    closeWith: (code: number) => sockets.clients.forEach((socket) => socket.close(code)),
    get connected() {
      return [...sessions.values()].some(({ socket }) => socket !== undefined);
    },
    /** Whether heartbeats have said that everything arrived. */
    get isAcknowledged() {
      return [...sessions.values()].every(({ heard, sequence }) => heard >= sequence);
    },
    close: () => {
      sockets.clients.forEach((socket) => socket.terminate());
      sockets.close();
    },
  };
}

/** One line: greets, and does what the bot asks on it. */
function serve(state: GatewayState, socket: WebSocket): void {
  const { options, faults, history, sessions } = state;
  let session: Session | undefined;
  say(socket, { op: OP.hello, d: { heartbeat_interval: options.heartbeatMs } });
  socket.on("message", (data) => {
    const { op, d } = JSON.parse(String(data)) as { op: number; d: Fields & number };
    if (op === OP.identify) session = identify(state, socket, d);
    if (op === OP.resume) session = resume(state, socket, d);
    if (op !== OP.heartbeat) return;
    if (session && typeof d === "number") session.heard = d;
    history.heartbeats++;
    if (!faults.deaf) say(socket, { op: OP.ack });
  });
  socket.on("close", (code) => {
    history.closes.push(code);
    if (session?.socket !== socket) return;
    session.socket = undefined;
    if (code === 1_000 || code === 1_001) sessions.delete(session.id); // the bot said that it is done
  });
}

function identify(state: GatewayState, socket: WebSocket, { token, intents }: Fields): Session | undefined {
  const { world, options, history, sessions, port } = state;
  if (world.isRevoked || token !== world.token) return void socket.close(4_004, "Authentication failed.");
  const wants = Number(intents);
  const lacksMembers = (wants & MEMBERS) !== 0 && !options.granted.members;
  const lacksContent = (wants & CONTENT) !== 0 && !options.granted.content;
  if (lacksMembers || lacksContent) return void socket.close(4_014, "Disallowed intent(s).");
  history.identified++;
  const session: Session = {
    id: randomBytes(16).toString("hex"),
    sequence: 0,
    intents: wants,
    kept: [],
    socket,
    heard: 0,
  };
  sessions.set(session.id, session);
  const guilds = [...world.guilds.values()];
  deliver(state, session, "READY", {
    v: 10,
    user: world.bot,
    guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
    session_id: session.id,
    resume_gateway_url: `ws://127.0.0.1:${port}`,
    application: { id: world.bot.id, flags: 0 },
    shard: [0, 1],
  });
  for (const guild of guilds) deliver(state, session, "GUILD_CREATE", rawGuild(world, guild));
  return session;
}

function resume(state: GatewayState, socket: WebSocket, { token, session_id, seq }: Fields): Session | undefined {
  const { world, faults, history, sessions } = state;
  const session = sessions.get(String(session_id));
  const first = session?.kept[0]?.s ?? 0;
  if (world.isRevoked || token !== world.token) return void socket.close(4_004, "Authentication failed.");
  if (!session || faults.refuseResume || Number(seq) < first - 1) {
    history.refusedResumes++;
    return void say(socket, { op: OP.invalid, d: false });
  }
  if (Number(seq) > session.sequence) return void socket.close(4_007, "Invalid seq.");
  history.resumed++;
  session.socket = socket;
  for (const { s, text } of session.kept) if (s > Number(seq)) socket.send(text);
  deliver(state, session, "RESUMED", {});
  return session;
}

function dispatch(state: GatewayState, t: string, d: Fields): void {
  const { faults, random, sessions } = state;
  const need = NEEDS[t] ?? 0;
  for (const session of sessions.values()) {
    if (need !== 0 && (session.intents & need) === 0) continue;
    deliver(state, session, t, d);
    if (faults.duplicateShare > 0 && random() < faults.duplicateShare) deliver(state, session, t, d);
  }
}

function deliver({ world }: GatewayState, session: Session, t: string, d: Fields): void {
  const s = ++session.sequence;
  const text = JSON.stringify({ op: OP.dispatch, s, t, d: seenBy(session, t, d, world.bot.id) });
  session.kept.push({ s, text });
  if (session.kept.length > MOST_KEPT) session.kept.shift();
  session.socket?.send(text);
}

/** Without the Message Content Intent a server's messages come without words, unless they name the bot. */
function seenBy({ intents }: Session, t: string, d: Fields, botId: string): Fields {
  const isOpen = !t.startsWith("MESSAGE_") || d.guild_id === undefined || (intents & CONTENT) !== 0;
  if (isOpen || d.content === undefined || JSON.stringify(d.mentions ?? []).includes(botId)) return d;
  return { ...d, content: "", embeds: [], attachments: [], components: [] };
}

export type GatewayServer = ReturnType<typeof createGatewayServer>;

function say(socket: WebSocket, payload: object): void {
  socket.send(JSON.stringify(payload));
}
