import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { CohortReport, DelayReport } from "../../../../src/contract/api-reports.ts";
import { Empty } from "../../app/states.tsx";
import { useSpeech } from "../../lib/i18n.ts";
import { count, decimal, percent } from "../../lib/numbers.ts";
import { dayOf } from "../../lib/time.ts";
import type { Asked } from "./asked.ts";
import { Answer, AsTable, Card } from "./card.tsx";
import { LEAST_PEOPLE } from "./estimates.ts";
import { cohortsQuery, delaysQuery, exportAddress } from "./queries.ts";
import { Few } from "./share-cell.tsx";
import { TrendChart } from "./trend-chart.tsx";
import styles from "./attribution.module.css";

/** How soon people order, by when they came. */
export function OverTime({ asked }: { asked: Asked }) {
  const { t } = useSpeech();
  const { search, set, filter } = asked;
  const cohorts = useQuery(cohortsQuery({ ...filter, unit: search.unit, timeZone: search.zone }));
  const delays = useQuery(delaysQuery(filter));
  const units = (
    <SegmentedControl
      size="xs"
      value={search.unit}
      onChange={(unit) => set({ unit: unit === "month" ? "month" : "week" })}
      data={[
        { value: "week", label: t("By week") },
        { value: "month", label: t("By month") },
      ]}
    />
  );
  return (
    <>
      <Card
        title={t("Cohorts: who came together, and how many had ordered how soon")}
        says={t(
          "What is hatched or dotted still grows: these people have not had the time yet, so they are not judged.",
        )}
        tools={units}
        csv={{ href: exportAddress({ ...filter, unit: search.unit, timeZone: search.zone, report: "cohorts" }) }}
      >
        <Answer query={cohorts} height={320}>
          {(report) => (report.rows.length === 0 ? <NobodyYet /> : <Cohorts report={report} />)}
        </Answer>
      </Card>
      <Card
        title={t("Delay: from the first touch to the conversion")}
        csv={{ href: exportAddress({ ...filter, report: "delays" }) }}
      >
        <Answer query={delays} height={220}>
          {(report) => <Delay report={report} />}
        </Answer>
      </Card>
    </>
  );
}

function NobodyYet() {
  const { t } = useSpeech();
  return <Empty title={t("Nobody came in this time")}>{t("Look at a longer time.")}</Empty>;
}

const MOST_AGES = 16;

function Cohorts({ report: { rows, unit } }: { report: CohortReport }) {
  const { t, language } = useSpeech();
  const shown = rows.slice(-14);
  const ages = Math.min(MOST_AGES, Math.max(...shown.map(({ buyers }) => buyers.length)));
  const highest = Math.max(0.01, ...shown.flatMap(({ buyers }) => buyers.map(({ share }) => share)));
  const lines = shown
    .filter(({ people }) => people >= LEAST_PEOPLE)
    .slice(-6)
    .map(({ date, buyers }) => ({
      name: dayOf(`${date}T12:00:00`, language),
      points: buyers
        .slice(0, MOST_AGES)
        .map(({ age, share, complete }) => ({ label: ageOf(age, unit), value: share, young: !complete })),
    }));
  function ageOf(age: number, of: CohortReport["unit"]): string {
    return of === "month" ? t("month {n}", { n: age }) : t("week {n}", { n: age });
  }
  return (
    <>
      {lines.length > 0 ? (
        <TrendChart
          title={t("Share of each cohort that had ordered, by age")}
          lines={lines}
          write={(value) => percent(value, language)}
        />
      ) : (
        <p className={styles.says}>
          <Few /> {t("No cohort has {n} people yet.", { n: LEAST_PEOPLE })}
        </p>
      )}
      <div className={styles.scroll} tabIndex={0} role="group" aria-label={t("Cohorts as a table")}>
        <table className={styles.cohort}>
          <thead>
            <tr>
              <th scope="col">{t("Came in the time from")}</th>
              <th scope="col">{t("People")}</th>
              {Array.from({ length: ages }, (_, age) => (
                <th key={age} scope="col">
                  {ageOf(age, unit)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map(({ date, people, buyers }) => (
              <tr key={date}>
                <th scope="row">{dayOf(`${date}T12:00:00`, language)}</th>
                <th>{count(people, language)}</th>
                {buyers.slice(0, ages).map(({ age, share, people: bought, complete }) => (
                  <td
                    key={age}
                    data-young={!complete || people < LEAST_PEOPLE}
                    style={{ "--heat": `${Math.round((share / highest) * 38)}%` } as React.CSSProperties}
                    title={`${count(bought, language)} / ${count(people, language)}${complete ? "" : ` · ${t("still grows")}`}${people < LEAST_PEOPLE ? ` · ${t("too few to tell")}` : ""}`}
                  >
                    {percent(share, language)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Delay({ report: { conversions, unknown, quantiles, curve } }: { report: DelayReport }) {
  const { t, language } = useSpeech();
  if (quantiles === null) return <Empty title={t("No conversion in this time")}>{t("Look at a longer time.")}</Empty>;
  const few = conversions - unknown < LEAST_PEOPLE;
  const full = curve.findIndex(({ share }) => share >= 1);
  const grown = full < 0 ? curve : curve.slice(0, full + 1); // behind it nothing happens any more
  const days = (value: number) => decimal(value, language);
  const says = t("Half of the conversions came within {p50} days of the first touch, nine in ten within {p90}.", { p50: days(quantiles.p50), p90: days(quantiles.p90) }); // prettier-ignore
  return (
    <>
      <p className={styles.says}>
        {few ? (
          <>
            <Few /> {t("{n} conversions of people whose first touch is known.", { n: conversions - unknown })}
          </>
        ) : (
          says
        )}
        {unknown > 0 && ` ${t("{n} more are of people of whom no touch is known.", { n: count(unknown, language) })}`}
      </p>
      <TrendChart
        title={says}
        lines={[
          {
            name: t("Share"),
            points: grown.map((point) => ({ label: t("day {n}", { n: point.days }), value: point.share, young: few })),
          },
        ]}
        write={(value) => percent(value, language)}
        filled
      />
      <AsTable
        columns={[
          { name: t("Within days") },
          { name: t("Conversions"), isNumber: true },
          { name: t("Share"), isNumber: true },
        ]}
        rows={curve.map((point) => [point.days, count(point.conversions, language), percent(point.share, language)])}
      />
    </>
  );
}
