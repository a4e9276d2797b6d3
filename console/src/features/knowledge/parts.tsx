import { Button, Group, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient, type UseInfiniteQueryResult, type UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Failed, Waiting } from "../../app/states.tsx";
import { useSpeech } from "../../lib/i18n.ts";
import { ago, exactly } from "../../lib/time.ts";
import { articlesQuery } from "./queries.ts";
import { usePlace } from "./search.ts";
import styles from "./knowledge.module.css";

/** One idea: a title, a sentence, and what there is. */
export function Card({
  title,
  says,
  tools,
  children,
}: {
  title: string;
  says?: ReactNode;
  tools?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className={styles.card} aria-label={title}>
      <header className={styles.head}>
        <Title order={2}>{title}</Title>
        {tools}
      </header>
      {says && <p className={styles.says}>{says}</p>}
      {children}
    </section>
  );
}

/** What somebody should look at before they go on. */
export function Notice({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={styles.notice} role="note">
      <strong>{title}</strong>
      {children}
    </div>
  );
}

/** Waiting, failed with a way on, or what there is. A failed refresh keeps what is on the screen. */
export function Answer<Data>({
  query,
  rows = 4,
  children,
}: {
  query: Pick<UseQueryResult<Data>, "data" | "error" | "isPending" | "refetch">;
  rows?: number;
  children: (data: Data) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.isPending) return <Waiting rows={rows} />;
  return <Failed error={query.error} onRetry={() => void query.refetch()} />;
}

export function More({
  list,
}: {
  list: Pick<UseInfiniteQueryResult, "hasNextPage" | "isFetchingNextPage" | "fetchNextPage">;
}) {
  const { t } = useSpeech();
  if (!list.hasNextPage) return null;
  return (
    <Group>
      <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
        {t("More")}
      </Button>
    </Group>
  );
}

export function Moment({ at }: { at: string }) {
  const { language } = useSpeech();
  return (
    <time dateTime={at} title={exactly(at, language)}>
      {ago(at, new Date(), language)}
    </time>
  );
}

/** An article by its short name; opens it. */
export function ArticleLink({ id, slug }: { id: string | null; slug: string | null }) {
  const { t } = useSpeech();
  const { go } = usePlace();
  if (id === null) return <span className="quiet">{t("no article answers it")}</span>;
  if (slug === null) return <span className="quiet">{t("an article that was deleted")}</span>;
  return (
    <button type="button" className={styles.link} onClick={() => go({ article: id, cluster: undefined })}>
      {slug}
    </button>
  );
}

/** Opens the article of a short name; `cluster` are the questions that it is to answer as well. */
export function useOpenBySlug() {
  const client = useQueryClient();
  const { go } = usePlace();
  return async (slug: string, cluster?: string) => {
    const { pages } = await client.fetchInfiniteQuery(articlesQuery(slug));
    const article = pages.flatMap(({ items }) => items).find((each) => each.slug === slug);
    if (article) go({ article: article.id, cluster });
  };
}

/** Says what was done, with a way back for ten seconds. */
export function sayWithUndo(id: string, message: string, undo: { label: string; run: () => void }): void {
  const run = () => {
    notifications.hide(id);
    undo.run();
  };
  notifications.show({
    id,
    autoClose: 10_000,
    message: (
      <span>
        {message}{" "}
        <button type="button" className={styles.link} onClick={run}>
          {undo.label}
        </button>
      </span>
    ),
  });
}
