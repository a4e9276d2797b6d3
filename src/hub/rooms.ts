import { createAttribution } from "../attribution/index.ts";
import type { Asker } from "../contract/index.ts";
import { createAnsweredElsewhere, createConversations, createVouching, createWelcome } from "../conversations/index.ts";
import { createCorridor, type Outbox, type Responder } from "../corridor/index.ts";
import { createHandover } from "../handover/index.ts";
import { articleOption, createKnowledge } from "../knowledge/index.ts";
import { createGuardedFetch } from "../lib/guarded-fetch.ts";
import { createMedia } from "../media/index.ts";
import { createNotify } from "../notify/index.ts";
import { createOrganisation } from "../organisation/index.ts";
import { createStaff } from "../staff/index.ts";
import { createVoice } from "../voice/index.ts";
import type { Ground } from "./ground.ts";

export type Rooms = ReturnType<typeof furnishRooms>;

/** What a room uses once everything stands: the corridor is made of the rooms, and some of them speak through it. */
interface Later {
  outbox(): Outbox;
  giveBack(conversationId: string, asker: Asker): Promise<void>;
}

/** The rooms, and the corridor that runs through them. */
export function furnishRooms(ground: Ground, responders: readonly Responder[]) {
  const { db, clock, log, signals } = ground;
  const rooms = makeRooms(ground, {
    outbox: () => corridor.outbox,
    giveBack: (conversationId, asker) => conversations.inbox.giveBack(conversationId, asker),
  });
  const corridor = joinCorridor(ground, rooms, responders);
  const conversations = createConversations({
    db,
    clock,
    log,
    outbox: corridor.outbox,
    onMoved: rooms.onMoved,
    live: { changed: (topic, id) => signals.send(topic, id) },
  });
  const { audit, tokens, claims } = rooms.staff;
  return { ...rooms, corridor, conversations, audit, tokens, claims };
}

function makeRooms(ground: Ground, later: Later) {
  const { config, db, clock, log, vault, signals, registry, publicUrl } = ground;
  const fetch = createGuardedFetch({ allowPrivate: config.allowPrivateAddresses });
  const changed = (topic: string, id: string) => signals.send(topic, id);
  const base = { db, clock, log };
  const staff = createStaff({ db, clock, vault, publicUrl, fetch });
  const audit = staff.audit.append;
  const knowledge = createKnowledge({
    ...base,
    voice: { ...later, changed },
    onLearned: () => signals.send("knowledge"),
    outside: { vault, fetch, allowPrivateAddresses: config.allowPrivateAddresses, audit },
  });
  const media = createMedia({ ...base, channels: registry, maxBytes: config.maxFileBytes });
  const attribution = createAttribution({
    ...{ ...base, vault, fetch, audit, articleOption },
    publicUrl: () => publicUrl,
    salt: vault.derive("visitor hashes"),
    entryLink: ground.desk.entryLink,
    entryMethods: (channelId) => registry.get(channelId)?.adapter.capabilities.entry ?? [],
  });
  const notify = createNotify({ db, clock, fetch, audit, vault, allowPrivate: config.allowPrivateAddresses });
  const organisation = createOrganisation({ db, audit });
  const voice = createVoice({ ...base, outbox: later.outbox, changed });
  const handover = createHandover({ ...base, changed: (id) => changed("conversation", id) });
  const onMoved: typeof attribution.onIdentityMoved = async (move, tx) => {
    await attribution.onIdentityMoved(move, tx);
    await voice.onIdentityMoved(move, tx);
  };
  return { attribution, handover, knowledge, media, notify, organisation, staff, voice, onMoved };
}

/** Who sees what was recorded, and who may answer, each in this order. */
function joinCorridor(ground: Ground, rooms: ReturnType<typeof makeRooms>, responders: readonly Responder[]) {
  const { config, db, clock, log, signals, registry, metrics } = ground;
  const { attribution, handover, knowledge, media, notify, voice } = rooms;
  return createCorridor({
    db,
    signals,
    clock,
    log,
    metrics,
    channels: registry,
    hubId: ground.hubId,
    observers: [
      media.observer,
      handover.keepsApart([
        attribution.observer,
        createVouching(rooms.onMoved),
        createAnsweredElsewhere(),
        knowledge.observer,
        voice.observer,
        notify.observer,
      ]),
    ],
    responders: [
      attribution.landing,
      createWelcome({ db, clock }),
      ...responders,
      ...handover.first,
      voice.responder,
      handover.completes(knowledge.responder),
      handover.last,
    ],
    onOthers: (live) => (ground.others.live = live),
    mostWaiting: config.mostWaiting,
  });
}
