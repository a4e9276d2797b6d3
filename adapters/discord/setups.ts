import { z } from "zod";
import { defineSetup, type Setup } from "../../src/contract/index.ts";
import type { Call } from "./api.ts";
import { entryId, START } from "./interactions.ts";
import { escape } from "./markdown-write.ts";

const STRING = 3;
const NAME = /^[-_\p{Ll}\p{Lo}\p{N}]{1,32}$/u;

const Commands = z.object({
  /** Commands besides /start; each takes words, and is a question to the hub. */
  commands: z
    .array(
      z.object({
        name: z.string().regex(NAME, { error: "A command's name is 1 to 32 small letters, digits, - and _." }),
        description: z.string().min(1).max(100),
        descriptionZh: z.string().min(1).max(100).optional(),
      }),
    )
    .max(99)
    .default([{ name: "ask", description: "Ask us something", descriptionZh: "向我们提问" }]),
});

const EntryButton = z.object({
  channelId: z.string().regex(/^\d{15,20}$/, { error: "The channel's id: right-click the channel, Copy ID." }),
  code: z.string().regex(/^[\w-]{1,64}$/, { error: "The entry point's code: 1 to 64 characters of A-Z a-z 0-9 _ -." }),
  text: z.string().min(1).max(1_000),
  label: z.string().min(1).max(80),
});

/** What is set up on Discord once. */
export function setupsOf(call: Call, applicationId: string): readonly Setup[] {
  return [
    defineSetup({
      name: "commands",
      summary:
        "Registers /start (with an entry point's code) and /ask, or commands of your own; people see them when they type a slash.",
      input: Commands,
      async run({ commands }, signal) {
        const body = [startCommand(), ...commands.map(askCommand)];
        await call("PUT", `/applications/${applicationId}/commands`, { body }, signal);
        return `These commands stand now: ${body.map(({ name }) => `/${name}`).join(", ")}.`;
      },
    }),
    defineSetup({
      name: "entry-button",
      summary: "Posts a message with a button in a channel; who presses it has come through that entry point.",
      input: EntryButton,
      async run({ channelId, code, text, label }, signal) {
        const button = { type: 2, style: 1, label, custom_id: entryId(code) };
        const body = {
          content: escape(text),
          components: [{ type: 1, components: [button] }],
          allowed_mentions: { parse: [] },
        };
        const sent = await call<{ id?: string }>("POST", `/channels/${channelId}/messages`, { body }, signal);
        return `The button stands in the channel ${channelId}, message ${sent.id ?? "?"}. Pin it there.`;
      },
    }),
  ];
}

function startCommand() {
  return {
    name: START,
    description: "Say hello",
    description_localizations: { "zh-CN": "打个招呼" },
    options: [{ type: STRING, name: "code", description: "The code from a poster or card", description_localizations: { "zh-CN": "海报或卡片上的代码" }, max_length: 64 }], // prettier-ignore
  };
}

function askCommand({ name, description, descriptionZh }: z.infer<typeof Commands>["commands"][number]) {
  return {
    name,
    description,
    ...(descriptionZh && { description_localizations: { "zh-CN": descriptionZh } }),
    options: [{ type: STRING, name: "question", description, required: true, max_length: 2_000 }],
  };
}
