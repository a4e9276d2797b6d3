import { expect, test } from "vitest";
import type { ContactRow, ContactView, ConversationView } from "../contract/api-conversations.ts";
import { Conflict, NotFound, type Page } from "../contract/index.ts";
import type { RecordedEvent } from "../corridor/index.ts";
import { newId } from "../lib/ids.ts";
import { conversationsWorld, type ConversationsWorld } from "../../tests/support/conversations.ts";
import { createVouching } from "./people.ts";

const vouchedFor = createVouching(async () => undefined);

const NOBODY = "0190a000-0000-7000-8000-000000000001";

/** Two people as the platform knows them: Ana by chat, Ana by another account. */
async function twoAnas() {
  const world = await conversationsWorld();
  const conversations = [
    await world.hears({ place: "ana", text: "Hi" }),
    await world.hears({ place: "ana2", text: "Hi again" }),
  ];
  const [one, two] = await Promise.all(conversations.map((id) => contactOf(world, id)));
  return { world, conversations, one: one!, two: two! };
}

async function contactOf(world: ConversationsWorld, conversationId: string): Promise<ContactView> {
  const { contact } = await world.call<ConversationView>("get", `/conversations/${conversationId}`);
  return world.call<ContactView>("get", `/contacts/${contact!.id}`);
}

const get = (world: ConversationsWorld, id: string) => world.call<ContactView>("get", `/contacts/${id}`);
const facts = ({ links: _links, ...rest }: ContactView) => rest;

test("a link moves the identity with its conversation, and undoing it puts everything back exactly", async () => {
  const { world, conversations, one, two } = await twoAnas();
  const identityId = two.identities[0]!.id;
  const linked = await world.call<ContactView>("post", `/contacts/${one.id}/links`, {
    identityId,
    evidence: "She told us so.",
  });
  expect(linked.identities.map(({ externalId }) => externalId).sort()).toEqual(["ana", "ana2"]);
  expect(linked.conversations.map(({ id }) => id).sort()).toEqual([...conversations].sort());
  expect(linked.links).toMatchObject([
    {
      identityId,
      fromContactId: two.id,
      toContactId: one.id,
      evidence: "She told us so.",
      linkedBy: world.agent.staffId,
      undoneAt: null,
    },
  ]);
  expect(linked.name, "what each contact was called stays its own").toBe(one.name);
  expect(await get(world, two.id)).toMatchObject({ name: two.name, identities: [], conversations: [] });
  const list = await world.call<Page<ContactRow>>("get", "/contacts");
  expect(
    list.items.map(({ id }) => id),
    "the emptied contact is not listed",
  ).toEqual([one.id]);

  const back = await world.call<ContactView>("post", `/links/${linked.links[0]!.id}/undo`);
  expect(facts(back)).toEqual(facts(two));
  expect(facts(await get(world, one.id))).toEqual(facts(one));
  expect(back.links[0]!.undoneAt).not.toBeNull();
  expect(world.told).toContain(`contact ${one.id}`);
  await expect(world.call("post", `/links/${linked.links[0]!.id}/undo`)).rejects.toBeInstanceOf(Conflict);
});

test("a chain of links is undone from its end", async () => {
  const { world, one, two } = await twoAnas();
  const three = await contactOf(world, await world.hears({ place: "ana3", text: "Hi" }));
  const identityId = two.identities[0]!.id;
  const link = async (to: string) =>
    (await world.call<ContactView>("post", `/contacts/${to}/links`, { identityId, evidence: "e-mail" })).links.at(-1)!
      .id;
  const [first, second] = [await link(one.id), await link(three.id)];
  await expect(world.call("post", `/links/${first}/undo`)).rejects.toBeInstanceOf(Conflict);
  expect((await world.call<ContactView>("post", `/links/${second}/undo`)).id).toBe(one.id);
  expect(facts(await world.call<ContactView>("post", `/links/${first}/undo`))).toEqual(facts(two));
  expect(facts(await get(world, three.id))).toEqual(facts(three));
});

