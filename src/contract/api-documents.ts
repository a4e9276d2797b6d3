import { z } from "zod";
import { Audience, AnswerEvidence } from "./api-knowledge.ts";
import { cleanText } from "./json.ts";

const words = (max: number) => z.string().overwrite(cleanText).trim().min(1).max(max);
const LanguageTag = z.enum(["en", "zh"]);
const Moment = z.iso.datetime({ offset: true, error: "Give a moment with its zone: 2026-12-24T18:00:00Z" });
const Why = words(500).optional();
/** Where people can read the document; it stands below each quote. */
const Link = z.url({ protocol: /^https?$/, error: "Give a whole address: https://example.com/returns" }).max(500);

/** What the author should look at before people are answered from the document. */
export const DocumentFinding = z.object({
  kind: z.enum(["hidden", "invisible-characters", "instructions"]).meta({
    description:
      "hidden: text that readers do not see; it is left out. invisible-characters: they were taken out. instructions: text that speaks to a program; its passage is withheld until somebody releases it.",
  }),
  detail: z.string(),
  excerpt: z.string(),
  page: z.int().nullable(),
  heading: z.string().nullable(),
});
export type DocumentFinding = z.infer<typeof DocumentFinding>;

/** What the uploader says about a document, in the query: the body is the file. */
export const DocumentUploadQuery = z.object({
  title: words(200).optional(),
  link: Link.optional(),
  audience: Audience.default("everyone"),
  validFrom: Moment.optional(),
  validTo: Moment.optional(),
  why: Why,
});
export const DocumentVersionQuery = z.object({ why: Why });

export const PageImport = z.strictObject({
  url: Link,
  title: words(200).optional(),
  audience: Audience.default("everyone"),
  validFrom: Moment.nullable().default(null),
  validTo: Moment.nullable().default(null),
  why: Why,
});

export const DocumentPatch = z.strictObject({
  title: words(200).optional(),
  link: Link.nullable().optional(),
  audience: Audience.optional(),
  validFrom: Moment.nullable().optional(),
  validTo: Moment.nullable().optional(),
  why: Why,
});
export type DocumentPatch = z.infer<typeof DocumentPatch>;

export const DocumentVersionView = z.object({
  id: z.uuid(),
  documentId: z.uuid(),
  number: z.int(),
  format: z.enum(["markdown", "html", "pdf", "docx", "csv"]),
  fileName: z.string(),
  size: z.int(),
  passages: z.int(),
  withheld: z.int().meta({ description: "Passages that are not answered from." }),
  findings: z.array(DocumentFinding),
  why: z.string().nullable(),
  by: z.string(),
  staffId: z.uuid().nullable(),
  at: z.string(),
  publishedAt: z.string().nullable(),
});
export type DocumentVersionView = z.infer<typeof DocumentVersionView>;

export const DocumentView = z.object({
  id: z.uuid(),
  title: z.string(),
  link: z.string().nullable(),
  sourceUrl: z.string().nullable().meta({ description: "The web page that it was read from." }),
  audience: Audience,
  validFrom: z.string().nullable(),
  validTo: z.string().nullable(),
  state: z.enum(["draft", "published", "archived"]),
  live: DocumentVersionView.nullable().meta({ description: "What is answered from." }),
  draft: DocumentVersionView.nullable().meta({ description: "A newer version that waits to be published." }),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type DocumentView = z.infer<typeof DocumentView>;

export const DocumentParams = z.object({ id: z.uuid() });
export const DocumentVersionParams = z.object({ id: z.uuid(), versionId: z.uuid() });
export const PassageParams = z.object({ id: z.uuid(), passageId: z.uuid() });
export const DocumentQuery = z.object({
  search: z.string().overwrite(cleanText).trim().max(200).optional(),
  state: DocumentView.shape.state.optional(),
  cursor: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export const DocumentPage = z.object({ items: z.array(DocumentView), next: z.string().nullable() });
export const DocumentVersions = z.object({ items: z.array(DocumentVersionView) });
export const DocumentGone = z.object({ id: z.uuid(), title: z.string() });

export const Publication = z.strictObject({
  /** The version that the publisher has looked at: another one may have come since. */
  versionId: z.uuid(),
  /** How many findings they have seen. */
  findingsSeen: z.int().min(0).default(0),
  why: Why,
});
export const Reason = z.strictObject({ why: Why });

export const PassageView = z.object({
  id: z.uuid(),
  position: z.int(),
  heading: z.string(),
  text: z.string(),
  language: LanguageTag,
  page: z.int().nullable(),
  anchor: z.string().nullable(),
  withheld: z.boolean(),
  reasons: z.array(z.string()).meta({ description: "Why it was withheld at first." }),
});
export type PassageView = z.infer<typeof PassageView>;
export const PassageQuery = z.object({
  versionId: z.uuid().optional().meta({ description: "The draft where there is one, else the live version." }),
  after: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(100),
});
export const PassagePage = z.object({ items: z.array(PassageView), next: z.int().nullable() });
export const PassagePatch = z.strictObject({ withheld: z.boolean(), why: Why });

/** Who did what to a document, and why. */
export const DocumentChangeView = z.object({
  id: z.uuid(),
  documentId: z.uuid(),
  title: z.string(),
  change: z.enum(["added", "new-version", "changed", "published", "archived", "released", "withheld", "deleted"]),
  versionId: z.uuid().nullable(),
  why: z.string().nullable(),
  by: z.string(),
  staffId: z.uuid().nullable(),
  at: z.string(),
});
export type DocumentChangeView = z.infer<typeof DocumentChangeView>;
export const DocumentChangeQuery = z.object({
  documentId: z.uuid().optional(),
  cursor: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const DocumentChangePage = z.object({ items: z.array(DocumentChangeView), next: z.string().nullable() });

/** What is published, with its words. */
export const DocumentExport = z.array(
  DocumentView.pick({
    title: true,
    link: true,
    sourceUrl: true,
    audience: true,
    validFrom: true,
    validTo: true,
  }).extend({
    passages: z.array(
      PassageView.pick({ heading: true, text: true, language: true, page: true, anchor: true, withheld: true }),
    ),
  }),
);
export type DocumentExport = z.infer<typeof DocumentExport>;

const Share = z.number().min(0.5).max(1);
/** When the bot quotes from documents. */
export const QuoteSettings = z.strictObject({
  enabled: z.boolean(),
  /** Of what a question means, so much must stand in the passage, by language. */
  coverage: z.strictObject({ en: Share, zh: Share }),
});
export type QuoteSettings = z.infer<typeof QuoteSettings>;

export const DocumentQuestion = z.strictObject({
  question: words(2_000),
  language: LanguageTag.optional(),
  audience: Audience.optional(),
});
const QuoteView = AnswerEvidence.shape.quotes.unwrap().element;
export const WouldQuote = z.object({
  reply: z.string().nullable().meta({ description: "What would be said; null for nothing." }),
  coverage: z.number(),
  threshold: z.number(),
  candidates: z.array(QuoteView.extend({ coverage: z.number() })),
});
