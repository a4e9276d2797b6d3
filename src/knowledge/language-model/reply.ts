import { z } from "zod";

const Reply = z.strictObject({
  action: z.enum(["choose", "write", "none"]),
  article: z.string().max(20).nullish(),
  text: z.string().max(8_000).nullish(),
  citations: z
    .array(z.strictObject({ passage: z.string().max(20), quote: z.string().max(4_000) }))
    .max(20)
    .nullish(),
});

/** What the model wants to be said. */
export type Wish =
  | { action: "none" }
  | { action: "choose"; article: string }
  | { action: "write"; text: string; citations: { passage: string; quote: string }[] };

/** Reads what the model answered; a fault says what is wrong with it. */
export function readReply(text: string): { wish: Wish } | { fault: string } {
  const reply = Reply.safeParse(parsed(text)).data;
  if (!reply) return { fault: "It is not one JSON object of the form asked for." };
  const { action, article, citations } = reply;
  if (action === "none") return { wish: { action } };
  if (action === "choose") return article ? { wish: { action, article } } : { fault: '"choose" needs an "article".' };
  if (!reply.text?.trim()) return { fault: '"write" needs a "text".' };
  return { wish: { action, text: reply.text.trim(), citations: citations ?? [] } };
}

/** Some models put their JSON into a code block. */
function parsed(text: string): unknown {
  const bare = text.trim().replace(/^```(?:json)?\s*|\s*```$/gu, "");
  try {
    return JSON.parse(bare);
  } catch {
    return undefined;
  }
}
