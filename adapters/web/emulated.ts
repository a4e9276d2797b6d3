import type { ChoiceOption, EmulatedDeed, EmulatedMessage, EmulatedPlatform } from "../../src/contract/index.ts";
import { createBrowser, type Browser, type SeenMessage } from "./emulator.ts";

export interface EmulatedOptions {
  /** The shop's page that shows the chat. */
  siteUrl?: string;
  secret?: string;
}

const DEEDS = ["say", "photo", "press", "scan", "edit", "delete", "react"] as const;
const SITE = "https://shop.example/";
const SECRET = "a-website-secret-of-32-characters-or-more";
/** A browser whose line broke comes back after so long. */
const RECONNECT_MS = 200;

/**
 * The website chat, as the lab and the tests that cross all channels drive it. Its platform is the hub itself: people
 * are browsers that talk to the channel's own address, and the hub calls nobody.
 */
export async function createEmulated({
  siteUrl = SITE,
  secret = SECRET,
}: EmulatedOptions = {}): Promise<EmulatedPlatform> {
  const { origin } = new URL(siteUrl);
  const ending = new AbortController();
  const browsers = new Map<string, Promise<Browser>>();
  const screens = new Map<string, Browser>();
  let url: string | undefined;

  /** A browser on a page of the shop; it reads along from then on. */
  async function open(name: string, page: string): Promise<Browser> {
    if (url === undefined) throw new Error("The website shows no chat yet: its channel is not attached.");
    const browser = createBrowser({ url, origin });
    await browser.open({ page });
    screens.set(name, browser);
    void readAlong(browser, ending.signal);
    return browser;
  }

  function browserOf(name: string, page: string): Promise<Browser> {
    const known = browsers.get(name) ?? open(name, page);
    browsers.set(name, known);
    known.catch(() => browsers.delete(name)); // the next deed tries again
    return known;
  }

  return {
    adapter: "web",
    settings: { secret, allowedOrigins: [origin], siteUrl },
    deeds: DEEDS,
    async attach(channelUrl) {
      url = channelUrl.href.replace(/\/$/, "");
    },
    async act(name, deed) {
      const isNew = !browsers.has(name);
      const page = deed.type === "scan" ? pageOf(deed.link, siteUrl) : siteUrl;
      const browser = await browserOf(name, page);
      if (deed.type !== "scan") await perform(browser, deed);
      else if (!isNew) await browser.open({ page });
    },
    screen: (name) => screens.get(name)?.screen.map(shown) ?? [],
    calls: [],
    insideRetryAfter: 0,
    async close() {
      ending.abort();
    },
  };
}

async function readAlong(browser: Browser, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const _message of browser.listen(signal));
    } catch {
      // The hub is away, or the page was closed: the next round tells.
    }
    await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS).unref());
  }
}

async function perform(browser: Browser, deed: Exclude<EmulatedDeed, { type: "scan" }>): Promise<void> {
  if ("place" in deed && deed.place !== undefined) throw new Error("A website chat has no groups.");
  switch (deed.type) {
    case "say":
      return void (await browser.say(deed.text, deed.replyTo === undefined ? {} : { replyTo: deed.replyTo }));
    case "photo": {
      const { ref } = await browser.upload(deed.name, deed.bytes);
      return void (await browser.sendFile(ref, deed.text));
    }
    case "press":
      if (!shown(seenBy(browser, deed.messageId)).options.some(({ id }) => id === deed.option))
        throw new Error(`There is no button ${deed.option} under this message.`);
      return void (await browser.press(deed.option, deed.messageId));
    case "edit":
      return void (await browser.edit(seenBy(browser, deed.messageId).id, deed.text));
    case "delete":
      return void (await browser.remove(seenBy(browser, deed.messageId).id));
    case "react":
      return void (await browser.react(seenBy(browser, deed.messageId).id, deed.emoji));
    default:
      throw new Error(`On a website chat nobody can ${deed.type}.`);
  }
}

/** @throws Error when no such message stands there */
function seenBy(browser: Browser, messageId: string): SeenMessage {
  const message = browser.screen.find(({ id }) => id === messageId);
  if (!message) throw new Error(`There is no message ${messageId} on this screen.`);
  return message;
}

/** The page that a link opens; a bare code stands for the site's own link with it. */
function pageOf(link: string, siteUrl: string): string {
  const page = new URL(URL.canParse(link) ? link : siteUrl);
  if (page.origin !== new URL(siteUrl).origin) throw new Error(`This link does not lead to ${siteUrl}.`);
  if (!URL.canParse(link)) page.searchParams.set("e", link);
  return page.href;
}

function shown({ id, from, parts, reactions, sentAt, editedAt, deletedAt }: SeenMessage): EmulatedMessage {
  const file = parts.find(({ type }) => type === "file");
  const words = parts.flatMap((part) => (part.type === "file" ? [] : wordsOf(part)));
  const emoji = Object.keys(reactions);
  return {
    id,
    from: from === "visitor" ? "person" : "hub",
    text: words.join("\n"),
    options: parts.flatMap(({ options }) => (options ?? []) as unknown as ChoiceOption[]),
    ...(file && { file: typeof file.name === "string" ? file.name : "file" }),
    ...(emoji.length > 0 && { reactions: emoji }),
    ...(editedAt !== undefined && { edited: true }),
    ...(deletedAt !== undefined && { deleted: true }),
    at: new Date(sentAt),
  };
}

function wordsOf({ text, prompt, title, url }: SeenMessage["parts"][number]): string[] {
  return [title, text, prompt, url].filter((words): words is string => typeof words === "string" && words !== "");
}
