import { Button, CopyButton, Drawer, Group, Stack, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import type { Page } from "../../../../src/contract/route.ts";
import { ArticleForm } from "./article-form.tsx";
import { ArticleVersions } from "./article-versions.tsx";
import { Answer, Card, sayWithUndo } from "./parts.tsx";
import { articleQuery, clustersQuery, useChange, type ArticleVersionView, type ArticleView } from "./queries.ts";
import { usePlace } from "./search.ts";
import styles from "./knowledge.module.css";

/** The article that the address names, over whatever list it was opened from. */
export function ArticlePanel({ mayWrite, readsQuestions }: { mayWrite: boolean; readsQuestions: boolean }) {
  const { t } = useSpeech();
  const { place, go } = usePlace();
  const { article: id, cluster } = place;
  const clusters = useQuery({ ...clustersQuery, enabled: readsQuestions && cluster !== undefined });
  const article = useQuery({ ...articleQuery(id ?? ""), enabled: id !== undefined && id !== "new" });
  const asked = clusters.data?.items.find((each) => each.id === cluster)?.draft;
  const waitsForCluster = readsQuestions && cluster !== undefined && clusters.isPending;
  const close = () => go({ article: undefined, cluster: undefined });
  return (
    <Drawer
      opened={id !== undefined}
      onClose={close}
      position="right"
      size="xl"
      title={id === "new" ? t("Write an article") : (article.data?.slug ?? t("Article"))}
      closeButtonProps={{ "aria-label": t("Close") }}
    >
      {id === "new" && !waitsForCluster && (
        <ArticleForm article={undefined} asked={asked} mayWrite={mayWrite} onDone={close} />
      )}
      {id !== undefined && id !== "new" && (
        <Answer query={waitsForCluster ? { ...article, data: undefined, isPending: true } : article}>
          {(data) => <Opened key={data.id} article={data} asked={asked} mayWrite={mayWrite} onDone={close} />}
        </Answer>
      )}
    </Drawer>
  );
}

type OpenedProps = Parameters<typeof ArticleForm>[0] & { article: ArticleView };

function Opened({ article, asked, mayWrite, onDone }: OpenedProps) {
  const { t } = useSpeech();
  const [tab, setTab] = useState<string | null>("text");
  return (
    <Tabs value={tab} onChange={setTab}>
      <Tabs.List>
        <Tabs.Tab value="text">{t("Text")}</Tabs.Tab>
        <Tabs.Tab value="versions">{t("Versions")}</Tabs.Tab>
        <Tabs.Tab value="links">{t("Links")}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="text" pt="lg">
        <ArticleForm article={article} asked={asked} mayWrite={mayWrite} onDone={onDone} />
      </Tabs.Panel>
      <Tabs.Panel value="versions" pt="lg">
        {tab === "versions" && <ArticleVersions articleId={article.id} mayWrite={mayWrite} onRestored={onDone} />}
      </Tabs.Panel>
      <Tabs.Panel value="links" pt="lg">
        <Links article={article} mayWrite={mayWrite} onGone={onDone} />
      </Tabs.Panel>
    </Tabs>
  );
}

/** Where the article can be pointed to, and the way out for it. */
function Links({ article, mayWrite, onGone }: { article: ArticleView; mayWrite: boolean; onGone: () => void }) {
  const { t } = useSpeech();
  const { go } = usePlace();
  const first = article.phrasings.en[0] ?? article.phrasings.zh[0];
  return (
    <Stack gap="lg">
      <Card title={t("For colleagues")} says={t("This address opens the article for whoever may sign in here.")}>
        <Copied text={new URL(`/knowledge?article=${article.id}`, window.location.href).href} />
      </Card>
      <Card
        title={t("For buttons")}
        says={t("A button with this id, sent by a canned reply or over the API, is answered with the article.")}
      >
        <Copied text={`article:${article.slug}`} />
      </Card>
      <Group gap="sm">
        {first && (
          <Button variant="default" onClick={() => go({ tab: "bench", ask: first, article: undefined })}>
            {t("Ask its first phrasing on the test bench")}
          </Button>
        )}
        {mayWrite && <Delete article={article} onGone={onGone} />}
      </Group>
    </Stack>
  );
}

function Copied({ text }: { text: string }) {
  const { t } = useSpeech();
  return (
    <Group gap="sm" wrap="nowrap">
      <code className={styles.code}>{text}</code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button size="xs" variant="default" onClick={copy}>
            {copied ? t("Copied") : t("Copy")}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}

function Delete({ article: { id, slug }, onGone }: { article: ArticleView; onGone: () => void }) {
  const { t } = useSpeech();
  const restore = useChange((version: string) => ({ path: `/article-versions/${version}/restore`, method: "POST" }));
  const remove = useChange(() => ({ path: `/articles/${id}`, method: "DELETE" }), {
    onDone() {
      onGone();
      const run = async () => {
        const query = { articleId: id, change: "deleted", limit: 1 };
        const { items } = await api<Page<ArticleVersionView>>("/article-versions", { query });
        if (items[0]) restore.mutate(items[0].id);
      };
      sayWithUndo(`deleted ${id}`, t("{slug} is deleted.", { slug }), {
        label: t("Undo"),
        run: () => void run().catch(() => undefined),
      });
    },
  });
  return (
    <Button variant="default" color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
      {t("Delete the article")}
    </Button>
  );
}
