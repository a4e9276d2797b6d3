import { Button, Group, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useSpeech } from "../../lib/i18n.ts";
import { ArticlePicker, type Choice } from "./article-picker.tsx";
import { Answer, ArticleLink, Card, sayWithUndo } from "./parts.tsx";
import { goldenQuery, useChange, type GoldenView } from "./queries.ts";
import styles from "./knowledge.module.css";

/** Questions that no new model may unlearn. */
export function Golden({ mayTeach }: { mayTeach: boolean }) {
  const { t } = useSpeech();
  const golden = useQuery(goldenQuery);
  return (
    <Card
      title={t("Golden questions")}
      says={t(
        "No model that gets them newly wrong is taken. Put in what must never go wrong, also what must stay unanswered.",
      )}
    >
      {mayTeach && <Add />}
      <Answer query={golden} rows={3}>
        {({ items, right }) =>
          items.length === 0 ? (
            <p className="quiet">{t("There are none yet. Five are a good beginning.")}</p>
          ) : (
            <>
              <p>{t("{right} of {total} are right now.", { right, total: items.length })}</p>
              <ul className={styles.plain}>
                {items.map((each) => (
                  <Question key={each.id} golden={each} mayTeach={mayTeach} />
                ))}
              </ul>
            </>
          )
        }
      </Answer>
    </Card>
  );
}

function Question({ golden, mayTeach }: { golden: GoldenView; mayTeach: boolean }) {
  const { t } = useSpeech();
  const { question, articleId, slug, saysNow, isRight, by } = golden;
  return (
    <li className={styles.head}>
      <span className={styles.judged}>
        {isRight ? (
          <CircleCheck size={16} className={styles.good} aria-label={t("right")} />
        ) : (
          <CircleAlert size={16} className={styles.bad} aria-label={t("wrong")} />
        )}
        <span>
          {question} → <ArticleLink id={articleId} slug={slug} />
          <br />
          <span className="quiet">
            {isRight
              ? t("right now")
              : saysNow === null
                ? t("now it would say nothing")
                : t("now it would say {slug}", { slug: saysNow })}{" "}
            · {by}
          </span>
        </span>
      </span>
      {mayTeach && <Remove golden={golden} />}
    </li>
  );
}

function Remove({ golden: { id, question, articleId } }: { golden: GoldenView }) {
  const { t } = useSpeech();
  const again = useChange(() => ({ path: "/knowledge/golden", body: { question, articleId } }));
  const remove = useChange(() => ({ path: `/knowledge/golden/${id}`, method: "DELETE" }), {
    onDone: () =>
      sayWithUndo(`golden ${id}`, t("The question is removed."), { label: t("Undo"), run: () => again.mutate() }),
  });
  return (
    <Button size="xs" variant="default" loading={remove.isPending} onClick={() => remove.mutate()}>
      {t("Remove")}
    </Button>
  );
}

function Add() {
  const { t } = useSpeech();
  const [question, setQuestion] = useState("");
  const [choice, setChoice] = useState<Choice>();
  const add = useChange(() => ({ path: "/knowledge/golden", body: { question: question.trim(), articleId: choice } }), {
    quiet: true,
    onDone() {
      setQuestion("");
      setChoice(undefined);
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    add.mutate();
  }
  return (
    <form onSubmit={submit} className={styles.three}>
      <TextInput
        label={t("A customer's question")}
        maxLength={1_000}
        value={question}
        onChange={(event) => setQuestion(event.currentTarget.value)}
      />
      <ArticlePicker label={t("What answers it?")} value={choice} onChange={setChoice} />
      <Group gap="sm" align="flex-end">
        <Button
          type="submit"
          variant="default"
          disabled={!question.trim() || choice === undefined}
          loading={add.isPending}
        >
          {t("Add the question")}
        </Button>
        {add.error && <span role="alert">{add.error.message}</span>}
      </Group>
    </form>
  );
}
