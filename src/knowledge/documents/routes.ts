import * as api from "../../contract/api-documents.ts";
import { defineRoute, Download, ROLES, type Clock, type Role, type Route, type Upload } from "../../contract/index.ts";
import { spokenLanguage } from "../../lib/language.ts";
import type { Database } from "../../store/index.ts";
import { LIMITS } from "./block.ts";
import type { DocumentDesk } from "./desk.ts";
import type { PassageShelf } from "./passage-shelf.ts";
import * as passages from "./passages-store.ts";
import { quoteFor } from "./quote.ts";
import { quotedText, quoteOf } from "./quoted-answer.ts";
import { mayRead } from "./responder.ts";
import * as store from "./store.ts";

const WRITERS: readonly Role[] = ["owner", "admin", "agent", "marketer"];
const KEEPERS: readonly Role[] = ["owner", "admin"];

interface DocumentRouteParts {
  db: Database;
  clock: Clock;
  desk: DocumentDesk;
  shelf: PassageShelf;
}

/** Documents over the API. Fixed paths stand before "/documents/{id}", which would match them too. */
export function documentRoutes(parts: DocumentRouteParts): Route[] {
  return [
    ...addRoutes(parts),
    ...listRoutes(parts),
    ...settingRoutes(parts),
    ...askRoutes(parts),
    ...keepRoutes(parts),
    ...versionRoutes(parts),
    ...passageRoutes(parts),
  ];
}

function addRoutes({ db, desk }: DocumentRouteParts): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/documents",
      summary: "List the documents, newest first, or those that contain some words",
      roles: ROLES,
      query: api.DocumentQuery,
      response: api.DocumentPage,
      async handle({ query: { search = "", state, cursor, limit } }) {
        const found = await store.listDocuments(db, { search, state, cursor, limit: limit + 1 });
        return { items: found.slice(0, limit), next: found.length > limit ? found[limit - 1]!.id : null };
      },
    }),
    defineRoute({
      method: "post",
      path: "/documents/upload",
      summary:
        "Read a file (Markdown, HTML, PDF, DOCX, CSV) as a draft; its findings are to be looked at before it is published",
      roles: WRITERS,
      query: api.DocumentUploadQuery,
      upload: { maxBytes: LIMITS.bytes },
      response: api.DocumentView,
      status: 201,
      handle({ query: { link = null, validFrom = null, validTo = null, title, audience, why }, body, asker }) {
        return desk.upload(body as Upload, { title, link, audience, validFrom, validTo, why }, asker);
      },
    }),
    defineRoute({
      method: "post",
      path: "/documents/import-page",
      summary: "Read a page of the web as a draft",
      roles: WRITERS,
      body: api.PageImport,
      response: api.DocumentView,
      status: 201,
      handle: ({ body: { url, title, ...rest }, asker, signal }) =>
        desk.importPage(url, { ...rest, title, link: null, why: rest.why }, asker, signal),
    }),
  ];
}

function listRoutes({ db }: DocumentRouteParts): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/documents/export",
      summary: "What is published, with its passages",
      roles: ROLES,
      response: api.DocumentExport,
      handle: () => store.exportDocuments(db),
    }),
    defineRoute({
      method: "get",
      path: "/documents/changes",
      summary: "Who did what to documents, and why, newest first",
      roles: ROLES,
      query: api.DocumentChangeQuery,
      response: api.DocumentChangePage,
      async handle({ query }) {
        const found = await passages.listChanges(db, { ...query, limit: query.limit + 1 });
        return {
          items: found.slice(0, query.limit),
          next: found.length > query.limit ? found[query.limit - 1]!.id : null,
        };
      },
    }),
  ];
}

function settingRoutes({ db, clock, shelf }: DocumentRouteParts): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/documents/settings",
      summary: "When the bot quotes from documents",
      roles: ROLES,
      response: api.QuoteSettings,
      handle: () => passages.readQuoteSettings(db),
    }),
    defineRoute({
      method: "put",
      path: "/documents/settings",
      summary: "Say when the bot quotes from documents",
      roles: KEEPERS,
      body: api.QuoteSettings,
      response: api.QuoteSettings,
      async handle({ body, asker }) {
        await passages.writeQuoteSettings(db, body, asker.name, clock.now());
        await shelf.reload();
        return body;
      },
    }),
  ];
}

function askRoutes({ clock, shelf }: DocumentRouteParts): Route[] {
  return [
    defineRoute({
      method: "post",
      path: "/documents/ask",
      summary: "What the bot would quote to a question, and why; nothing is sent",
      roles: ROLES,
      body: api.DocumentQuestion,
      response: api.WouldQuote,
      async handle({ body: { question, audience, ...asked } }) {
        const { index, settings } = await shelf.current();
        const language = asked.language ?? spokenLanguage(question);
        const viewer = {
          stage: audience === "customers" ? "customer" : undefined,
          isStaff: audience === "staff",
          at: clock.now(),
        };
        const { kind, quote, hit, hits, threshold } = quoteFor(question, language, index, settings, mayRead(viewer));
        return {
          reply: kind === "quote" && hit ? quotedText(quote, hit.passage, language) : null,
          coverage: hit?.coverage ?? 0,
          threshold,
          candidates: hits.map((each) => ({ ...quoteOf(each.passage.text, each.passage), coverage: each.coverage })),
        };
      },
    }),
  ];
}

