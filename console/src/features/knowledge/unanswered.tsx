import { Button, Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Empty } from "../../app/states.tsx";
import { useSpeech } from "../../lib/i18n.ts";
import { count } from "../../lib/numbers.ts";
import { Answer, Card, Moment, useOpenBySlug } from "./parts.tsx";
import { clustersQuery, useChange, type ClusterView } from "./queries.ts";
import { usePlace } from "./search.ts";
import styles from "./knowledge.module.css";

/** What people asked and nobody's article answered, put together into what could be written. */
export function UnansweredQuestions({ mayWrite, mayTeach }: { mayWrite: boolean; mayTeach: boolean }) {
  const { t, language } = useSpeech();
  const clusters = useQuery(clustersQuery);
  return (
    <Answer query={clusters} rows={5}>
      {({ items, questions }) =>
        items.length === 0 ? (
          <Empty title={t("Every question has an answer")}>
            {t("What people ask and no article answers stands here, put together by what it means.")}
          </Empty>
        ) : (
          <>
            <p className={styles.finding}>
              {t(
                "Questions without an answer: {questions}. Groups of what means the same: {groups}, the most asked first.",
                {
                  questions: count(questions, language),
                  groups: count(items.length, language),
                },
              )}
            </p>
            {items.map((cluster) => (
              <Cluster key={cluster.id} cluster={cluster} mayWrite={mayWrite} mayTeach={mayTeach} />
            ))}
          </>
        )
      }
    </Answer>
  );
}

const SHOWN = 3;

function Cluster({ cluster, mayWrite, mayTeach }: { cluster: ClusterView; mayWrite: boolean; mayTeach: boolean }) {
  const { t } = useSpeech();
  const { go } = usePlace();
  const { id, draft, nearest, examples } = cluster;
  const openBySlug = useOpenBySlug();
  return (
    <Card
      title={draft.title}
      says={
        <>
          {t("times asked: {n}", { n: cluster.count })} · {t("last")} <Moment at={cluster.lastAt} />
        </>
      }
      tools={
        <Group gap="sm">
          {mayWrite && (
            <Button size="xs" onClick={() => go({ article: "new", cluster: id })}>
              {t("Write this article")}
            </Button>
          )}
          {mayTeach && <Dismiss id={id} />}
        </Group>
      }
    >
      <Examples examples={examples.slice(0, SHOWN)} />
      {examples.length > SHOWN && (
        <details className={styles.details}>
          <summary>{t("{n} more", { n: examples.length - SHOWN })}</summary>
          <Examples examples={examples.slice(SHOWN)} />
        </details>
      )}
      {nearest !== null && (
        <p className="quiet">
          {t("The nearest article may lack these phrasings only:")}{" "}
          <button
            type="button"
            className={styles.link}
            onClick={() => void openBySlug(nearest, mayWrite ? id : undefined)}
          >
            {mayWrite ? t("add them to {slug}", { slug: nearest }) : nearest}
          </button>
        </p>
      )}
    </Card>
  );
}

function Examples({ examples }: { examples: ClusterView["examples"] }) {
  return (
    <ul className={styles.examples}>
      {examples.map(({ question, conversationId, at }) => (
        <li key={`${conversationId} ${at} ${question}`}>
          <Link to="/inbox/$conversationId" params={{ conversationId }}>
            {question}
          </Link>{" "}
          <span className="quiet">
            <Moment at={at} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Dismiss({ id }: { id: string }) {
  const { t } = useSpeech();
  const dismiss = useChange(() => ({ path: `/knowledge/unanswered/${id}/dismiss`, method: "POST" }));
  return (
    <Button size="xs" variant="default" loading={dismiss.isPending} onClick={() => dismiss.mutate()}>
      {t("Needs no article")}
    </Button>
  );
}
