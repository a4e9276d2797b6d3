import { Button, Drawer, Group, TextInput, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Empty, Failed, Waiting } from "../../app/states.tsx";
import { useSpeech } from "../../lib/i18n.ts";
import { meQuery } from "../../lib/me.ts";
import { ArticleForm } from "./article-form.tsx";
import { articlesQuery, type ArticleView } from "./queries.ts";
import { TestBench } from "./test-bench.tsx";
import styles from "./knowledge.module.css";

/** What the bot knows, and what it would say. */
export function Knowledge() {
  const { t } = useSpeech();
  const { data: me } = useSuspenseQuery(meQuery);
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed, 200);
  const [open, setOpen] = useState<ArticleView | "new">();
  const articles = useInfiniteQuery(articlesQuery(search));
  const mayWrite = ["owner", "admin", "agent", "marketer"].includes(me.role);
  const write = mayWrite && <Button onClick={() => setOpen("new")}>{t("Write an article")}</Button>;
  return (
    <div className={styles.page}>
      <section className={styles.articles}>
        <Group justify="space-between">
          <Title order={1}>{t("Knowledge")}</Title>
          {write}
        </Group>
        <TextInput
          aria-label={t("Search the articles")}
          placeholder={t("Search the articles")}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {articles.isPending ? (
          <Waiting />
        ) : articles.isError ? (
          <Failed error={articles.error} onRetry={() => void articles.refetch()} />
        ) : (
          <Rows
            rows={articles.data.pages.flatMap(({ items }) => items)}
            searched={search !== ""}
            onOpen={setOpen}
            onMore={articles.hasNextPage ? () => void articles.fetchNextPage() : undefined}
          />
        )}
      </section>
      <TestBench />
      <Drawer
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        position="right"
        size="xl"
        title={open === "new" ? t("Write an article") : open?.slug}
      >
        {open !== undefined && (
          <ArticleForm
            article={open === "new" ? undefined : open}
            mayWrite={mayWrite}
            onDone={() => setOpen(undefined)}
          />
        )}
      </Drawer>
    </div>
  );
}

function Rows({
  rows,
  searched,
  onOpen,
  onMore,
}: {
  rows: readonly ArticleView[];
  searched: boolean;
  onOpen: (article: ArticleView) => void;
  onMore: (() => void) | undefined;
}) {
  const { t, language } = useSpeech();
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
    <>
      <ul className={styles.rows}>
        {rows.map((row) => {
          const text = row.texts[language] ?? row.texts.en ?? row.texts.zh;
          const phrasings = row.phrasings.en.length + row.phrasings.zh.length;
          return (
            <li key={row.id}>
              <button type="button" className={styles.row} onClick={() => onOpen(row)}>
                <span className={styles.title}>{text?.title ?? row.slug}</span>
                <span className="quiet">
                  {[row.texts.en && "EN", row.texts.zh && "中文"].filter(Boolean).join(" · ")} ·{" "}
                  {t("{n} phrasings", { n: phrasings })}
                  {!row.enabled && ` · ${t("switched off")}`}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
      {onMore && (
        <Button variant="default" onClick={onMore}>
          {t("More")}
        </Button>
      )}
    </>
  );
}
