import { Badge, Button, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Empty } from "../../app/states.tsx";
import { useSpeech, type Translate } from "../../lib/i18n.ts";
import { dayOf } from "../../lib/time.ts";
import { AUDIENCES } from "./article-form.tsx";
import { Restore } from "./article-versions.tsx";
import { timeOf } from "./draft.ts";
import { Answer, Moment, More } from "./parts.tsx";
import { articlesQuery, versionsQuery, type ArticleView } from "./queries.ts";
import { usePlace } from "./search.ts";
import styles from "./knowledge.module.css";

/** What the bot knows, to be searched and opened. */
export function Articles({ mayWrite }: { mayWrite: boolean }) {
  const { t } = useSpeech();
  const { place, go } = usePlace();
  const [typed, setTyped] = useState(place.q ?? "");
  const [search] = useDebouncedValue(typed.trim(), 200);
  useEffect(() => {
    if (search !== (place.q ?? "")) go({ q: search || undefined });
    // Only what was typed is told; the address changes by itself too.
  }, [search]);
  const list = useInfiniteQuery({ ...articlesQuery(search), placeholderData: keepPreviousData });
  return (
    <>
      <div className={styles.bar}>
        <TextInput
          type="search"
          className={styles.grow}
          aria-label={t("Search the articles")}
          placeholder={t("Search the articles")}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {mayWrite && <Button onClick={() => go({ article: "new" })}>{t("Write an article")}</Button>}
      </div>
      <Answer query={list} rows={6}>
        {({ pages }) => <Rows rows={pages.flatMap(({ items }) => items)} searched={search !== ""} />}
      </Answer>
      <More list={list} />
      <Deleted mayWrite={mayWrite} />
    </>
  );
}

function Rows({ rows, searched }: { rows: readonly ArticleView[]; searched: boolean }) {
  const { t, language } = useSpeech();
  const { go } = usePlace();
  if (rows.length === 0) {
    return searched ? (
      <Empty title={t("No article says this")}>{t("Search with other words, or write it.")}</Empty>
    ) : (
      <Empty title={t("The bot knows nothing yet")}>
        {t(
          "An article is one answer, in each language, with the ways in which people ask for it. Ten phrasings make a good one.",
        )}
      </Empty>
    );
  }
  return (
    <ul className={styles.rows}>
      {rows.map((row) => {
        const text = row.texts[language] ?? row.texts.en ?? row.texts.zh;
        const phrasings = row.phrasings.en.length + row.phrasings.zh.length;
        return (
          <li key={row.id}>
            <button type="button" className={styles.row} onClick={() => go({ article: row.id })}>
              <span className={styles.title}>{text?.title ?? row.slug}</span>
              <span className="quiet">
                {row.slug} · {[row.texts.en && "EN", row.texts.zh && "中文"].filter(Boolean).join(" · ")} ·{" "}
                {t("{n} phrasings", { n: phrasings })}
              </span>
              <Marks words={marksOf(row, (day) => dayOf(day, language), t)} />
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** What is unusual about an article. */
function marksOf(article: ArticleView, day: (moment: string) => string, t: Translate): string[] {
  const time = timeOf(article, new Date());
  return [
    ...(article.enabled ? [] : [t("switched off")]),
    ...(article.audience === "everyone" ? [] : [t(AUDIENCES[article.audience])]),
    ...(time === "later" ? [t("from {day}", { day: day(article.validFrom!) })] : []),
    ...(time === "over" ? [t("ended {day}", { day: day(article.validTo!) })] : []),
    ...(time === "now" && article.validTo !== null ? [t("until {day}", { day: day(article.validTo) })] : []),
  ];
}

function Marks({ words }: { words: readonly string[] }) {
  if (words.length === 0) return null;
  return (
    <span className={styles.marks}>
      {words.map((each) => (
        <Badge key={each} variant="default" radius="sm" className={styles.mark}>
          {each}
        </Badge>
      ))}
    </span>
  );
}

/** Articles that are gone, unless they came back since. */
function Deleted({ mayWrite }: { mayWrite: boolean }) {
  const { t } = useSpeech();
  const { go } = usePlace();
  const [isOpen, setOpen] = useState(false);
  const deleted = useInfiniteQuery({ ...versionsQuery({ change: "deleted" }), enabled: isOpen });
  const restored = useInfiniteQuery({ ...versionsQuery({ change: "restored" }), enabled: isOpen });
  const back = restored.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <details className={styles.details} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("Deleted articles")}</summary>
      {isOpen && (
        <Answer query={deleted} rows={2}>
          {({ pages }) => {
            const all = pages.flatMap(({ items }) => items);
            const gone = all.filter(
              (each, at) =>
                all.findIndex(({ articleId }) => articleId === each.articleId) === at &&
                !back.some(({ articleId, at: then }) => articleId === each.articleId && then > each.at),
            );
            if (gone.length === 0) return <p className="quiet">{t("No article is deleted.")}</p>;
            return (
              <ul className={styles.rows}>
                {gone.map((version) => (
                  <li key={version.id} className={styles.item}>
                    <span className={styles.grow}>
                      {version.slug}{" "}
                      <span className="quiet">
                        {version.by} · <Moment at={version.at} />
                        {version.why && ` · ${version.why}`}
                      </span>
                    </span>
                    {mayWrite && <Restore version={version} onDone={({ id }) => go({ article: id })} />}
                  </li>
                ))}
              </ul>
            );
          }}
        </Answer>
      )}
      {isOpen && <More list={deleted} />}
    </details>
  );
}
