import { describe, expect, test } from "vitest";
import type { Part } from "../../src/contract/index.ts";
import { memoryFiles } from "../../src/lib/memory-tools.ts";
import { answerWith } from "../../tests/contract/canned-server.ts";
import { afterwards, faultOf, listen, never } from "../../tests/contract/small-hub.ts";
import { connect, emulate, to } from "../../tests/support/slack.ts";

describe("files", () => {
  const bytes = Buffer.from("%PDF \0\r\n-- binary\xff");

  test("a photo is fetched with the token, and sent on", async () => {
    const emulator = await emulate();
    const connection = connect(emulator);
    const { events } = listen(connection);
    const ana = emulator.person("Ana");
    ana.sendsFile("shoe.png", "image/png", bytes, "My shoes");
    await emulator.settle();
    const [photo] = (events()[0] as { parts: Part[] }).parts;
    if (photo?.type !== "file") throw new Error("No photo came.");
    const response = await connection.fetchFile?.(photo.ref, never);
    expect(response?.headers.get("content-type")).toBe("image/png");
    expect(Buffer.from((await response?.arrayBuffer()) ?? new ArrayBuffer(0))).toEqual(bytes);
    const { externalId } = await connection.send(to(ana.chat.id, [photo]), never);
    expect(externalId).toMatch(/^D\w+:file:F\w+$/);
    await connection.act?.({ type: "delete", place: ana.chat.id, messageId: externalId }, never);
    await connection.act?.({ type: "delete", place: ana.chat.id, messageId: externalId }, never); // already gone
  });

  test("a login page is not the file, and the token goes nowhere else", async () => {
    const emulator = await emulate({ faults: { loginPage: true } });
    const connection = connect(emulator);
    const { events } = listen(connection);
    emulator.person("Ana").sendsFile("a.pdf", "application/pdf", bytes);
    await emulator.settle();
    const [file] = (events()[0] as { parts: { ref: string }[] }).parts;
    const error = await faultOf(connection.fetchFile?.(file?.ref ?? "", never));
    expect([error.fault, error.message]).toEqual([
      "refused",
      expect.stringMatching(/login page.*files:read/) as string,
    ]);

    const stored = emulator.world.files.get(file?.ref ?? "");
    const elsewhere = await answerWith({ body: "x" });
    afterwards(() => elsewhere.close());
    Object.assign(stored ?? {}, { url_private: `${elsewhere.url}/f`, url_private_download: `${elsewhere.url}/f` });
    expect((await faultOf(connection.fetchFile?.(file?.ref ?? "", never))).fault).toBe("refused");
    expect(elsewhere.asked).toEqual([]);
    expect((await faultOf(connection.fetchFile?.("../../etc", never))).fault).toBe("refused");
  });

  test("the hub's own bytes are uploaded in Slack's three steps", async () => {
    const emulator = await emulate();
    const files = memoryFiles();
    const connection = connect(emulator, {}, { files });
    const ref = await files.put({ name: "price list.pdf", mimeType: "application/pdf", bytes });
    const ana = emulator.person("Ana");
    const { externalId } = await connection.send(to(ana.user.id, [{ type: "file", kind: "document", ref }]), never);
    const id = externalId.split(":").at(-1) ?? "";
    expect(emulator.world.files.get(id)).toMatchObject({ name: "price list.pdf", bytes, isShared: true });
    expect(externalId.startsWith(ana.chat.id)).toBe(true);
    expect(emulator.calls.map(({ method }) => method)).toEqual([
      "conversations.open",
      "files.getUploadURLExternal",
      "POST",
      "files.completeUploadExternal",
    ]);
  });

  test("an upload that fails has sent nothing; only the last step may be uncertain", async () => {
    const emulator = await emulate({ faults: { uploadFails: true } });
    const files = memoryFiles();
    const ref = await files.put({ name: "a.pdf", mimeType: "application/pdf", bytes });
    const send = () =>
      connect(emulator, {}, { files }).send(
        to(emulator.person("Ana").chat.id, [{ type: "file", kind: "document", ref }]),
        never,
      );
    expect((await faultOf(send())).fault).toBe("unreachable");
    emulator.faults.uploadFails = false;
    emulator.faults.dropShare = 1;
    expect((await faultOf(send())).fault).toBe("maybe-sent");
    expect(
      (
        await faultOf(
          connect(emulator).send(
            to(emulator.person("Ana").chat.id, [{ type: "file", kind: "document", ref: "gone" }]),
            never,
          ),
        )
      ).message,
    ).toMatch(/gone/);
  });

  test("a public picture is fetched by Slack itself", async () => {
    const emulator = await emulate();
    await connect(emulator).send(
      to(emulator.person("Ana").chat.id, [
        { type: "file", kind: "image", ref: "https://shop.example/a.jpg", alt: "A shoe" },
      ]),
      never,
    );
    expect(emulator.sent[0]?.args.blocks).toEqual([
      { type: "image", image_url: "https://shop.example/a.jpg", alt_text: "A shoe" },
    ]);
  });
});
