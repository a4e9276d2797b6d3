import { z } from "zod";
import { defineSetup, type Setup } from "../../src/contract/index.ts";
import type { Call } from "./api.ts";
import { ENTRY_VALUE } from "./decode-interaction.ts";
import { plainRichText } from "./rich-text.ts";
import { escapeText } from "./mrkdwn.ts";

const EntryButton = z.object({
  channel: z.string().regex(/^[CGDU][A-Z0-9]{1,31}$/, {
    error: "channel: a channel's id such as C0123ABCD, from its details in Slack.",
  }),
  text: z.string().min(1, { error: "text: what stands above the button." }).max(3_000),
  label: z.string().min(1, { error: "label: what stands on the button, at most 75 characters." }).max(75),
  code: z.string().regex(/^[1-9A-Za-z]{10}$/, { error: "code: an entry point's code of ten letters and digits." }),
});

/** What an operator sets up on Slack as a command. */
export function createSetups(call: Call): Setup[] {
  return [
    defineSetup({
      name: "entry-button",
      summary:
        "Posts a message with a button that carries an entry point's code: whoever presses it has come through that door.",
      input: EntryButton,
      async run({ channel, text, label, code }, signal) {
        const button = {
          type: "button",
          action_id: "entry",
          text: { type: "plain_text", text: label, emoji: true },
          value: `${ENTRY_VALUE}${code}`,
        };
        const blocks = [plainRichText(text), { type: "actions", elements: [button] }];
        await call("chat.postMessage", { channel, text: escapeText(text), blocks }, signal);
        return `The message stands in ${channel}; its button carries the code ${code}.`;
      },
    }),
  ];
}
