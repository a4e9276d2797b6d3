import { Anchor, Button, Group, Select } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { AnswerEvidence, AnswerView, ArticleView } from "../../../../src/contract/api-knowledge.ts";
import type { Page } from "../../../../src/contract/route.ts";
import { api } from "../../lib/api.ts";
import { useSpeech, type Language, type Translate } from "../../lib/i18n.ts";
import { meQuery } from "../../lib/me.ts";
import { percent } from "../../lib/numbers.ts";
import { evidenceOf, givenBy } from "./evidence.ts";
import { sayFailure } from "./say-failure.ts";
import styles from "./evidence.module.css";

const HOW: Readonly<Record<NonNullable<AnswerEvidence["how"]>, string>> = {
  words: "by comparing words",
  learned: "by the trained model",
  "same-words": "by a phrasing word for word",
  corrected: "by the word of one of our people",
  quoted: "by a passage of a document",
  chosen: "chosen by a language model among near articles",
  written: "written by a language model from the quotes below",
};

/** Why the bot said this or nothing, and one click to say whether it was right. */
export function Evidence({ answer }: { answer: AnswerView }) {
  const { t } = useSpeech();
  const [open, setOpen] = useState(false);
  return (
    <div className={styles.evidence}>
      <button type="button" className={styles.toggle} aria-expanded={open} onClick={() => setOpen(!open)}>
        {answer.outcome === "handed-over" ? t("Why the bot did not answer") : t("Why the bot said this")}
        {answer.verdict && ` · ${verdictWords(answer, t)}`}
      </button>
      {open && <Reasons answer={answer} />}
    </div>
  );
}

function verdictWords(answer: AnswerView, t: Translate): string {
  const { verdict } = answer;
  if (!verdict) return "";
  const given = givenBy(answer)?.id ?? null;
  if (verdict.articleId === given) return t("{name} said: right", { name: verdict.by });
  if (verdict.articleId === null) return t("{name} said: no article answers it", { name: verdict.by });
  return t("{name} said: it should be “{article}”", { name: verdict.by, article: verdict.slug ?? "?" });
}

function Reasons({ answer }: { answer: AnswerView }) {
  const { t, language } = useSpeech();
  const { data: me } = useSuspenseQuery(meQuery);
  const evidence = evidenceOf(answer);
  const mayTeach = ["owner", "admin", "agent"].includes(me.role);
  return (
    <div className={styles.reasons}>
      <p>
        <span className="quiet">{t("Asked:")}</span> {answer.question}
      </p>
      {evidence ? (
        <>
          <p>{sentenceOf(evidence, answer, language, t)}</p>
          {evidence.matchedPhrasing !== null && (
            <p>
              <span className="quiet">{t("Nearest phrasing:")}</span> {evidence.matchedPhrasing}
            </p>
          )}
          {evidence.quotes?.map(({ title, heading, quote }, at) => (
            <blockquote key={at} className={styles.quote}>
              {quote}
              <footer className="quiet">{[title, heading].filter(Boolean).join(" · ")}</footer>
            </blockquote>
          ))}
        </>
      ) : (
        <p className="quiet">{t("This answer did not come from the knowledge base.")}</p>
      )}
      {mayTeach && evidence && <Judge answer={answer} evidence={evidence} />}
    </div>
  );
}

function sentenceOf(evidence: AnswerEvidence, answer: AnswerView, language: Language, t: Translate): string {
  const values = { sure: percent(evidence.score, language), threshold: percent(evidence.threshold, language) };
  const article = givenBy(answer)?.slug ?? evidence.candidates[0]?.slug;
  const how = evidence.how ? ` ${t("Found {how}.", { how: t(HOW[evidence.how]) })}` : "";
  if (article === undefined) return t("Nothing in the knowledge base comes near.");
  switch (evidence.decision) {
    case "answered":
      return t("“{article}”, {sure} sure; it answers from {threshold} on.", { article, ...values }) + how;
    case "suggested":
      return t("“{article}”, {sure} sure; it waits for one of us to confirm it.", { article, ...values }) + how;
    case "offered":
      return t("Not sure enough ({sure}, needs {threshold}): it asked back.", values) + how;
    default:
      return t("Nearest is “{article}”, only {sure} sure; it answers from {threshold} on.", { article, ...values }) + how; // prettier-ignore
  }
}

