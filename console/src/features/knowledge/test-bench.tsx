import { Button, Progress, Select, Textarea } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import type { Audience } from "../../../../src/contract/api-knowledge.ts";
import { Failed, Waiting } from "../../app/states.tsx";
import { useSpeech } from "../../lib/i18n.ts";
import { AUDIENCES } from "./article-form.tsx";
import { ArticleLink, Card } from "./parts.tsx";
import { askQuery, promiseQuery, type Judged } from "./queries.ts";
import { usePlace } from "./search.ts";
import { DECISIONS, DOES, HOW, whyAtWork } from "./words.ts";
import styles from "./knowledge.module.css";

type Spoken = "en" | "zh" | "";

/** What would the bot say, and why? */
export function TestBench() {
  const { t } = useSpeech();
  const { place, go } = usePlace();
  const [question, setQuestion] = useState(place.ask ?? "");
  const [language, setLanguage] = useState<Spoken>("");
  const [audience, setAudience] = useState<Audience>("everyone");
  const asked = place.ask ?? "";
  const judged = useQuery({
    ...askQuery({ question: asked, audience, ...(language && { language }) }),
    enabled: asked !== "",
    placeholderData: keepPreviousData,
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    if (question.trim() === asked) void judged.refetch();
    else go({ ask: question.trim() || undefined });
  }
  return (
    <div className={styles.two}>
      <Card title={t("What would the bot say?")} says={t("Nothing is sent: ask as your customers would.")}>
        <form onSubmit={submit} className={styles.form}>
          <Textarea
            aria-label={t("A customer's question")}
            placeholder={t("Are you open on Sunday?")}
            autosize
            minRows={2}
            maxLength={500}
            value={question}
            onChange={(event) => setQuestion(event.currentTarget.value)}
          />
          <div className={styles.bar}>
            <Select
              label={t("Who asks")}
              className={styles.grow}
              allowDeselect={false}
              value={audience}
              data={Object.entries(AUDIENCES).map(([value, name]) => ({ value, label: t(name) }))}
              onChange={(value) => setAudience((value ?? "everyone") as Audience)}
            />
            <Select
              label={t("In which language")}
              className={styles.grow}
              allowDeselect={false}
              value={language}
              data={[
                { value: "", label: t("As it is written") },
                { value: "en", label: "English" },
                { value: "zh", label: "中文" },
              ]}
              onChange={(value) => setLanguage((value ?? "") as Spoken)}
            />
          </div>
          <Button type="submit" loading={judged.isFetching} disabled={!question.trim()}>
            {t("Ask")}
          </Button>
        </form>
      </Card>
      <div aria-live="polite" className={styles.column}>
        {asked === "" ? null : judged.data ? (
          <Verdict judged={judged.data} />
        ) : judged.isError ? (
          <Failed error={judged.error} onRetry={() => void judged.refetch()} />
        ) : (
          <Waiting rows={3} />
        )}
      </div>
    </div>
  );
}

function Verdict({ judged }: { judged: Judged }) {
  const { t } = useSpeech();
  const { decision, reply, articleId, slug, suggested, how, score, threshold, candidates, matchedPhrasing } = judged;
  return (
    <>
      <Card title={t(DECISIONS[decision])}>
        {reply && <p className={styles.reply}>{reply}</p>}
        {(articleId ?? suggested) && (
          <p>
            {t("Article")}:{" "}
            <ArticleLink id={articleId ?? suggested!.articleId} slug={slug ?? suggested?.slug ?? null} />
          </p>
        )}
        {how && <p>{t(HOW[how])}</p>}
        {matchedPhrasing && <p className="quiet">{t("closest phrasing: {phrasing}", { phrasing: matchedPhrasing })}</p>}
        <Certainty score={score} threshold={threshold} />
        <AtWork language={judged.language} />
      </Card>
      <Quotes quotes={judged.quotes ?? []} />
      {candidates.length > 0 && (
        <Card title={t("What was near")}>
          <ul className={styles.plain}>
            {candidates.map((each) => (
              <li key={each.articleId}>
                <div className={styles.head}>
                  <span>
                    {each.title} · <ArticleLink id={each.articleId} slug={each.slug} />
                  </span>
                  <span className="number">{each.score.toFixed(2)}</span>
                </div>
                <Progress value={Math.min(100, each.score * 100)} size="sm" aria-label={each.score.toFixed(2)} />
                {each.matchedPhrasing && (
                  <p className="quiet">{t("closest phrasing: {phrasing}", { phrasing: each.matchedPhrasing })}</p>
                )}
              </li>
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}

/** How sure it is, against what it needs to be. */
function Certainty({ score, threshold }: { score: number; threshold: number }) {
  const { t } = useSpeech();
  const words = t("Certainty {score} of the {threshold} that it needs.", {
    score: score.toFixed(2),
    threshold: threshold.toFixed(2),
  });
  const at = (value: number) => `${Math.min(100, Math.max(0, value * 100))}%`;
  return (
    <div>
      <div className={styles.gauge} data-enough={score >= threshold} aria-hidden="true">
        <span style={{ width: at(score) }} />
        <i style={{ left: at(threshold) }} />
      </div>
      <p className="quiet">{words}</p>
    </div>
  );
}

function AtWork({ language: spoken }: { language: "en" | "zh" }) {
  const { t, language } = useSpeech();
  const promise = useQuery(promiseQuery).data;
  if (!promise) return null;
  const atWork = promise.atWork[spoken];
  return (
    <p className="quiet">
      {spoken === "en" ? t("Questions in English:") : t("Questions in Chinese:")} {t(DOES[atWork.does])}{" "}
      {whyAtWork(atWork, promise.target, t, language)}
    </p>
  );
}

function Quotes({ quotes }: { quotes: NonNullable<Judged["quotes"]> }) {
  const { t } = useSpeech();
  if (quotes.length === 0) return null;
  return (
    <Card title={t("What the answer rests on")}>
      {quotes.map(({ title, heading, quote, page }, at) => (
        <blockquote key={at} className={styles.quote}>
          <p className={styles.text}>{quote}</p>
          <footer className="quiet">
            {[title, heading, page !== null && t("page {n}", { n: page })].filter(Boolean).join(" · ")}
          </footer>
        </blockquote>
      ))}
    </Card>
  );
}
