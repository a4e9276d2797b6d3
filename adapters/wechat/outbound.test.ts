import { describe, expect, test } from "vitest";
import type { Part } from "../../src/contract/index.ts";
import { faultOf, never } from "../../tests/contract/small-hub.ts";
import { PNG, pathsOf, start, text, to } from "../../tests/support/wechat.ts";
import { parseXml } from "./xml.ts";

describe("messages", () => {
  test("text, a menu message, a card, a picture, a voice and a video arrive", async () => {
    const { account, connection, li, tools } = await start();
    await connection.send(to(li.openid, text("您好！")), never);
    const choice: Part = {
      type: "choice",
      prompt: "满意吗？",
      options: [
        { id: "101", label: "满意" },
        { id: "102", label: "不满意" },
      ],
    };
    await connection.send(to(li.openid, choice), never);
    await connection.send(
      to(li.openid, {
        type: "card",
        title: "Shoes",
        text: "Red",
        url: "https://shop.example/1",
        image: "https://shop.example/1.jpg",
      }),
      never,
    );
    const ref = await tools.files.put({ name: "照片.png", mimeType: "image/png", bytes: PNG });
    await connection.send(to(li.openid, { type: "file", kind: "image", ref }), never);
    const voice = await tools.files.put({ name: "hello", mimeType: "audio/mpeg", bytes: Buffer.from("ID3 emulated") });
    await connection.send(to(li.openid, { type: "file", kind: "audio", ref: voice }), never);

    const shown = li.screen.filter(({ from }) => from === "hub");
    expect(shown.map(({ text: words, options, file }) => ({ words, options, file }))).toEqual([
      { words: "您好！", options: [], file: undefined },
      { words: "满意吗？", options: choice.options, file: undefined },
      { words: "Shoes\nRed\nhttps://shop.example/1", options: [], file: undefined },
      { words: "", options: [], file: "__.png" },
      { words: "", options: [], file: "hello.mp3" },
    ]);
    expect(account.tokens.made).toBe(1);
  });

  test("a video that WeChat has already goes out under its id", async () => {
    const { account, connection, li } = await start();
    li.sendsVideo();
    const mediaId = "EmulatedMedia_1-video";
    await connection.send(to(li.openid, { type: "file", kind: "video", ref: `media:${mediaId}`, name: "tour" }), never);
    expect(li.screen.at(-1)).toMatchObject({ text: "tour", file: "video.mp4" });
    expect(pathsOf(account.calls)).not.toContain("media/upload");
  });

  test("where the account may send no menu messages, a choice goes as links that work alike", async () => {
    const { connection, li } = await start({ menuMessages: false });
    await connection.send(
      to(li.openid, { type: "choice", prompt: "满意吗？", options: [{ id: "101", label: "满意" }] }),
      never,
    );
    expect(li.screen.at(-1)).toMatchObject({ text: "满意吗？\n满意", options: [{ id: "101", label: "满意" }] });
    expect(li.picks("满意")).toMatch(/^\d+$/);
  });

  test("a template goes out when the window is closed, and its fate comes by its id", async () => {
    const { account, connection, li, time } = await start();
    time.now = new Date(time.now.getTime() + 72 * 3_600_000);
    const template: Part = {
      type: "template",
      name: "TPL-ORDER-0001",
      language: "zh_CN",
      values: { 1: "已发货", thing2: "鞋" },
      text: "已发货",
    };
    const { externalId } = await connection.send(to(li.openid, template), never);
    expect(li.screen.at(-1)?.text).toBe("keyword1: 已发货\nthing2: 鞋");
    expect(externalId).toMatch(/^7299\d{16}$/);
    expect(Number(externalId)).toBeGreaterThan(Number.MAX_SAFE_INTEGER);
    const xml = `<xml><ToUserName>a</ToUserName><FromUserName>${li.openid}</FromUserName><CreateTime>1767960000</CreateTime><MsgType>event</MsgType><Event>TEMPLATESENDJOBFINISH</Event><MsgID>${externalId}</MsgID><Status>success</Status></xml>`;
    expect(connection.decode(parseXml(xml))).toMatchObject([
      { type: "receipt", messageId: externalId, status: "delivered" },
    ]);
    expect(account.calls.filter(({ path }) => path.endsWith("template/send"))).toHaveLength(1);
  });

  test.each([
    ["a voice of the wrong kind", { kind: "audio" as const, mimeType: "audio/ogg" }, /AMR or MP3/],
    ["a picture of the wrong kind", { kind: "image" as const, mimeType: "image/webp" }, /JPEG, PNG/],
  ])("%s is refused in words before it is sent", async (_what, { kind, mimeType }, words) => {
    const { connection, li, tools } = await start();
    const ref = await tools.files.put({ name: "x", mimeType, bytes: PNG });
    const error = await faultOf(connection.send(to(li.openid, { type: "file", kind, ref }), never));
    expect(error.fault).toBe("refused");
    expect(error.message).toMatch(words);
  });

  test("a file from its public address is fetched, judged and uploaded once", async () => {
    let fetched = 0;
    const withPicture: typeof fetch = async (input, init) => {
      if (!String(input).startsWith("https://cdn.example/")) return fetch(input, init);
      fetched++;
      return new Response(PNG, { headers: { "content-type": "image/png" } });
    };
    const { account, connection, li } = await start({ tools: { fetch: withPicture } });
    const picture: Part = { type: "file", kind: "image", ref: "https://cdn.example/a/shoe.png" };
    await connection.send(to(li.openid, picture), never);
    await connection.send(to(li.openid, picture), never);
    expect(pathsOf(account.calls).filter((path) => path === "media/upload")).toHaveLength(1);
    expect(fetched).toBe(2);
    const gone = await faultOf(
      connection.send(to(li.openid, { ...picture, ref: "http://cdn.example/a.png" } as Part), never),
    );
    expect(gone.fault).toBe("refused");
  });
});

