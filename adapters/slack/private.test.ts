import { describe, expect, test } from "vitest";
import { answerWith } from "../../tests/contract/canned-server.ts";
import { afterwards, faultOf, listen, never } from "../../tests/contract/small-hub.ts";
import { connect, emulate, text, to } from "../../tests/support/slack.ts";

describe("what only one person sees", () => {
  /** Ana types a command in a channel; the answer's place and address. */
  async function commanded() {
    const emulator = await emulate();
    const connection = connect(emulator);
    const { events } = listen(connection);
    const [ana, channel] = [emulator.person("Ana"), emulator.channel("general")];
    ana.commands("/shop", "hello", { channel });
    await emulator.settle();
    const [event] = events();
    return { emulator, connection, ana, channel, event: event! };
  }

  test("is answered at the command's own address, five times, then as an ephemeral message", async () => {
    const { emulator, connection, ana, channel, event } = await commanded();
    channel.members.add(ana.user.id);
    expect(event.place).toBe(`${channel.id}@${ana.user.id}`);
    const ids = new Set<string>();
    for (let i = 0; i < 7; i++) {
      const message = to(event.place, text("*Hi*"), {
        idempotencyKey: String(i),
        ...(event.referrer && { referrer: event.referrer }),
      });
      ids.add((await connection.send(message, never)).externalId);
    }
    expect(emulator.sent.map(({ method }) => method)).toEqual([
      ...Array<string>(5).fill("response_url"),
      "chat.postEphemeral",
      "chat.postEphemeral",
    ]);
    expect(emulator.sent.every(({ person }) => person === ana.user.id)).toBe(true);
    expect(ids.size).toBe(7);
    expect(emulator.sent[0]?.args).toMatchObject({
      response_type: "ephemeral",
      replace_original: false,
      blocks: [{ type: "rich_text" }],
    });
  });

  test("needs no membership while the address lives; later the window is closed", async () => {
    const { emulator, connection, channel, event } = await commanded();
    channel.members.clear();
    const referrer = event.referrer!;
    await connection.send(to(event.place, text("Hi"), { referrer }), never);
    expect(emulator.sent).toHaveLength(1);
    const late = await faultOf(
      connection.send(to(event.place, text("Late"), { referrer: { ...referrer, expiresAt: new Date(0) } }), never),
    );
    expect([late.fault, late.message]).toEqual(["window-closed", expect.stringMatching(/Invite the app/) as string]);
  });

  test("in a direct chat that is not ours, the answer goes to the command's address", async () => {
    const { emulator, connection, event } = await commanded();
    const referrer = event.referrer!;
    await connection.send(to("D0THEIRS", text("Hi"), { referrer }), never);
    expect(emulator.sent).toMatchObject([{ method: "response_url" }]);
    expect((await faultOf(connection.send(to("D0THEIRS", text("Hi")), never))).fault).toBe("recipient-gone");
  });

  test("an address that is not Slack's is never called", async () => {
    const emulator = await emulate();
    const elsewhere = await answerWith({ body: "ok" });
    afterwards(() => elsewhere.close());
    const referrer = { data: { responseUrl: `${elsewhere.url}/hook` }, expiresAt: new Date(Date.now() + 60_000) };
    await faultOf(connect(emulator).send(to("C0X@U0X", text("Hi"), { referrer }), never));
    expect(elsewhere.asked).toEqual([]);
  });

  test("no message can be changed that nobody else can see, and no file be shown", async () => {
    const { connection, channel, ana } = await commanded();
    const place = `${channel.id}@${ana.user.id}`;
    const edit = connection.act?.(
      { type: "edit", place, messageId: `${channel.id}:private:k`, parts: text("x") },
      never,
    );
    expect((await faultOf(edit)).fault).toBe("refused");
    expect((await faultOf(connection.send(to(place, [{ type: "file", kind: "image", ref: "f" }]), never))).fault).toBe(
      "refused",
    );
  });
});
