import { Button, Group, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import type { CorrectionPage, CorrectionView } from "../../../../src/contract/api-learning.ts";
import type { z } from "zod";
import { Empty } from "../../app/states.tsx";
import { useSpeech } from "../../lib/i18n.ts";
import { ArticlePicker, type Choice } from "./article-picker.tsx";
import { Answer, ArticleLink, Card, Moment, More, Notice, sayWithUndo } from "./parts.tsx";
import { correctionsQuery, useChange } from "./queries.ts";
import styles from "./knowledge.module.css";

/** What our people said that questions mean: in force at once, and undone by another word. */
export function Corrections({ mayTeach }: { mayTeach: boolean }) {
  const { t } = useSpeech();
  const list = useInfiniteQuery(correctionsQuery);
  return (
    <>
      {mayTeach && <Add />}
      <Answer query={list} rows={4}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) {
            return (
              <Empty title={t("Nobody has corrected the bot yet")}>
                {t("Say once what a question means, and the bot knows it from the next message on.")}
              </Empty>
            );
          }
          return (
            <>
              <Conflicts conflicts={pages[0]!.conflicts} items={items} />
              <ul className={styles.rows}>
                {items.map((correction) => (
                  <Correction key={correction.id} correction={correction} mayTeach={mayTeach} />
                ))}
              </ul>
            </>
          );
        }}
      </Answer>
      <More list={list} />
    </>
  );
}

type Conflict = z.infer<typeof CorrectionPage>["conflicts"][number];

function Conflicts({ conflicts, items }: { conflicts: readonly Conflict[]; items: readonly CorrectionView[] }) {
  const { t } = useSpeech();
  if (conflicts.length === 0) return null;
  const slugOf = (id: string | null) => items.find(({ articleId }) => articleId === id)?.slug ?? null;
  return (
    <Notice
      title={t("The same question was given different answers. The last word counts; undo the ones that are wrong.")}
    >
      <ul className={styles.examples}>
        {conflicts.map(({ texts, articleIds }) => (
          <li key={texts.join("|")}>
            {texts.map((text) => t("“{text}”", { text })).join(" ")} →{" "}
            {articleIds.map((id, at) => (
              <span key={id}>
                {at > 0 && ", "}
                <ArticleLink id={id} slug={slugOf(id) ?? (id === null ? null : t("another article"))} />
              </span>
            ))}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function Correction({ correction, mayTeach }: { correction: CorrectionView; mayTeach: boolean }) {
  const { t } = useSpeech();
  const { question, articleId, slug, why, by, at, conversationId, undoneBy, conflicts } = correction;
  return (
    <li className={styles.item} data-undone={undoneBy !== null}>
      <div className={styles.grow}>
        <p>
          <span className={styles.asked}>{question}</span> → <ArticleLink id={articleId} slug={slug} />
        </p>
        {why && <p>{why}</p>}
        <p className="quiet">
          {by} · <Moment at={at} />
          {conversationId !== null && (
            <>
              {" · "}
              <Link to="/inbox/$conversationId" params={{ conversationId }}>
                {t("in a conversation")}
              </Link>
            </>
          )}
          {undoneBy !== null && ` · ${t("undone by {name}", { name: undoneBy })}`}
        </p>
        {conflicts && <p className={styles.warn}>{t("Another correction says otherwise.")}</p>}
      </div>
      {mayTeach && undoneBy === null && <Undo correction={correction} />}
    </li>
  );
}

function Undo({ correction: { id, question, language, articleId, why } }: { correction: CorrectionView }) {
  const { t } = useSpeech();
  const again = useChange(() => ({
    path: "/corrections",
    body: { question, language, articleId, ...(why !== null && { why }) },
  }));
  const undo = useChange(() => ({ path: `/corrections/${id}/undo`, body: {} }), {
    onDone: () =>
      sayWithUndo(`undone ${id}`, t("The correction is undone."), {
        label: t("Correct it again"),
        run: () => again.mutate(),
      }),
  });
  return (
    <Button size="xs" variant="default" loading={undo.isPending} onClick={() => undo.mutate()}>
      {t("Undo")}
    </Button>
  );
}

function Add() {
  const { t } = useSpeech();
  const [question, setQuestion] = useState("");
  const [choice, setChoice] = useState<Choice>();
  const [why, setWhy] = useState("");
  const add = useChange(
    () => ({
      path: "/corrections",
      body: { question: question.trim(), articleId: choice, ...(why.trim() && { why: why.trim() }) },
    }),
    {
      quiet: true,
      onDone() {
        setQuestion("");
        setChoice(undefined);
        setWhy("");
      },
    },
  );
  function submit(event: FormEvent) {
    event.preventDefault();
    add.mutate();
  }
  return (
    <Card
      title={t("Say what a question means")}
      says={t("It holds at once, for this question and what means the same.")}
    >
      <form onSubmit={submit} className={styles.three}>
        <TextInput
          label={t("A customer's question")}
          maxLength={1_000}
          value={question}
          onChange={(event) => setQuestion(event.currentTarget.value)}
        />
        <ArticlePicker label={t("What answers it?")} value={choice} onChange={setChoice} />
        <TextInput
          label={t("Why (may stay empty)")}
          maxLength={500}
          value={why}
          onChange={(event) => setWhy(event.currentTarget.value)}
        />
        <Group gap="sm">
          <Button type="submit" disabled={!question.trim() || choice === undefined} loading={add.isPending}>
            {t("Correct the bot")}
          </Button>
          {add.error && <span role="alert">{add.error.message}</span>}
        </Group>
      </form>
    </Card>
  );
}
