import { Button, Progress, Stack, Text, Textarea, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import type { WouldAnswer } from "../../../../src/contract/api-knowledge.ts";
import type { z } from "zod";
import { api } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import styles from "./knowledge.module.css";

type Judged = z.infer<typeof WouldAnswer>;

const DECISIONS: Readonly<Record<Judged["decision"], string>> = {
  answered: "It would answer.",
  offered: "It would ask back, with a choice.",
  "handed-over": "It would hand over to people.",
  unknown: "It does not know, and would hand over to people.",
};

/** What would the bot say, and why? */
export function TestBench() {
  const { t } = useSpeech();
  const [question, setQuestion] = useState("");
  const ask = useMutation({ mutationFn: () => api<Judged>("/articles/ask", { body: { question } }) });
  function submit(event: FormEvent) {
    event.preventDefault();
    if (question.trim()) ask.mutate();
  }
  return (
    <aside className={styles.bench} aria-label={t("What would the bot say?")}>
      <Title order={2}>{t("What would the bot say?")}</Title>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Textarea
            aria-label={t("A customer's question")}
            placeholder={t("Are you open on Sunday?")}
            autosize
            minRows={2}
            value={question}
            onChange={(event) => setQuestion(event.currentTarget.value)}
          />
          <Button type="submit" loading={ask.isPending} disabled={!question.trim()}>
            {t("Ask")}
          </Button>
        </Stack>
      </form>
      {ask.error && <p role="alert">{ask.error.message}</p>}
      {ask.data && <Verdict judged={ask.data} />}
    </aside>
  );
}

function Verdict({ judged }: { judged: Judged }) {
  const { t } = useSpeech();
  const { decision, reply, score, threshold, candidates } = judged;
  return (
    <Stack gap="sm" aria-live="polite">
      <strong>{t(DECISIONS[decision])}</strong>
      {reply && <p className={styles.reply}>{reply}</p>}
      <Text className="quiet">
        {t("Certainty {score} of the {threshold} that it needs.", {
          score: score.toFixed(2),
          threshold: threshold.toFixed(2),
        })}
      </Text>
      {candidates.map((each) => (
        <div key={each.articleId}>
          <Text>{each.title}</Text>
          <Progress value={Math.min(100, each.score * 100)} size="sm" aria-label={each.score.toFixed(2)} />
          <Text className="quiet">{t("closest phrasing: {phrasing}", { phrasing: each.matchedPhrasing })}</Text>
        </div>
      ))}
    </Stack>
  );
}
