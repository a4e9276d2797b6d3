import { z } from "zod";
import { IdParams } from "../contract/api-fields.ts";
import * as api from "../contract/api-voice.ts";
import { decodeCursor, defineRoute, Download, pageOf, pageSchema, type Role, type Route } from "../contract/index.ts";
import { csvOf } from "../lib/csv-cells.ts";
import type { Database } from "../store/index.ts";
import type { Brain } from "./brain.ts";
import type { Desk } from "./desk.ts";
import { readDigest } from "./digest-store.ts";
import { feedbackOfEvent, listFeedback } from "./feedback-store.ts";

/** Those who may read what people wrote. */
const HEARERS: readonly Role[] = ["owner", "admin", "agent", "moderator", "marketer"];
const TALKERS: readonly Role[] = ["owner", "admin", "agent"];
const Key = z.tuple([z.iso.datetime(), z.uuid()]);

export interface FeedbackRouteParts {
  db: Database;
  desk: Desk;
  brain: Brain;
}

export function feedbackRoutes({ db, desk, brain }: FeedbackRouteParts): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/voice/feedback",
      summary: "List what customers said: complaints, suggestions, praise, questions, buying signals",
      roles: HEARERS,
      query: api.FeedbackQuery,
      response: pageSchema(api.FeedbackView),
      async handle({ query: { cursor, limit, ...filter } }) {
        const rows = await listFeedback(db, filter, decodeCursor(cursor, Key), limit + 1);
        return pageOf(rows, limit, (last) => [last.at, last.id]);
      },
    }),
    defineRoute({
      method: "get",
      path: "/events/{id}/feedback",
      summary: "Tell what one message was read as",
      roles: HEARERS,
      params: IdParams,
      response: api.FeedbackOfMessage,
      handle: async ({ params: { id } }) => ({ items: await feedbackOfEvent(db, id) }),
    }),
    defineRoute({
      method: "post",
      path: "/events/{id}/feedback",
      summary: "Say what a message is; the models learn it",
      roles: [...TALKERS, "moderator"],
      params: IdParams,
      body: api.FeedbackCorrection,
      response: api.FeedbackOfMessage,
      handle: async ({ params: { id }, body, asker }) => ({ items: await desk.correct(id, body, asker) }),
    }),
    defineRoute({
      method: "post",
      path: "/voice/feedback/{id}/status",
      summary: "Say what becomes of a suggestion or a buying signal, and tell the customer if you like",
      roles: TALKERS,
      params: IdParams,
      body: api.FeedbackStatusChange,
      response: api.FeedbackView,
      handle: ({ params: { id }, body, asker }) => desk.setStatus(id, body, asker),
    }),
    ...digestRoutes(db),
    modelRoute(brain),
  ];
}

function modelRoute(brain: Brain): Route {
  return defineRoute({
    method: "get",
    path: "/voice/model",
    summary: "Tell how well messages are read, on texts kept apart, and what was learnt",
    roles: HEARERS,
    response: api.VoiceModelView,
    async handle() {
      const { ready, learnt, waiting, refused, quality } = brain.state();
      const languages = Object.entries(quality ?? {});
      return {
        ...{ ready, waiting, refused, corrections: learnt },
        quality: languages.map(([language, measured]) => ({ language, ...measured })),
      };
    },
  });
}

function digestRoutes(db: Database): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/voice/digest",
      summary: "Count what customers said over a time, by label, theme, channel or entry point, with examples",
      roles: HEARERS,
      query: api.DigestQuery,
      response: api.Digest,
      handle: ({ query: { by, from, to } }) => readDigest(db, by, new Date(from), new Date(to)),
    }),
    defineRoute({
      method: "get",
      path: "/voice/digest/export",
      summary: "The same as a CSV file",
      roles: HEARERS,
      query: api.DigestQuery,
      response: Download,
      download: true,
      async handle({ query: { by, from, to } }) {
        const { groups } = await readDigest(db, by, new Date(from), new Date(to));
        const text = csvOf(COLUMNS, groups.map(lineOf));
        return { bytes: new TextEncoder().encode(text), name: `voice-${by}.csv`, mimeType: "text/csv", inline: false };
      },
    }),
  ];
}

const COLUMNS = [
  ...["name", "total", "people", "complaint", "suggestion", "praise", "question", "buying", "other", "sentiment"],
  ...["example 1", "example 2", "example 3"],
];

function lineOf(group: api.Digest["groups"][number]): (string | number | null)[] {
  const { name, total, people, complaint, suggestion, praise, question, buying, other, sentiment, examples } = group;
  const counts = [total, people, complaint, suggestion, praise, question, buying, other, Number(sentiment.toFixed(3))];
  return [name, ...counts, ...[0, 1, 2].map((at) => examples[at]?.text ?? null)];
}
