import type { Clock } from "../../contract/index.ts";
import type { Responder } from "../../corridor/index.ts";
import { spokenLanguage } from "../../lib/language.ts";
import { maySee, type Viewer } from "../article.ts";
import { hear } from "../responder.ts";
import { asksForPerson } from "../small-talk.ts";
import type { LivePassage } from "./passages-store.ts";
import type { PassageShelf } from "./passage-shelf.ts";
import { quoteEvidence, quotedText } from "./quoted-answer.ts";
import { quoteFor } from "./quote.ts";

/** Quotes from documents what no article answers. It is asked after the articles. */
export function createQuoter({ clock, shelf }: { clock: Clock; shelf: PassageShelf }): Responder {
  return {
    name: "documents",
    async respond(turn) {
      const { texts, picked, tags } = hear(turn);
      const question = texts.join("\n");
      if (picked.length > 0 || question === "" || asksForPerson(question)) return undefined;
      const { index, settings } = await shelf.current();
      if (index.size === 0 || !settings.enabled) return undefined;
      const language = spokenLanguage(question, ...tags);
      const viewer = { stage: turn.contact?.stage, at: clock.now() };
      const quoting = quoteFor(question, language, index, settings, mayRead(viewer));
      const { hit } = quoting;
      if (quoting.kind === "nothing" || !hit) return undefined;
      const text = quotedText(quoting.quote, hit.passage, language);
      return { parts: [{ type: "text", text }], language, evidence: quoteEvidence(question, language, quoting, hit) };
    },
  };
}

/** The rule of articles holds for passages. */
export function mayRead(viewer: Viewer): (passage: LivePassage) => boolean {
  return (passage) => maySee(passage, viewer);
}
