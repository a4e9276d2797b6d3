import * as api from "../contract/api-learning.ts";
import { Conflict, defineRoute, type Route } from "../contract/index.ts";
import { spokenLanguage } from "../lib/language.ts";
import { findAnswer } from "./answers-store.ts";
import { findConflicts, nearKey, readText } from "./engine/index.ts";
import { learned, QUESTION_READERS, TEACHERS, type LearningParts } from "./learning-parts.ts";
import * as store from "./learning-store.ts";
import { articleParts } from "./say.ts";
import { findArticle } from "./store.ts";
import { decideSuggestion, listSuggestions, presentSuggestion } from "./suggestion-store.ts";
import { handOf } from "./versions-store.ts";

/** What people of ours say about answers: corrections, verdicts, and what they confirm or reject. */
export function teachingRoutes(parts: LearningParts): Route[] {
  return [...correctionRoutes(parts), ...judgingRoutes(parts), ...suggestionRoutes(parts), ...rejectionRoutes(parts)];
}

function correctionRoutes(parts: LearningParts): Route[] {
  const { db, clock } = parts;
  return [
    defineRoute({
      method: "get",
      path: "/corrections",
      summary: "What people of ours said that questions mean, newest first, with what contradicts",
      roles: QUESTION_READERS,
      query: api.CorrectionQuery,
      response: api.CorrectionPage,
      handle: async ({ query }) => {
        const found = await store.listCorrections(db, { ...query, limit: query.limit + 1 });
        const conflicts = findConflicts(await store.correctionsInForce(db), readText);
        const keys = new Set(conflicts.flatMap(({ texts }) => texts.map((text) => nearKey(readText(text)))));
        const contested = (question: string) => keys.has(nearKey(readText(question)));
        const items = found
          .slice(0, query.limit)
          .map((each) => ({ ...each, conflicts: each.undoneBy === null && contested(each.question) }));
        return { items, next: found.length > query.limit ? items.at(-1)!.id : null, conflicts };
      },
    }),
    defineRoute({
      method: "post",
      path: "/corrections",
      summary: "Say which article answers a question, or that none does; it holds at once",
      roles: TEACHERS,
      body: api.NewCorrection,
      response: api.Done,
      status: 201,
      handle: async ({ body: { why, language, ...rest }, asker }) => {
        const tongue = language ?? spokenLanguage(rest.question);
        const id = await store.addCorrection(db, { ...rest, language: tongue }, handOf(asker, clock.now(), why));
        await learned(parts);
        return { id };
      },
    }),
  ];
}

function judgingRoutes(parts: LearningParts): Route[] {
  const { db, clock } = parts;
  return [
    defineRoute({
      method: "post",
      path: "/corrections/{id}/undo",
      summary: "Take a correction back, by another row",
      roles: TEACHERS,
      params: api.Id,
      body: api.WhyBody,
      response: api.Done,
      handle: async ({ params, body, asker }) => {
        await store.undoCorrection(db, params.id, handOf(asker, clock.now(), body.why));
        await learned(parts);
        return params;
      },
    }),
    defineRoute({
      method: "post",
      path: "/answers/{id}/verdict",
      summary: "Say which article an answer should have been: the one given, another or none; it corrects as well",
      roles: TEACHERS,
      params: api.Id,
      body: api.Verdict,
      response: api.Done,
      status: 201,
      handle: async ({ params, body: { articleId, why }, asker }) => {
        const { question, eventId, conversationId, language } = await findAnswer(db, params.id);
        const judged = { question, eventId, conversationId, articleId };
        const tongue = spokenLanguage(question, language);
        const id = await store.addCorrection(db, { ...judged, language: tongue }, handOf(asker, clock.now(), why));
        await learned(parts);
        return { id };
      },
    }),
  ];
}

function suggestionRoutes(parts: LearningParts): Route[] {
  const { db, clock, voice } = parts;
  return [
    defineRoute({
      method: "get",
      path: "/suggestions",
      summary: "Answers that wait to be confirmed, and what became of others, newest first",
      roles: QUESTION_READERS,
      query: api.SuggestionQuery,
      response: api.SuggestionPage,
      handle: async ({ query }) => {
        const found = await listSuggestions(db, { ...query, limit: query.limit + 1 });
        const items = found.slice(0, query.limit);
        return { items, next: found.length > query.limit ? items.at(-1)!.id : null };
      },
    }),
    defineRoute({
      method: "post",
      path: "/suggestions/{id}/confirm",
      summary: "Send a suggested answer; the question is learned with it",
      roles: TEACHERS,
      params: api.Id,
      body: api.Confirmation,
      response: api.SuggestionView,
      handle: async ({ params, body: { why, giveBack }, asker }) => {
        if (!voice) throw new Conflict("Nothing can be sent from here. Ask a hub that is running.");
        const hand = handOf(asker, clock.now(), why);
        const decided = await db.transaction(async (tx) => {
          const suggestion = await decideSuggestion(tx, params.id, "confirmed", hand);
          const article = await findArticle(tx, suggestion.articleId);
          const { conversationId, language } = suggestion;
          const utterance = { conversationId, author: "agent" as const, parts: articleParts([article], language) };
          await voice.outbox().say({ ...utterance, ...(asker.staffId && { staffId: asker.staffId }) }, tx);
          await store.addCorrection(tx, suggestion, hand);
          return suggestion;
        });
        voice.outbox().wake();
        // Sent is sent: where somebody else gave it back already, nothing is left to do.
        if (giveBack) await voice.giveBack(decided.conversationId, asker).catch(passOver(Conflict));
        voice.changed("conversation", decided.conversationId);
        await learned(parts);
        return presentSuggestion(decided);
      },
    }),
  ];
}

function rejectionRoutes(parts: LearningParts): Route[] {
  const { db, clock } = parts;
  return [
    defineRoute({
      method: "post",
      path: "/suggestions/{id}/reject",
      summary: "Refuse a suggested answer and say which article is right, or that none is; nothing is sent",
      roles: TEACHERS,
      params: api.Id,
      body: api.Verdict,
      response: api.SuggestionView,
      handle: async ({ params, body: { articleId, why }, asker }) => {
        const hand = handOf(asker, clock.now(), why);
        const decided = await db.transaction(async (tx) => {
          const suggestion = await decideSuggestion(tx, params.id, "rejected", hand);
          if (articleId === suggestion.articleId)
            throw new Conflict(
              "That is the suggested article itself. Confirm the suggestion, or name another or none.",
            );
          await store.addCorrection(tx, { ...suggestion, articleId }, hand);
          return suggestion;
        });
        await learned(parts);
        return presentSuggestion(decided);
      },
    }),
  ];
}

/** Rethrows what is not of this kind. */
function passOver(kind: new (message: string) => Error): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof kind)) throw error;
  };
}
