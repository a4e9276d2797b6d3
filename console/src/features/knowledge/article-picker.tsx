import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useSpeech } from "../../lib/i18n.ts";
import { articlesQuery, type ArticleView } from "./queries.ts";

/** Nothing chosen yet, an article, or that none answers it. */
export type Choice = string | null | undefined;

const NONE = "none";

/** Which article answers a question? */
export function ArticlePicker({
  label,
  value,
  without,
  onChange,
}: {
  label: string;
  value: Choice;
  /** An article that is no choice here. */
  without?: string;
  onChange: (choice: Choice) => void;
}) {
  const { t, language } = useSpeech();
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState<{ value: string; label: string }>();
  const [search] = useDebouncedValue(typed === chosen?.label ? "" : typed.trim(), 200);
  const found = useInfiniteQuery(articlesQuery(search));
  const nameOf = ({ slug, texts }: ArticleView) =>
    `${(texts[language] ?? texts.en ?? texts.zh)?.title ?? slug} · ${slug}`;
  const articles = (found.data?.pages[0]?.items ?? [])
    .filter(({ id }) => id !== without)
    .map((article) => ({ value: article.id, label: nameOf(article) }));
  const none = { value: NONE, label: t("No article answers it") };
  const kept = chosen && chosen.value !== NONE && !articles.some((each) => each.value === chosen.value) ? [chosen] : [];
  return (
    <Select
      label={label}
      placeholder={t("Search the articles")}
      searchable
      clearable
      nothingFoundMessage={t("No article says this")}
      data={[none, ...kept, ...articles]}
      filter={({ options }) => options} // the hub has searched, in the answers too
      value={value === null ? NONE : (value ?? null)}
      searchValue={typed}
      onSearchChange={setTyped}
      onChange={(next, option) => {
        setChosen(option ?? undefined);
        onChange(next === null ? undefined : next === NONE ? null : next);
      }}
    />
  );
}
