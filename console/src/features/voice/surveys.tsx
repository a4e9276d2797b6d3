import { Button, Drawer } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Empty } from "../../app/states.tsx";
import { useSpeech, type Language, type Translate } from "../../lib/i18n.ts";
import { count, decimal } from "../../lib/numbers.ts";
import { lasting } from "../../lib/time.ts";
import { Answer, Card } from "./parts.tsx";
import { surveyResultsQuery, surveysQuery, type SurveyResults, type SurveyView } from "./queries.ts";
import { spanOf, type Place } from "./search.ts";
import { SurveyForm } from "./survey-form.tsx";
import type { TabProps } from "./tab.ts";
import { KIND_NAMES, TRIGGER_NAMES } from "./words.ts";
import styles from "./voice.module.css";

/** How content people are when they are asked: never a number without its interval. */
export function Surveys({ place, role }: TabProps) {
  const { t } = useSpeech();
  const surveys = useQuery(surveysQuery);
  const [open, setOpen] = useState<SurveyView | "new">();
  const mayPlan = ["owner", "admin", "marketer"].includes(role);
  const make = mayPlan && <Button onClick={() => setOpen("new")}>{t("Make a survey")}</Button>;
  return (
    <>
      <Answer query={surveys}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t("Nobody is asked yet")} action={make}>
              {t(
                "One question after a conversation, an order or a case, answered by one tap. Nobody is asked too often.",
              )}
            </Empty>
          ) : (
            <>
              {make && <div>{make}</div>}
              {items.map((each) => (
                <Survey key={each.id} survey={each} place={place} onOpen={mayPlan ? () => setOpen(each) : undefined} />
              ))}
            </>
          )
        }
      </Answer>
      <Drawer
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        position="right"
        size="lg"
        closeButtonProps={{ "aria-label": t("Close") }}
        title={open === "new" ? t("Make a survey") : open?.name}
      >
        {open !== undefined && (
          <SurveyForm survey={open === "new" ? undefined : open} onDone={() => setOpen(undefined)} />
        )}
      </Drawer>
    </>
  );
}

interface SurveyProps {
  survey: SurveyView;
  place: Place;
  onOpen: (() => void) | undefined;
}

function Survey({ survey, place, onOpen }: SurveyProps) {
  const { t, language } = useSpeech();
  const [now] = useState(() => new Date());
  const results = useQuery(surveyResultsQuery(survey.id, spanOf(place.search, now)));
  const when = TRIGGER_NAMES[survey.trigger];
  const asks =
    survey.afterMinutes === 0
      ? t("Asked when {trigger}.", { trigger: t(when) })
      : t("Asked {time} after {trigger}.", { time: lasting(survey.afterMinutes * 60_000, language), trigger: t(when) });
  return (
    <Card
      title={survey.name}
      says={`${t(KIND_NAMES[survey.kind])} · ${asks}${survey.enabled ? "" : ` · ${t("switched off")}`}`}
      tools={
        onOpen && (
          <Button variant="default" onClick={onOpen}>
            {t("Change")}
          </Button>
        )
      }
    >
      <Answer query={results} rows={2}>
        {(data) => <Results results={data} />}
      </Answer>
    </Card>
  );
}

/** From which to which number a score goes. */
const SCALES: Readonly<Record<SurveyView["kind"], readonly [number, number]>> = {
  csat: [0, 100],
  nps: [-100, 100],
  ces: [1, 7],
};
const LEAST_ANSWERS = 30;

function scoreWords(value: number, kind: SurveyView["kind"], language: Language): string {
  return kind === "csat" ? `${decimal(value, language, 0)} %` : decimal(value, language, kind === "nps" ? 0 : 1);
}

function Results({ results }: { results: SurveyResults }) {
  const { t, language } = useSpeech();
  const { asked, answered, survey, distribution, skipped } = results;
  return (
    <>
      <Score results={results} />
      <p className={styles.says}>
        {asked === 0
          ? t("Nobody was asked in this time.")
          : t("{answered} of {asked} people who were asked have answered.", {
              answered: count(answered, language),
              asked: count(asked, language),
            })}
      </p>
      {answered > 0 && (
        <Distribution of={distribution} title={t("How often each answer was given")} kind={survey.kind} />
      )}
      {skipped.length > 0 && (
        <details className={styles.details}>
          <summary>{t("Who was not asked, and why")}</summary>
          <ul className={styles.list}>
            {skipped.map(({ reason, count: n }) => (
              <li key={reason}>
                <span>{skippedWords(reason, t)}</span>
                <span className="number">{count(n, language)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Score({ results: { survey, score, low, high, answered } }: { results: SurveyResults }) {
  const { t, language } = useSpeech();
  const say = (value: number) => scoreWords(value, survey.kind, language);
  if (score === null || low === null || high === null) {
    return (
      <p>
        <span className={styles.few}>{t("too few to tell")}</span>{" "}
        {t("There are {n} answers; a score is shown from {least} on, below chance decides.", {
          n: count(answered, language),
          least: LEAST_ANSWERS,
        })}
      </p>
    );
  }
  const [from, to] = SCALES[survey.kind];
  const at = (value: number) => `${(100 * (value - from)) / (to - from)}%`;
  const words = t("{low} to {high}, with 95 % certainty", { low: say(low), high: say(high) });
  return (
    <div className={styles.score}>
      <strong>{say(score)}</strong>
      <span className="quiet">{words}</span>
      <svg className={styles.interval} role="img" aria-label={`${say(score)}: ${words}`}>
        <rect width="100%" height="6" y="4" className={styles.scale} />
        <rect x={at(low)} width={`${(100 * (high - low)) / (to - from)}%`} height="6" y="4" className={styles.range} />
        <circle cx={at(score)} cy="7" r="5" className={styles.dot} />
      </svg>
    </div>
  );
}

function Distribution({
  of,
  title,
  kind,
}: {
  of: SurveyResults["distribution"];
  title: string;
  kind: SurveyView["kind"];
}) {
  const { language } = useSpeech();
  const most = Math.max(1, ...of.map((each) => each.count));
  return (
    <ul className={styles.bars} aria-label={title} data-kind={kind}>
      {of.map(({ score, count: n }) => (
        <li key={score}>
          <span className="number">{score}</span>
          <span className={styles.track}>
            <span style={{ width: `${(100 * n) / most}%` }} />
          </span>
          <span className="number">{count(n, language)}</span>
        </li>
      ))}
    </ul>
  );
}

const SKIPPED: Readonly<Record<string, string>> = {
  "the survey is switched off": "the survey is switched off",
  "they blocked us": "they blocked us",
  "the channel is switched off": "the channel is switched off",
  "the platform's reply window is closed": "the platform's reply window is closed",
  "they were asked lately": "they were asked lately",
};

function skippedWords(reason: string, t: Translate): string {
  return t(SKIPPED[reason] ?? reason);
}