/** Right, or which article else, or none; taken back within ten seconds. */
function useVerdict(answer: AnswerView) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const refresh = () =>
    Promise.all([["answers"], ["knowledge"]].map((queryKey) => client.invalidateQueries({ queryKey })));
  const undo = useMutation({
    mutationFn: (correctionId: string) => api(`/corrections/${correctionId}/undo`, { body: {} }),
    onSuccess: refresh,
    onError: sayFailure,
  });
  const judge = useMutation({
    mutationFn: (articleId: string | null) =>
      api<{ id: string }>(`/answers/${answer.id}/verdict`, { body: { articleId } }),
    async onSuccess({ id: correctionId }) {
      await refresh();
      const id = `verdict ${correctionId}`;
      const back = () => {
        notifications.hide(id);
        undo.mutate(correctionId);
      };
      const message = (
        <>
          {t("The bot has learned it.")} <Anchor component="button" type="button" onClick={back}>{t("Take it back")}</Anchor>
        </>
      ); // prettier-ignore
      notifications.show({ id, message, autoClose: 10_000 });
    },
    onError: sayFailure,
  });
  return { judge, undo };
}

function Judge({ answer, evidence }: { answer: AnswerView; evidence: AnswerEvidence }) {
  const { t } = useSpeech();
  const { judge, undo } = useVerdict(answer);
  const given = givenBy(answer);
  const [chooses, setChooses] = useState(false);
  const { verdict } = answer;
  if (verdict) {
    return (
      <Group gap="sm">
        <span>{verdictWords(answer, t)}</span>
        <Button
          size="compact-xs"
          variant="subtle"
          loading={undo.isPending}
          onClick={() => undo.mutate(verdict.correctionId)}
        >
          {t("Take it back")}
        </Button>
      </Group>
    );
  }
  if (given && !chooses) {
    return (
      <Group gap="sm">
        <Button size="compact-sm" variant="default" loading={judge.isPending} onClick={() => judge.mutate(given.id)}>
          {t("That was right")}
        </Button>
        <Button size="compact-sm" variant="default" disabled={judge.isPending} onClick={() => setChooses(true)}>
          {t("That was wrong")}
        </Button>
      </Group>
    );
  }
  return (
    <Choose
      candidates={evidence.candidates.filter(({ articleId }) => articleId !== given?.id).slice(0, 3)}
      without={given?.id}
      isSaving={judge.isPending}
      onChoose={(articleId) => judge.mutate(articleId)}
    />
  );
}

interface ChooseProps {
  candidates: AnswerEvidence["candidates"];
  without: string | undefined;
  isSaving: boolean;
  onChoose: (articleId: string | null) => void;
}

function Choose({ candidates, without, isSaving, onChoose }: ChooseProps) {
  const { t, language } = useSpeech();
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed.trim(), 200);
  const found = useQuery({
    queryKey: ["knowledge", "articles to choose", search],
    queryFn: async ({ signal }) =>
      (await api<Page<ArticleView>>("/articles", { query: { search, limit: 20 }, signal })).items,
  });
  const nameOf = ({ slug, texts }: ArticleView) => (texts[language] ?? texts.en ?? texts.zh)?.title ?? slug;
  return (
    <div className={styles.choose}>
      <span className="quiet">{t("Which article answers it?")}</span>
      <Group gap="sm">
        {candidates.map(({ articleId, title }) => (
          <Button
            key={articleId}
            size="compact-sm"
            variant="default"
            disabled={isSaving}
            onClick={() => onChoose(articleId)}
          >
            {title}
          </Button>
        ))}
        <Button size="compact-sm" variant="default" loading={isSaving} onClick={() => onChoose(null)}>
          {t("No article answers it")}
        </Button>
      </Group>
      <Select
        size="xs"
        aria-label={t("Another article")}
        placeholder={t("Another article")}
        searchable
        disabled={isSaving}
        nothingFoundMessage={t("No article says this")}
        data={(found.data ?? [])
          .filter(({ id }) => id !== without)
          .map((each) => ({ value: each.id, label: nameOf(each) }))}
        filter={({ options }) => options} // the hub has searched, in the answers too
        searchValue={typed}
        onSearchChange={setTyped}
        onChange={(articleId) => articleId !== null && onChoose(articleId)}
      />
    </div>
  );
}