function keepRoutes({ db, desk }: DocumentRouteParts): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/documents/{id}",
      summary: "One document, its live version and its draft",
      roles: ROLES,
      params: api.DocumentParams,
      response: api.DocumentView,
      handle: ({ params }) => store.findDocument(db, params.id),
    }),
    defineRoute({
      method: "patch",
      path: "/documents/{id}",
      summary: "Change a document's title, link, audience or time",
      roles: WRITERS,
      params: api.DocumentParams,
      body: api.DocumentPatch,
      response: api.DocumentView,
      handle: ({ params, body, asker }) => desk.change(params.id, body, asker),
    }),
    defineRoute({
      method: "post",
      path: "/documents/{id}/publish",
      summary: "Answer from a version of the document from now on",
      roles: WRITERS,
      params: api.DocumentParams,
      body: api.Publication,
      response: api.DocumentView,
      handle: ({ params, body, asker }) => desk.publish(params.id, body, asker),
    }),
    defineRoute({
      method: "post",
      path: "/documents/{id}/archive",
      summary: "Answer from the document no more, and keep it",
      roles: WRITERS,
      params: api.DocumentParams,
      body: api.Reason,
      response: api.DocumentView,
      handle: ({ params, body, asker }) => desk.archive(params.id, body.why, asker),
    }),
    defineRoute({
      method: "delete",
      path: "/documents/{id}",
      summary: "Delete a document with its versions",
      roles: WRITERS,
      params: api.DocumentParams,
      query: api.DocumentVersionQuery,
      response: api.DocumentGone,
      handle: ({ params, query, asker }) => desk.remove(params.id, query.why, asker),
    }),
  ];
}

function versionRoutes({ db, desk }: DocumentRouteParts): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/documents/{id}/versions",
      summary: "A document's versions, newest first",
      roles: ROLES,
      params: api.DocumentParams,
      response: api.DocumentVersions,
      async handle({ params }) {
        await store.findDocument(db, params.id);
        return { items: await store.listVersionsOf(db, params.id) };
      },
    }),
    defineRoute({
      method: "post",
      path: "/documents/{id}/versions",
      summary: "Read a newer file of the document as its draft; the live version is answered from meanwhile",
      roles: WRITERS,
      params: api.DocumentParams,
      query: api.DocumentVersionQuery,
      upload: { maxBytes: LIMITS.bytes },
      response: api.DocumentView,
      status: 201,
      handle: ({ params, query, body, asker }) => desk.addVersion(params.id, body as Upload, query.why, asker),
    }),
    defineRoute({
      method: "post",
      path: "/documents/{id}/refetch",
      summary: "Read the document's page of the web again, as its draft",
      roles: WRITERS,
      params: api.DocumentParams,
      body: api.Reason,
      response: api.DocumentView,
      status: 201,
      handle: ({ params, body, asker, signal }) => desk.refetch(params.id, body.why, asker, signal),
    }),
    defineRoute({
      method: "get",
      path: "/documents/{id}/versions/{versionId}/file",
      summary: "The file that a version was read from",
      roles: ROLES,
      params: api.DocumentVersionParams,
      response: Download,
      download: true,
      handle: async ({ params }) => ({ ...(await store.readFileOf(db, params.id, params.versionId)), inline: false }),
    }),
  ];
}

function passageRoutes({ db, desk }: DocumentRouteParts): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/documents/{id}/passages",
      summary: "What a document was cut into: of the draft where there is one, else of the live version",
      roles: ROLES,
      params: api.DocumentParams,
      query: api.PassageQuery,
      response: api.PassagePage,
      async handle({ params, query: { after = 0, limit, ...asked } }) {
        const { live, draft } = await store.findDocument(db, params.id);
        const versionId = asked.versionId
          ? (await store.findVersionOf(db, params.id, asked.versionId)).id
          : (draft ?? live)?.id;
        const found = versionId ? await passages.listPassages(db, { versionId, after, limit: limit + 1 }) : [];
        return { items: found.slice(0, limit), next: found.length > limit ? found[limit - 1]!.position : null };
      },
    }),
    defineRoute({
      method: "patch",
      path: "/documents/{id}/passages/{passageId}",
      summary: "Withhold a passage from answers, or release it",
      roles: WRITERS,
      params: api.PassageParams,
      body: api.PassagePatch,
      response: api.PassageView,
      handle: ({ params, body, asker }) => desk.withhold(params.id, params.passageId, body, asker),
    }),
  ];
}
