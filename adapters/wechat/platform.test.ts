import { describe, expect, test } from "vitest";
import { faultOf, never } from "../../tests/contract/small-hub.ts";
import { PNG, pathsOf, start, text, to } from "../../tests/support/wechat.ts";

describe("the access token", () => {
  test("is asked for once, by however many sends in however many hubs", async () => {
    const { account, connect, li } = await start();
    li.says("2");
    await Promise.all(
      [connect(), connect(), connect(), connect(), connect()].map((each) =>
        each.act?.({ type: "typing", place: li.openid }, never),
      ),
    );
    expect(account.tokens.made).toBe(1);
    expect(pathsOf(account.calls).filter((path) => path === "stable_token")).toHaveLength(1);
  });

  test("that ran out is replaced once, and every send goes through", async () => {
    const { account, connect, li } = await start();
    const [one, two] = [connect(), connect()];
    await one.send(to(li.openid, text("1")), never);
    await two.send(to(li.openid, text("2")), never);
    account.expireToken();
    await Promise.all([
      one.send(to(li.openid, text("3")), never),
      two.send(to(li.openid, text("4")), never),
      one.send(to(li.openid, text("5")), never),
    ]);
    expect(li.screen.filter(({ from }) => from === "hub")).toHaveLength(5);
    expect(account.tokens).toMatchObject({ made: 2, forced: 0 });
  });

  test("that another program's renewal killed is forced anew once", async () => {
    const { account, connect, li } = await start();
    const [one, two] = [connect(), connect()];
    await one.send(to(li.openid, text("1")), never);
    account.stealToken();
    await Promise.all([one.send(to(li.openid, text("2")), never), two.send(to(li.openid, text("3")), never)]);
    expect(account.tokens.forced).toBe(1);
    expect(li.screen.filter(({ from }) => from === "hub")).toHaveLength(3);
  });

  test("is renewed before it runs out", async () => {
    const { account, connection, li, time } = await start();
    await connection.send(to(li.openid, text("1")), never);
    time.now = new Date(time.now.getTime() + 7_200_000);
    await connection.send(to(li.openid, text("2")), never);
    expect(account.tokens.made).toBe(2);
    expect(account.calls.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });
});

describe("QR codes", () => {
  test("permanent ones carry the code, and are made once", async () => {
    const { account, connection } = await start();
    const link = await connection.entryLink?.("K7mQ2xVb9c", never);
    expect(await connection.entryLink?.("K7mQ2xVb9c", never)).toEqual(link);
    expect(link?.url).toMatch(/^http:\/\/weixin\.qq\.com\/q\//);
    expect(account.scenes).toMatchObject([{ scene: "K7mQ2xVb9c", permanent: true }]);
    expect((await faultOf(connection.entryLink?.("no code!", never))).fault).toBe("refused");
  });

  test("temporary ones are made anew before they run out", async () => {
    const { account, connection, time } = await start({ settings: { qrDays: 30 } });
    const first = await connection.entryLink?.("poster", never);
    time.now = new Date(time.now.getTime() + 20 * 86_400_000);
    expect(await connection.entryLink?.("poster", never)).toEqual(first);
    time.now = new Date(time.now.getTime() + 4 * 86_400_000);
    expect(await connection.entryLink?.("poster", never)).not.toEqual(first);
    expect(account.scenes).toMatchObject([{ permanent: false }, { permanent: false }]);
  });
});

describe("files that people send", () => {
  test("are fetched with the account's token; a video by the address that WeChat names", async () => {
    const { account, connection, li } = await start();
    li.sendsVideo();
    li.sendsVoice("你好");
    const video = await connection.fetchFile?.("media:EmulatedMedia_1-video", never);
    expect(await video?.text()).toBe("emulated video");
    const voice = await connection.fetchFile?.("media:EmulatedMedia_2-voice", never);
    expect(voice?.headers.get("content-type")).toBe("audio/amr");
    account.expireMedia();
    const error = await faultOf(connection.fetchFile?.("media:EmulatedMedia_1-video", never));
    expect(error).toMatchObject({ fault: "refused", message: expect.stringContaining("three days") as string });
    expect((await faultOf(connection.fetchFile?.("https://elsewhere.example/x", never))).fault).toBe("refused");
  });

  test("a picture has a public address, for accounts without permission", async () => {
    const { account, connection, li } = await start();
    li.sendsPicture("shoe.png", PNG);
    account.refuseNext("/cgi-bin/media/get", 48001, "api unauthorized");
    const ref = `media:EmulatedMedia_1-image ${account.apiRoot}/files/EmulatedMedia_1-image`;
    const picture = await connection.fetchFile?.(ref, never);
    expect(Buffer.from((await picture?.arrayBuffer()) ?? new ArrayBuffer(0))).toEqual(PNG);
  });
});

describe("typing, set-up, doctor", () => {
  test("typing is shown, and is no error where WeChat has had enough of it", async () => {
    const { account, connection, li } = await start();
    account.refuseNext("/cgi-bin/message/custom/typing", 45081, "already typing");
    await connection.act?.({ type: "typing", place: li.openid }, never);
    await connection.act?.({ type: "typing", place: li.openid }, never);
    account.refuseNext("/cgi-bin/message/custom/typing", 48001, "api unauthorized");
    expect((await faultOf(connection.act?.({ type: "typing", place: li.openid }, never))).fault).toBe("refused");
  });

  test("the menu is put up and taken away; mistakes in it are named", async () => {
    const { account, connection } = await start();
    const [menu, remove, qr] = connection.setups ?? [];
    const given = {
      button: [
        { type: "click", name: "营业时间", key: "HOURS" },
        { name: "更多", sub_button: [{ type: "view", name: "网站", url: "https://shop.example/" }] },
      ],
    };
    expect(await menu!.run(menu!.input.parse(given), never)).toMatch(/2 button/);
    expect(account.menu).toEqual(given);
    expect(await remove!.run(remove!.input.parse({}), never)).toMatch(/no menu/);
    expect(account.menu).toBeUndefined();
    expect(await qr!.run(qr!.input.parse({ code: "poster", days: 7 }), never)).toMatch(/7 day.*showqrcode\?ticket=gQ/);

    const faults = (input: unknown) =>
      menu!.input.safeParse(input).error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    expect(faults({})).toEqual(["button: `button` is the list of the menu's buttons."]);
    expect(faults({ button: [] })).toEqual(["button: A menu has a button at least."]);
    expect(faults({ button: [{ type: "click", name: "一二三四五六", key: "K" }] })).toEqual([
      "button.0.name: A button's name has 1 to 16 bytes.",
    ]);
    expect(faults({ button: [{ type: "view", name: "x", url: "javascript:1" }] })).toEqual([
      "button.0.url: A button's url is an http(s) address.",
    ]);
    expect(faults({ button: [{ name: "x" }] })?.[0]).toMatch(/has a type that WeChat knows/);
    expect(faults({ button: [{ name: "x", sub_button: [{ type: "click", name: "y" }] }] })).toEqual([
      "button.0.sub_button.0.key: A button's key is text.",
    ]);
  });

  test("doctor says what is right and what to do about what is not", async () => {
    const { account, connection } = await start();
    const found = Object.fromEntries(
      (await connection.check(never)).map(({ name, ok, detail }) => [name, { ok, detail }]),
    );
    expect(found.token?.ok).toBe(true);
    expect(found["customer-service messages"]?.detail).toMatch(/500000 of today's 500000/);
    expect(found.address?.detail).toContain("服务器地址(URL)");
    account.refuseNext(
      "/cgi-bin/openapi/quota/get",
      40164,
      "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist",
    );
    const refused = (await connection.check(never)).find(({ ok }) => !ok);
    expect(refused?.detail).toMatch(/203\.0\.113\.7.*IP白名单/);
    const lone = await start({ verified: false });
    expect((await lone.connection.check(never)).find(({ ok }) => !ok)?.detail).toContain("微信认证");
    const passive = await start({ settings: { replies: "passive", appSecret: undefined } });
    expect((await passive.connection.check(never)).find(({ name }) => name === "replies")?.ok).toBe(true);
    expect(passive.account.calls.filter(({ path }) => path !== "/")).toEqual([]);
  });
});
