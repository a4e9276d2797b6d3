import { z } from "zod";
import { defineSetup, type Setup } from "../../src/contract/index.ts";
import type { GraphClient } from "./client.ts";
import { GET_STARTED, questionPayload } from "./messaging-profile.ts";

export interface ProfileParts {
  client: Pick<GraphClient, "call">;
  platform: string;
  node: string;
  /** `platform=instagram` where the page's profile is asked for its Instagram account's. */
  query: Readonly<Record<string, string>>;
}

const locale = z
  .string({ error: "A locale is default, or as Meta writes it: en_US, zh_CN." })
  .regex(/^(default|[a-z]{2,3}_[A-Z]{2})$/, {
    error: "A locale is default, or as Meta writes it: en_US, zh_CN.",
  });
const payload = z.string().min(1).max(1_000, { error: "A payload has at most 1,000 characters." }).optional();
const remove = z
  .object({ remove: z.literal(true, { error: 'Give what is to be shown, or { "remove": true }.' }) })
  .strict();

/** By locale; Meta wants one that is for everybody else. */
function byLocale<Value extends z.ZodType>(value: Value) {
  return z.record(locale, value).refine((given) => "default" in given, {
    error: 'It needs the locale "default", which is shown where no other one fits.',
  });
}

function textUpTo(max: number, what: string) {
  return z
    .string({ error: `${what} is text.` })
    .trim()
    .min(1, { error: `${what} is empty.` })
    .max(max, {
      error: `${what} has at most ${max} characters.`,
    });
}

const Question = z.union([
  textUpTo(80, "A question"),
  z.object({ question: textUpTo(80, "A question"), payload }).strict(),
]);
const MenuItem = z
  .object({
    title: textUpTo(30, "A menu item's title"),
    payload,
    url: z.url({ protocol: /^https$/, error: "A menu item's url is an https address." }).optional(),
  })
  .strict()
  .refine((item) => item.payload === undefined || item.url === undefined, {
    error: "A menu item has a payload or a url, not both.",
  });

const Questions = z.union([
  remove,
  z
    .object({ questions: byLocale(z.array(Question).min(1).max(4, { error: "Meta shows at most 4 questions." })) })
    .strict(),
]);
const Menu = z.union([
  remove,
  z.object({ menu: byLocale(z.array(MenuItem).min(1).max(20, { error: "The menu has at most 20 items." })) }).strict(),
]);
const Greeting = z.union([remove, z.object({ greeting: byLocale(textUpTo(160, "A greeting")) }).strict()]);
const Nothing = z.union([remove, z.object({}).strict()]);

interface Profile {
  set(field: string, value: unknown, said: string, signal: AbortSignal): Promise<string>;
  take(field: string, what: string, signal: AbortSignal): Promise<string>;
}

function createProfile({ client, platform, node, query }: ProfileParts): Profile {
  const path = `${node}/messenger_profile`;
  return {
    async set(field, value, said, signal) {
      await client.call("POST", path, { query, json: { ...query, [field]: value } }, signal);
      return said;
    },
    async take(field, what, signal) {
      await client.call("DELETE", path, { query, json: { fields: [field] } }, signal);
      return `${platform} shows no ${what} any more.`;
    },
  };
}

/** What is set up on the account's messaging profile; each can be taken away again with { "remove": true }. */
export function createProfileSetups(parts: ProfileParts) {
  const profile = createProfile(parts);
  return {
    getStarted: getStartedSetup(profile),
    greeting: greetingSetup(profile),
    iceBreakers: iceBreakersSetup(profile),
    menu: menuSetup(profile),
  };
}

function getStartedSetup({ set, take }: Profile): Setup {
  return defineSetup({
    name: "get-started",
    summary:
      "Shows a Get Started button in new chats. Without it Messenger does not tell which link a new person came by.",
    input: Nothing,
    run: (input, signal) =>
      "remove" in input
        ? take("get_started", "Get Started button; the doors of new people are lost now", signal)
        : set(
            "get_started",
            { payload: GET_STARTED },
            "New chats open with Get Started, which tells the door a person came by.",
            signal,
          ),
  });
}

function greetingSetup({ set, take }: Profile): Setup {
  return defineSetup({
    name: "greeting",
    summary: "Sets the words that people see before they start the first chat, by locale.",
    input: Greeting,
    run: (input, signal) => {
      if ("remove" in input) return take("greeting", "greeting", signal);
      const texts = Object.entries(input.greeting).map(([name, text]) => ({ locale: name, text }));
      return set("greeting", texts, `The greeting stands in ${texts.length} locale(s).`, signal);
    },
  });
}

function iceBreakersSetup({ set, take }: Profile): Setup {
  return defineSetup({
    name: "ice-breakers",
    summary:
      "Offers up to 4 questions in new chats, by locale. A tapped one is asked and answered as if it had been typed.",
    input: Questions,
    run: (input, signal) => {
      if ("remove" in input) return take("ice_breakers", "ice breakers", signal);
      const questions = Object.entries(input.questions).map(([name, given]) => ({
        locale: name,
        call_to_actions: given.map((each) => {
          const { question, payload: own } = typeof each === "string" ? { question: each, payload: undefined } : each;
          return { question, payload: own ?? questionPayload(question) };
        }),
      }));
      return set("ice_breakers", questions, `New chats offer questions in ${questions.length} locale(s).`, signal);
    },
  });
}

function menuSetup({ set, take }: Profile): Setup {
  return defineSetup({
    name: "persistent-menu",
    summary:
      "Sets the menu beside the text field, by locale. An item asks its title, presses its payload, or opens its url.",
    input: Menu,
    run: (input, signal) => {
      if ("remove" in input) return take("persistent_menu", "menu", signal);
      const menus = Object.entries(input.menu).map(([name, items]) => ({
        locale: name,
        call_to_actions: items.map(menuItem),
      }));
      return set(
        "persistent_menu",
        menus,
        `The menu stands in ${menus.length} locale(s). Open chats show it after a while.`,
        signal,
      );
    },
  });
}

function menuItem({ title, payload: own, url }: z.infer<typeof MenuItem>) {
  return url === undefined
    ? { type: "postback", title, payload: own ?? questionPayload(title) }
    : { type: "web_url", title, url };
}