test("wrong links are refused in words", async () => {
  const { world, one } = await twoAnas();
  const identityId = one.identities[0]!.id;
  const evidence = "none";
  await expect(world.call("post", `/contacts/${one.id}/links`, { identityId, evidence })).rejects.toBeInstanceOf(
    Conflict,
  );
  await expect(world.call("post", `/contacts/${NOBODY}/links`, { identityId, evidence })).rejects.toBeInstanceOf(
    NotFound,
  );
  await expect(
    world.call("post", `/contacts/${one.id}/links`, { identityId: NOBODY, evidence }),
  ).rejects.toBeInstanceOf(NotFound);
  await expect(world.call("post", `/contacts/${one.id}/links`, { identityId, evidence: " " })).rejects.toThrow();
  await expect(world.call("post", `/links/${NOBODY}/undo`)).rejects.toBeInstanceOf(NotFound);
  await expect(get(world, NOBODY)).rejects.toBeInstanceOf(NotFound);
});

test("two agents who link two contacts crosswise at once end in a state that is one of both orders", async () => {
  const { world, one, two } = await twoAnas();
  const evidence = "at once";
  const results = await Promise.allSettled([
    world.call("post", `/contacts/${one.id}/links`, { identityId: two.identities[0]!.id, evidence }),
    world.call("post", `/contacts/${two.id}/links`, { identityId: one.identities[0]!.id, evidence }),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
  const [first, second] = [await get(world, one.id), await get(world, two.id)];
  expect([...first.identities, ...second.identities]).toHaveLength(2);
  for (const contact of [first, second]) {
    for (const conversation of contact.conversations) expect(conversation.contact!.id).toBe(contact.id);
    expect(contact.conversations).toHaveLength(contact.identities.length);
  }
});

test("people are found by part of a name or id, and no letter is a wildcard", async () => {
  const { world, one, two } = await twoAnas();
  await contactOf(world, await world.hears({ place: "100%_sure", text: "Hi" }));
  const search = async (q: string) =>
    (await world.call<Page<ContactRow>>("get", `/contacts?q=${encodeURIComponent(q)}`)).items.map(({ name }) => name);
  expect(await search("AN")).toEqual([two.name, one.name]);
  expect(await search("%")).toEqual(["100%_sure"]);
  expect(await search("a_")).toEqual([]);
  expect(await search("' OR 1=1 --")).toEqual([]);
  const first = await world.call<Page<ContactRow>>("get", "/contacts?limit=2");
  const rest = await world.call<Page<ContactRow>>("get", `/contacts?limit=2&cursor=${first.next}`);
  expect([...first.items, ...rest.items]).toHaveLength(3);
  expect(first.items[0]).toMatchObject({ channels: ["loopback"], stage: "visitor" });
  expect((await world.call<Page<ContactRow>>("get", "/contacts?stage=customer")).items).toEqual([]);
});

test("a visitor whom the website vouches for keeps what they did before, by a link", async () => {
  const { world, one, two } = await twoAnas();
  const event: RecordedEvent = {
    id: newId(),
    seq: 9,
    channelId: world.channel.id,
    conversationId: two.conversations[0]!.id,
    placeKind: "direct",
    identityId: two.identities[0]!.id,
    contactId: two.id,
    newContact: false,
    event: { type: "entered", id: "e", place: "ana2", placeKind: "direct", placeBefore: "ana", sentAt: new Date(0) },
    sentAt: new Date(0),
  };
  const observe = () => world.db.transaction((tx) => vouchedFor.observe([event], tx));
  await observe();
  await observe();
  const now = await get(world, two.id);
  expect(now.identities.map(({ externalId }) => externalId).sort()).toEqual(["ana", "ana2"]);
  expect(now.links).toHaveLength(1);
  expect(facts(await world.call<ContactView>("post", `/links/${now.links[0]!.id}/undo`))).toEqual(facts(one));

  await world.db.transaction((tx) =>
    vouchedFor.observe([{ ...event, placeKind: "group", event: { ...event.event, placeKind: "group" } as never }], tx),
  );
  expect((await get(world, two.id)).identities).toHaveLength(1);
});
