import { Button, Group, SegmentedControl, Switch, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Empty } from "../../app/states.tsx";
import { useSpeech } from "../../lib/i18n.ts";
import { percent } from "../../lib/numbers.ts";
import { ArticlePicker, type Choice } from "./article-picker.tsx";
import { Answer, ArticleLink, Moment, More } from "./parts.tsx";
import { suggestionsQuery, useChange, type SuggestionView } from "./queries.ts";
import { usePlace } from "./search.ts";
import styles from "./knowledge.module.css";

const STATES: Readonly<Record<SuggestionView["state"], string>> = {
  waiting: "Waiting",
  confirmed: "Confirmed",
  rejected: "Rejected",
};

/** Answers that the bot found and does not give by itself. */
export function Suggestions({ mayTeach }: { mayTeach: boolean }) {
  const { t } = useSpeech();
  const { place, go } = usePlace();
  const list = useInfiniteQuery(suggestionsQuery(place.state));
  return (
    <>
      <SegmentedControl
        aria-label={t("Which suggestions")}
        className={styles.narrow}
        value={place.state}
        onChange={(state) => go({ state: state as SuggestionView["state"] })}
        data={Object.entries(STATES).map(([value, name]) => ({ value, label: t(name) }))}
      />
      <Answer query={list} rows={4}>
        {({ pages }) => <Rows items={pages.flatMap(({ items }) => items)} mayTeach={mayTeach} state={place.state} />}
      </Answer>
      <More list={list} />
    </>
  );
}

interface RowsProps {
  items: readonly SuggestionView[];
  state: SuggestionView["state"];
  mayTeach: boolean;
}

function Rows({ items, state, mayTeach }: RowsProps) {
  const { t } = useSpeech();
  if (items.length === 0) {
    return state === "waiting" ? (
      <Empty title={t("No answer waits to be confirmed")}>
        {t(
          "Where the promise is not certain enough, or suggestions are switched on, the bot asks here before it answers.",
        )}
      </Empty>
    ) : (
      <Empty title={t("Nothing yet")}>{t("What was decided about suggestions stands here.")}</Empty>
    );
  }
  return (
    <ul className={styles.rows}>
      {items.map((suggestion) => (
        <Suggestion key={suggestion.id} suggestion={suggestion} mayTeach={mayTeach} />
      ))}
    </ul>
  );
}

function Suggestion({ suggestion, mayTeach }: { suggestion: SuggestionView; mayTeach: boolean }) {
  const { t, language } = useSpeech();
  const { question, conversationId, articleId, slug, probability, state, decidedBy, decidedAt, at } = suggestion;
  return (
    <li className={styles.item}>
      <div className={styles.grow}>
        <p>
          <Link to="/inbox/$conversationId" params={{ conversationId }}>
            {question}
          </Link>{" "}
          <span className="quiet">
            <Moment at={at} />
          </span>
        </p>
        <p>
          <ArticleLink id={articleId} slug={slug} />{" "}
          <span className="quiet">{t("{share} sure", { share: percent(probability, language) })}</span>
        </p>
        {decidedAt !== null && (
          <p className="quiet">
            {t(STATES[state])} · {decidedBy} · <Moment at={decidedAt} />
          </p>
        )}
      </div>
      {state === "waiting" && mayTeach && <Decide suggestion={suggestion} />}
    </li>
  );
}

/** Send it, or say what is right instead. */
function Decide({ suggestion: { id, articleId } }: { suggestion: SuggestionView }) {
  const { t } = useSpeech();
  const [isOther, setOther] = useState(false);
  const [giveBack, setGiveBack] = useState(true);
  const confirm = useChange(() => ({ path: `/suggestions/${id}/confirm`, body: { giveBack } }));
  return (
    <div className={isOther ? styles.wide : undefined}>
      <Group gap="sm">
        <Button size="xs" loading={confirm.isPending} onClick={() => confirm.mutate()}>
          {t("Send this answer")}
        </Button>
        <Button size="xs" variant="default" aria-expanded={isOther} onClick={() => setOther(!isOther)}>
          {t("It is wrong")}
        </Button>
        <Switch
          size="xs"
          label={t("then the bot goes on")}
          checked={giveBack}
          onChange={(event) => setGiveBack(event.currentTarget.checked)}
        />
      </Group>
      {isOther && <Reject id={id} without={articleId} />}
    </div>
  );
}

function Reject({ id, without }: { id: string; without: string }) {
  const { t } = useSpeech();
  const [choice, setChoice] = useState<Choice>();
  const [why, setWhy] = useState("");
  const reject = useChange(() => ({
    path: `/suggestions/${id}/reject`,
    body: { articleId: choice, ...(why.trim() && { why: why.trim() }) },
  }));
  return (
    <div className={styles.form}>
      <ArticlePicker label={t("What answers it?")} value={choice} without={without} onChange={setChoice} />
      <TextInput
        label={t("Why (may stay empty)")}
        maxLength={500}
        value={why}
        onChange={(event) => setWhy(event.currentTarget.value)}
      />
      <Group gap="sm">
        <Button size="xs" disabled={choice === undefined} loading={reject.isPending} onClick={() => reject.mutate()}>
          {t("Reject, and teach the bot this")}
        </Button>
      </Group>
      <p className="quiet">{t("Nothing is sent: answer in the conversation itself.")}</p>
    </div>
  );
}
