import * as api from "../contract/api-learning.ts";
import { defineRoute, ROLES, type Route } from "../contract/index.ts";
import { spokenLanguage } from "../lib/language.ts";
import { KEEPERS, learned, QUESTION_READERS, TEACHERS, type LearningParts } from "./learning-parts.ts";
import * as store from "./learning-store.ts";
import { listModels, promoteModel } from "./model-store.ts";
import { findArticle } from "./store.ts";
import { teachingRoutes } from "./teaching-routes.ts";
import { handOf } from "./versions-store.ts";

/** How answers are promised, corrected, confirmed and learned, over the API. */
export function learningRoutes(parts: LearningParts): Route[] {
  return [
    ...promiseRoutes(parts),
    ...modelRoutes(parts),
    ...teachingRoutes(parts),
    ...goldenRoutes(parts),
    ...unansweredRoutes(parts),
  ];
}

function promiseRoutes(parts: LearningParts): Route[] {
  const { db, clock, promise, library } = parts;
  return [
    defineRoute({
      method: "get",
      path: "/knowledge/promise",
      summary: "What is promised of answers, what is done about it, and how it is kept",
      roles: ROLES,
      response: api.PromiseView,
      handle: async () => promise.show(await library()),
    }),
    defineRoute({
      method: "put",
      path: "/knowledge/promise",
      summary: "Change what is promised of answers, and who gives them",
      roles: KEEPERS,
      body: api.PromiseChange,
      response: api.PromiseView,
      handle: async ({ body, asker }) => {
        await store.writeSettings(db, body, handOf(asker, clock.now()));
        await learned(parts);
        return promise.show(await library());
      },
    }),
  ];
}

function modelRoutes(parts: LearningParts): Route[] {
  const { db, clock, school } = parts;
  const list = async () => ({ items: await listModels(db), training: school.state() });
  return [
    defineRoute({
      method: "get",
      path: "/knowledge/models",
      summary: "The trained models, newest first, with why each is live or not",
      roles: ROLES,
      response: api.ModelList,
      handle: list,
    }),
    defineRoute({
      method: "post",
      path: "/knowledge/models/train",
      summary: "Train now, without waiting for the authors to finish",
      roles: TEACHERS,
      response: api.ModelList,
      status: 202,
      handle: async () => {
        school.hurry();
        return list();
      },
    }),
    defineRoute({
      method: "post",
      path: "/knowledge/models/{id}/promote",
      summary: "Make a model the live one: go back to a former, or take a candidate that was refused",
      roles: KEEPERS,
      params: api.Id,
      body: api.WhyBody,
      response: api.ModelList,
      handle: async ({ params, body, asker: { name } }) => {
        await promoteModel(db, params.id, {
          by: name,
          at: clock.now(),
          reason: body.why ?? `${name} chose another model.`,
        });
        await learned(parts);
        return list();
      },
    }),
  ];
}

function goldenRoutes({ db, clock, library }: LearningParts): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/knowledge/golden",
      summary: "The golden set, and what each of its questions is answered with now",
      roles: QUESTION_READERS,
      response: api.GoldenList,
      handle: async () => {
        const known = await library();
        const items = (await store.listGolden(db)).map((each) => {
          const decision = known.decide(each.question, spokenLanguage(each.question), () => true);
          const said = decision.kind === "answer" || decision.kind === "suggest" ? decision.hit.id : null;
          const saysNow = said === null ? null : (known.byId.get(said)?.slug ?? null);
          return { ...each, at: each.at.toISOString(), saysNow, isRight: said === each.articleId };
        });
        return { items, right: items.filter(({ isRight }) => isRight).length };
      },
    }),
    defineRoute({
      method: "post",
      path: "/knowledge/golden",
      summary: "Add a question to the golden set: no model that gets it newly wrong is promoted",
      roles: TEACHERS,
      body: api.NewGolden,
      response: api.Done,
      status: 201,
      handle: async ({ body, asker }) => {
        if (body.articleId !== null) await findArticle(db, body.articleId);
        return { id: await store.addGolden(db, body, handOf(asker, clock.now())) };
      },
    }),
    defineRoute({
      method: "delete",
      path: "/knowledge/golden/{id}",
      summary: "Remove a question from the golden set",
      roles: TEACHERS,
      params: api.Id,
      response: api.Done,
      handle: async ({ params }) => {
        await store.removeGolden(db, params.id);
        return params;
      },
    }),
  ];
}

const MOST_CLUSTERS = 100;

function unansweredRoutes({ clock, unanswered }: LearningParts): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/knowledge/unanswered",
      summary: "Questions that no article answered, put together, each with an article to be written",
      roles: QUESTION_READERS,
      response: api.ClusterList,
      handle: () => unanswered.list(MOST_CLUSTERS),
    }),
    defineRoute({
      method: "post",
      path: "/knowledge/unanswered/{id}/dismiss",
      summary: "Say that these questions need no article",
      roles: TEACHERS,
      params: api.ClusterParams,
      response: api.Done,
      handle: async ({ params, asker }) => {
        await unanswered.dismiss(params.id, handOf(asker, clock.now()));
        return params;
      },
    }),
  ];
}
