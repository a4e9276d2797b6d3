import type { z } from "zod";
import { IdParams } from "../contract/api-fields.ts";
import * as api from "../contract/api-voice.ts";
import { Conflict, defineRoute, NotFound, type Clock, type Role, type Route } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import type { Database } from "../store/index.ts";
import type { FactsKeeper } from "./facts.ts";
import { listTopics, putTopic, readSettings, removeTopic, writeSettings } from "./facts-store.ts";
import { figureOf, SCALES } from "./scores.ts";
import { countAnswers, findSurvey, listSurveys, putSurvey, removeSurvey } from "./survey-store.ts";

const READERS: readonly Role[] = ["owner", "admin", "agent", "marketer", "viewer"];
const PLANNERS: readonly Role[] = ["owner", "admin", "marketer"];
const KEEPERS: readonly Role[] = ["owner", "admin"];

export interface SurveyRouteParts {
  db: Database;
  clock: Clock;
  facts: FactsKeeper;
}

export function surveyRoutes({ db, clock }: SurveyRouteParts): Route[] {
  const find = async (id: string) => {
    const found = await findSurvey(db, id);
    if (!found) throw new NotFound("There is no such survey.");
    return found;
  };
  const save = async (survey: api.SurveyView) => {
    await putSurvey(db, survey, clock.now());
    return find(survey.id);
  };
  return [
    defineRoute({
      method: "get",
      path: "/voice/surveys",
      summary: "List the surveys",
      roles: READERS,
      response: api.Surveys,
      handle: async () => ({ items: await listSurveys(db) }),
    }),
    defineRoute({
      method: "post",
      path: "/voice/surveys",
      summary: "Make a survey; it asks about what happens from now on",
      roles: PLANNERS,
      body: api.SurveyFields,
      response: api.SurveyView,
      status: 201,
      handle: ({ body }) => save({ ...body, id: newId() }),
    }),
    defineRoute({
      method: "put",
      path: "/voice/surveys/{id}",
      summary: "Change a survey; its kind stays, or its answers would mean something else",
      roles: PLANNERS,
      params: IdParams,
      body: api.SurveyFields,
      response: api.SurveyView,
      async handle({ params: { id }, body }) {
        const { kind } = await find(id);
        if (kind !== body.kind) throw new Conflict(`It is a survey of the kind ${kind}. Make another one instead.`);
        return save({ ...body, id });
      },
    }),
    defineRoute({
      method: "delete",
      path: "/voice/surveys/{id}",
      summary: "Remove a survey with its answers; switching it off keeps them",
      roles: PLANNERS,
      params: IdParams,
      response: api.SurveyView,
      async handle({ params: { id } }) {
        const found = await find(id);
        await removeSurvey(db, id);
        return found;
      },
    }),
    resultsRoute(db, find),
  ];
}

function resultsRoute(db: Database, find: (id: string) => Promise<api.SurveyView>): Route {
  return defineRoute({
    method: "get",
    path: "/voice/surveys/{id}/results",
    summary: "Tell what people answered, with an interval; no score under 30 answers",
    roles: READERS,
    params: IdParams,
    query: api.SurveyResultsQuery,
    response: api.SurveyResults,
    async handle({ params: { id }, query: { from, to } }) {
      const survey = await find(id);
      return resultsOf(survey, await countAnswers(db, id, from, to));
    },
  });
}

function resultsOf(survey: api.SurveyView, { asked, scores, skipped }: Awaited<ReturnType<typeof countAnswers>>) {
  const { from, to } = SCALES[survey.kind];
  const counts = new Map(scores.map(({ score, count }) => [score, count]));
  const all = Array.from({ length: to - from + 1 }, (_, at) => from + at);
  const answers = scores.flatMap(({ score, count }) => Array<number>(count).fill(score));
  return {
    ...{ survey, asked, skipped, answered: answers.length },
    ...figureOf(survey.kind, answers),
    distribution: all.map((score) => ({ score, count: counts.get(score) ?? 0 })),
  };
}

/** What the room listens for. */
export function topicRoutes({ db, facts }: SurveyRouteParts): Route[] {
  const save = async (topic: z.infer<typeof api.TopicView>) => {
    if (!(await putTopic(db, topic))) throw new Conflict("Another topic has this name.");
    facts.forget();
    return topic;
  };
  return [
    defineRoute({
      method: "get",
      path: "/voice/topics",
      summary: "List the topics that messages are sorted by",
      roles: READERS,
      response: api.Topics,
      handle: async () => ({ items: await listTopics(db) }),
    }),
    defineRoute({
      method: "post",
      path: "/voice/topics",
      summary: "Make a topic of keywords; messages are sorted by it from now on",
      roles: PLANNERS,
      body: api.TopicFields,
      response: api.TopicView,
      status: 201,
      handle: ({ body }) => save({ ...body, id: newId() }),
    }),
    defineRoute({
      method: "put",
      path: "/voice/topics/{id}",
      summary: "Change a topic",
      roles: PLANNERS,
      params: IdParams,
      body: api.TopicFields,
      response: api.TopicView,
      async handle({ params: { id }, body }) {
        if (!(await listTopics(db)).some((topic) => topic.id === id)) throw new NotFound("There is no such topic.");
        return save({ ...body, id });
      },
    }),
    defineRoute({
      method: "delete",
      path: "/voice/topics/{id}",
      summary: "Remove a topic; what was sorted by it stays so",
      roles: PLANNERS,
      params: IdParams,
      response: api.TopicView,
      async handle({ params: { id } }) {
        const removed = await removeTopic(db, id);
        if (!removed) throw new NotFound("There is no such topic.");
        facts.forget();
        return removed;
      },
    }),
  ];
}

/** How the room behaves. */
export function settingRoutes({ db, facts }: SurveyRouteParts): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/voice/settings",
      summary: "Tell how complaints, offers and surveys are dealt with",
      roles: READERS,
      response: api.VoiceSettings,
      handle: () => readSettings(db),
    }),
    defineRoute({
      method: "put",
      path: "/voice/settings",
      summary: "Set how complaints, offers and surveys are dealt with",
      roles: KEEPERS,
      body: api.VoiceSettings,
      response: api.VoiceSettings,
      async handle({ body }) {
        await writeSettings(db, body);
        facts.forget();
        return body;
      },
    }),
  ];
}
