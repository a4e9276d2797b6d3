import { Table } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useSpeech } from "../../lib/i18n.ts";
import { count, percent } from "../../lib/numbers.ts";
import { fewOf, type CurvePoint } from "./curve.ts";
import { CurveChart } from "./curve-chart.tsx";
import { Answer, Card, useOpenBySlug } from "./parts.tsx";
import { PromiseForm } from "./promise-form.tsx";
import { promiseQuery, type PromiseView } from "./queries.ts";
import { DOES, whyAtWork } from "./words.ts";
import styles from "./knowledge.module.css";

/** What is promised of answers, what is done about it, and whether it is kept. */
export function PromisePage({ mayKeep }: { mayKeep: boolean }) {
  const promise = useQuery(promiseQuery);
  return (
    <Answer query={promise} rows={4}>
      {(data) => (
        <>
          <Finding promise={data} />
          <PromiseForm key={data.updatedAt} promise={data} mayKeep={mayKeep} />
          <div className={styles.two}>
            {(["en", "zh"] as const).map((tongue) => (
              <InOneLanguage key={tongue} tongue={tongue} promise={data} />
            ))}
          </div>
          <Unlocked slugs={data.unlocked} mode={data.mode} />
        </>
      )}
    </Answer>
  );
}

/** Kept, broken, or too few to tell: in one sentence. */
function Finding({ promise: { measured, target } }: { promise: PromiseView }) {
  const { t, language } = useSpeech();
  const judged = measured.en.answers + measured.zh.answers;
  const values = { target: percent(target, language), n: count(judged, language) };
  const both = [measured.en, measured.zh].filter(({ answers }) => answers > 0);
  if (both.some(({ isBroken }) => isBroken)) {
    return <p className={styles.finding}>{t("The promise of {target} right answers is broken; the bot has become more careful until it is kept again.", values)}</p>; // prettier-ignore
  }
  if (both.length > 0 && both.every(({ lower }) => lower >= target)) {
    return <p className={styles.finding}>{t("The promise of {target} right answers is kept: {n} judged answers show it.", values)}</p>; // prettier-ignore
  }
  return (
    <p className={styles.finding}>
      {t("{target} of the answers are promised to be right. Too few were judged to tell whether it is kept ({n} so far); nothing speaks against it.", values)}
    </p>
  ); // prettier-ignore
}

const NAMES = { en: "Questions in English", zh: "Questions in Chinese" } as const;

function InOneLanguage({ tongue, promise }: { tongue: "en" | "zh"; promise: PromiseView }) {
  const { t, language } = useSpeech();
  const { target } = promise;
  const atWork = promise.atWork[tongue];
  const curve = promise.curve[tongue];
  return (
    <Card title={t(NAMES[tongue])} says={whyAtWork(atWork, target, t, language)}>
      <p>
        {t(DOES[atWork.does])}{" "}
        {atWork.threshold !== null &&
          t("Answers begin at a certainty of {threshold}.", { threshold: atWork.threshold.toFixed(2) })}
      </p>
      {atWork.precision !== null && atWork.coverage !== null && (
        <p className="quiet">
          {t(
            "Expected at the promise's own threshold: {precision} of the answers right, {coverage} of the questions answered.",
            {
              precision: percent(atWork.precision, language),
              coverage: percent(atWork.coverage, language),
            },
          )}
        </p>
      )}
      <Measured measured={promise.measured[tongue]} target={target} />
      {curve.length === 0 ? (
        <p className="quiet">{t("There is no curve before the first training.")}</p>
      ) : (
        <>
          <CurveChart
            title={t("Right answers against answered questions, by threshold")}
            curve={curve}
            target={target}
            threshold={atWork.threshold}
          />
          <CurveTable curve={fewOf(curve, 20)} />
        </>
      )}
    </Card>
  );
}

/** What people of ours judged, with how far chance may have moved it. */
function Measured({ measured, target }: { measured: PromiseView["measured"]["en"]; target: number }) {
  const { t, language } = useSpeech();
  const { answers, precision, lower, upper, isBroken } = measured;
  if (precision === null) return <p className="quiet">{t("No answer has been judged yet.")}</p>;
  const values = {
    n: count(answers, language),
    share: percent(precision, language),
    low: percent(lower, language),
    high: percent(upper, language),
  };
  const at = (share: number) => `${share * 100}%`;
  return (
    <div>
      <p className={isBroken ? styles.bad : undefined}>
        {t("Judged answers: {n}, of which {share} right; with chance in mind, between {low} and {high}.", values)}
        {isBroken && ` ${t("That breaks the promise.")}`}
        {!isBroken && lower < target && ` ${t("That is too few to tell.")}`}
      </p>
      <div className={styles.interval} aria-hidden="true">
        <span style={{ left: at(lower), width: at(upper - lower) }} />
        <b style={{ left: at(precision) }} />
        <i style={{ left: at(target) }} />
      </div>
    </div>
  );
}

function CurveTable({ curve }: { curve: readonly CurvePoint[] }) {
  const { t, language } = useSpeech();
  return (
    <details className={styles.details}>
      <summary>{t("As a table")}</summary>
      <Table.ScrollContainer minWidth={280}>
        <Table verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              {["Threshold", "Answers that are right", "Questions that are answered"].map((head) => (
                <Table.Th key={head} className="number">
                  {t(head)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {curve.map(({ threshold, precision, coverage }, at) => (
              <Table.Tr key={at}>
                <Table.Td className="number">{threshold.toFixed(3)}</Table.Td>
                <Table.Td className="number">{percent(precision, language)}</Table.Td>
                <Table.Td className="number">{percent(coverage, language)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </details>
  );
}

function Unlocked({ slugs, mode }: { slugs: readonly string[]; mode: PromiseView["mode"] }) {
  const { t } = useSpeech();
  const open = useOpenBySlug();
  return (
    <Card
      title={t("Articles that need no confirmation")}
      says={
        mode === "auto"
          ? t("These have been confirmed often enough. It matters where suggestions are switched on.")
          : t("These have been confirmed often enough: the bot answers with them by itself.")
      }
    >
      {slugs.length === 0 ? (
        <p className="quiet">{t("None yet: confirm suggestions, and articles come to stand here.")}</p>
      ) : (
        <p className={styles.marks}>
          {slugs.map((slug) => (
            <button key={slug} type="button" className={styles.link} onClick={() => void open(slug)}>
              {slug}
            </button>
          ))}
        </p>
      )}
    </Card>
  );
}