describe("windows and quotas", () => {
  test("five messages after one of theirs, none after 48 hours", async () => {
    const { connection, li, time } = await start();
    for (let i = 0; i < 5; i++) await connection.send(to(li.openid, text(String(i))), never);
    expect((await faultOf(connection.send(to(li.openid, text("6")), never))).fault).toBe("window-closed");
    li.says("还在吗");
    await connection.send(to(li.openid, text("在")), never);
    time.now = new Date(time.now.getTime() + 48 * 3_600_000 + 1);
    expect((await faultOf(connection.send(to(li.openid, text("迟了")), never))).fault).toBe("window-closed");
  });

  test("three messages within a minute of following", async () => {
    const { account, connection, time } = await start();
    const wu = account.person("Wu");
    wu.follows("K7mQ2xVb9c");
    for (let i = 0; i < 3; i++) await connection.send(to(wu.openid, text(String(i))), never);
    expect((await faultOf(connection.send(to(wu.openid, text("4")), never))).fault).toBe("window-closed");
    wu.clicks("HOURS");
    time.now = new Date(time.now.getTime() + 61_000);
    expect((await faultOf(connection.send(to(wu.openid, text("late")), never))).fault).toBe("window-closed");
  });

  test("the day's quota means tomorrow in China", async () => {
    const { account, connection, li, time } = await start();
    account.setDailyLimit(0);
    time.now = new Date("2026-01-15T15:59:00.000Z"); // 23:59 in Beijing
    const error = await faultOf(connection.send(to(li.openid, text("x")), never));
    expect(error).toMatchObject({ fault: "retry-after", retryAfterMs: 60_000, scope: "channel" });
  });

  test("who unfollowed or was blacklisted is gone; an unverified account is told what it lacks", async () => {
    const { account, connection, li } = await start();
    account.blacklist(li.openid);
    expect((await faultOf(connection.send(to(li.openid, text("x")), never))).fault).toBe("recipient-gone");
    li.unfollows();
    expect((await faultOf(connection.send(to(li.openid, text("x")), never))).fault).toBe("recipient-gone");
    const stranger = await faultOf(connection.send(to("oStranger", text("x")), never));
    expect(stranger.fault).toBe("recipient-gone");
    const lone = await start({ verified: false });
    const error = await faultOf(lone.connection.send(to(lone.li.openid, text("x")), never));
    expect(error.fault).toBe("refused");
    expect(error.message).toContain("微信认证");
  });
});

test("a platform that misbehaves never makes a send both fail for good and arrive, and nothing comes inside a 429", async () => {
  const { account, connection, li } = await start({
    seed: 7,
    faults: {
      busyShare: 0.15,
      serverErrorShare: 0.1,
      dropShare: 0.1,
      truncateShare: 0.1,
      tooMany: { share: 0.1, seconds: 0.02 },
    },
  });
  let arrived = 0;
  let doubtful = 0;
  for (let i = 0; i < 200; i++) {
    li.says(String(i));
    for (;;) {
      const outcome = await connection.send(to(li.openid, text(String(i))), never).then(
        () => "sent" as const,
        (error: unknown) => faultOf(Promise.reject(error)),
      );
      if (outcome === "sent") arrived++;
      else if (outcome.fault === "maybe-sent") doubtful++;
      else {
        expect(outcome.mayRetry).toBe(true);
        await new Promise((resolve) => setTimeout(resolve, (outcome.retryAfterMs ?? 0) + 1));
        continue;
      }
      break;
    }
  }
  expect(arrived + doubtful).toBe(200);
  expect(doubtful).toBeGreaterThan(5);
  expect(li.screen.filter(({ from }) => from === "hub")).toHaveLength(200);
  expect(account.insideRetryAfter).toBe(0);
});
