import { readFileSync } from "node:fs";
import { NewArticle, type ArticleView } from "../../src/contract/api-knowledge.ts";
import { newId } from "../../src/lib/ids.ts";

/** The demo shop's knowledge base, as it is imported. */
export function shopArticles(): NewArticle[] {
  return JSON.parse(readFileSync(new URL("../../demo/shop-articles.json", import.meta.url), "utf8")) as NewArticle[];
}

/** An article as the store gives it back, without a store. */
export function articleView(article: NewArticle): ArticleView {
  const { phrasings, ...rest } = NewArticle.parse(article);
  const at = "2026-01-01T00:00:00.000Z";
  const { en = [], zh = [] } = phrasings;
  return { id: newId(), ...rest, phrasings: { en, zh }, createdAt: at, updatedAt: at };
}
