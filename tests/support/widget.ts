/** A hub with a website chat, and a website that shows it, as a browser meets them. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { inject } from "vitest";
import { createApi } from "../../demo/api.ts";
import { setStage } from "../../lab/stage.ts";
import { readConfig } from "../../src/config.ts";
import type { ChannelView } from "../../src/contract/api-channels.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { sharedConnection } from "./database.ts";
import { socketUrl } from "./hub-process.ts";
import { silentLog } from "./log.ts";

export const IDENTITY_SECRET = "the identity secret of a shop, long";
const RED_DOT =
  "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9Qz0AEYBxVSF+FAAhKDveksOjmAAAAAElFTkSuQmCC";
export const PICTURE = Buffer.from(RED_DOT, "base64");

/** As a careful website has it: the hub's script and addresses, and nothing else of the hub's. */
const policyFor = (hub: string) =>
  `default-src 'none'; script-src ${hub}; connect-src ${hub}; img-src blob: https:; media-src blob:; style-src 'none'`;

export type WidgetWorld = Awaited<ReturnType<typeof openWidgetWorld>>;

/** Close it yourself: several tests share it. */
export async function openWidgetWorld() {
  const dataDir = await mkdtemp(path.join(tmpdir(), "tributary-widget-"));
  const { connection, drop } = await sharedConnection();
  const config = readConfig({
    DATABASE_URL: socketUrl({ ...inject("postgres"), ...connection }),
    TRIBUTARY_SECRET: "the secret of the test",
    TRIBUTARY_DATA_DIR: dataDir,
    PORT: "0",
  });
  const { hub, stop } = await setStage({ config, clock: systemClock, log: silentLog, kinds: [] });
  const { token } = await hub.tokens.create({ name: "test", role: "owner" }, "cli");
  const api = createApi(hub.url, token);
  let script = "";
  const shopAttributes = new Map<string, string>();
  const server = createServer((req, res) => {
    const data = shopAttributes.get(new URL(req.url ?? "/", "http://shop").pathname) ?? "";
    res.setHeader("content-security-policy", policyFor(hub.url.origin));
    res.setHeader("content-type", "text/html; charset=utf-8");
    res.end(`<!doctype html><html lang="en"><head><title>Tea shop</title>${script.replace("DATA", data)}</head>
      <body><h1>Lantern Tea House</h1><p>Teas from four mountains.</p><p><a href="/next">Next page</a></p></body></html>`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const shop = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = {
    ...{ name: "Lantern Tea House", secret: "s".repeat(32), identitySecret: IDENTITY_SECRET, allowedOrigins: [shop] },
  };
  const channel = await api.post<ChannelView>("/channels", { adapter: "web", name: "Website", settings });
  script = `<script src="${new URL("widget.js", hub.url).href}" data-channel="${channel.id}" DATA async></script>`;

  return {
    ...{ hub, api, shop, channelId: channel.id },
    /** The page at this path shows the chat with these attributes. */
    dress: (page: string, data: string) => void shopAttributes.set(page, data),
    chatPage: new URL(`chat/${channel.id}`, hub.url).href,
    async close() {
      server.closeAllConnections();
      server.close();
      await stop();
      await drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
