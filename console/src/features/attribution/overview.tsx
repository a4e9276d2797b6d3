import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Figures, FunnelReport } from "../../../../src/contract/api-reports.ts";
import { Empty } from "../../app/states.tsx";
import { useSpeech } from "../../lib/i18n.ts";
import { count, money, percent, shortly } from "../../lib/numbers.ts";
import { dayOf } from "../../lib/time.ts";
import type { Asked } from "./asked.ts";
import { Answer, AsTable, Card, Numbers } from "./card.tsx";
import { findingOf, LEAST_PEOPLE, shareOf, type Finding } from "./estimates.ts";
import { DIMENSION_NAMES } from "./filters.tsx";
import { exportAddress, funnelQuery, trendQuery } from "./queries.ts";
import { daysOf, FILTER_OF, METRICS, STEPS, type Search } from "./search.ts";
import { TrendChart } from "./trend-chart.tsx";
import { Few, ShareCell } from "./share-cell.tsx";
import styles from "./attribution.module.css";

const STEP_NAMES: Readonly<Record<(typeof STEPS)[number], string>> = {
  people: "Came for the first time",
  wrote: "Wrote",
  answered: "Were answered",
  lead: "Became leads",
  ordered: "Ordered",
  repeated: "Ordered again",
  recommended: "Recommended us",
};
const METRIC_NAMES: Readonly<Record<Search["metric"], string>> = {
  hits: "Hits",
  people: "New people",
  wrote: "Conversations",
  lead: "Leads",
  ordered: "New customers",
  conversions: "Conversions",
};

/** The funnel, its course, and who stands behind it. */
export function Overview({ asked }: { asked: Asked }) {
  const { t } = useSpeech();
  const funnel = useQuery(funnelQuery({ ...asked.filter, by: asked.search.by }));
  if (funnel.data && isNothing(funnel.data)) {
    return (
      <Empty title={t("Nobody came in this time")}>
        {t("Make an entry point and put its code where people see it, or look at a longer time.")}
      </Empty>
    );
  }
  return (
    <>
      <Answer query={funnel} height={24}>
        {(report) => <p className={styles.finding}>{sentenceOf(finding(report), t)}</p>}
      </Answer>
      <div className={styles.grid}>
        <Card
          title={t("From the hit to the recommendation")}
          csv={{ href: exportAddress({ ...asked.filter, by: asked.search.by, report: "funnel" }) }}
        >
          <Answer query={funnel} height={280}>
            {({ totals }) => (totals ? <Funnel totals={totals} asked={asked} /> : <Few />)}
          </Answer>
        </Card>
        <Trend asked={asked} />
      </div>
      <Card
        title={t("By {dimension}", { dimension: t(DIMENSION_NAMES[asked.search.by]).toLowerCase() })}
        says={t(
          "Shares have their 95 % interval. Click on a name to see it alone, on a number to see the people behind it.",
        )}
        csv={{ href: exportAddress({ ...asked.filter, by: asked.search.by, report: "funnel" }) }}
      >
        <Answer query={funnel}>{(report) => <Groups report={report} asked={asked} />}</Answer>
      </Card>
    </>
  );
}

function isNothing({ totals }: FunnelReport): boolean {
  return totals !== null && totals.hits + totals.people + totals.touches + totals.sales.conversions === 0;
}

function finding({ rows }: FunnelReport): Finding {
  return findingOf(
    rows.flatMap(({ group, people, ordered }) => (group ? [{ name: group.name, people, ordered }] : [])),
  );
}

type Translate = ReturnType<typeof useSpeech>["t"];

function sentenceOf(found: Finding, t: Translate): string {
  const numbers = ({ name, share, low, high }: { name: string; share: number; low: number; high: number }) => ({
    ...{ name, share: percent(share, "en"), low: percent(low, "en"), high: percent(high, "en") },
  });
  switch (found.type) {
    case "nobody":
      return t("Nobody is known to have come through an entry point in this time.");
    case "few":
      return t("Too few to tell: none has brought {least} people yet; the most is {most}.", {
        least: LEAST_PEOPLE,
        most: found.most,
      });
    case "alone":
      return t(
        "{name} turns {share} of its people into buyers ({low} to {high}). The others have too few people to tell.",
        numbers(found.best),
      );
    case "best":
      return t(
        "{name} turns most of its people into buyers: {share} ({low} to {high}); next comes {next} with {nextShare}.",
        {
          ...numbers(found.best),
          next: found.next.name,
          nextShare: percent(found.next.share, "en"),
        },
      );
    case "tie":
      return t("{names} cannot be told apart yet: their shares of buyers overlap.", { names: found.names.join(", ") });
  }
}

function Funnel({ totals, asked }: { totals: Figures; asked: Asked }) {
  const { t, language } = useSpeech();
  const { set, mayDrill } = asked;
  const most = Math.max(1, totals.hits, totals.people);
  return (
    <table className={styles.steps}>
      <thead>
        <tr>
          <th scope="col">{t("Step")}</th>
          <th scope="col" aria-hidden />
          <th scope="col" className={styles.right}>
            {t("People")}
          </th>
          <th scope="col" className={styles.right}>
            {t("of those before")}
          </th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">{t("Hits")}</th>
          <td className={styles.barCell}>
            <Bar part={totals.hits / most} />
          </td>
          <td className={styles.right} title={count(totals.hits, language)}>
            {shortly(totals.hits, language)}
          </td>
          <td />
        </tr>
        {STEPS.map((step, at) => (
          <tr key={step}>
            <th scope="row">{t(STEP_NAMES[step])}</th>
            <td className={styles.barCell}>
              <Bar part={totals[step] / most} />
            </td>
            <td className={styles.right}>
              <button
                type="button"
                className={styles.open}
                disabled={!mayDrill}
                onClick={() => set({ step, group: undefined })}
              >
                {shortly(totals[step], language)}
              </button>
            </td>
            <td className={styles.right}>{at > 0 && <Kept now={totals[step]} before={totals[beforeOf(step)]} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Who recommends us or buys again has bought; who ordered need not have been a lead on the record. */
function beforeOf(step: (typeof STEPS)[number]): (typeof STEPS)[number] {
  const before = { people: "people", wrote: "people", answered: "wrote", lead: "wrote", ordered: "wrote", repeated: "ordered", recommended: "ordered" } as const; // prettier-ignore
  return before[step];
}

function Bar({ part }: { part: number }) {
  return <span className={styles.bar} style={{ width: `${Math.max(0, Math.min(1, part)) * 100}%` }} />;
}

function Kept({ now, before }: { now: number; before: number }) {
  const { t, language } = useSpeech();
  if (before === 0) return null;
  const share = Math.min(1, now / before);
  return <span title={t("{lost} did not go on", { lost: Math.max(0, before - now) })}>{percent(share, language)}</span>;
}

function Trend({ asked }: { asked: Asked }) {
  const { t, language } = useSpeech();
  const { search, set, filter, zone, now } = asked;
  const days = daysOf(search, zone, now);
  const unit = days === undefined || days > 400 ? "month" : days > 100 ? "week" : "day";
  const trend = useQuery(trendQuery({ ...filter, unit, timeZone: search.zone }));
  const valueOf = (row: Figures) => (search.metric === "conversions" ? row.sales.conversions : row[search.metric]);
  const title = t(METRIC_NAMES[search.metric]);
  return (
    <Card
      title={t("Course")}
      csv={{ href: exportAddress({ ...filter, unit, timeZone: search.zone, report: "trend" }) }}
      tools={
        <Select
          size="xs"
          w={150}
          aria-label={t("What is drawn")}
          value={search.metric}
          allowDeselect={false}
          data={METRICS.map((value) => ({ value, label: t(METRIC_NAMES[value]) }))}
          onChange={(metric) => set({ metric: (metric ?? search.metric) as Search["metric"] })}
        />
      }
    >
      <Answer query={trend} height={220}>
        {({ rows }) => {
          const points = rows.map((row) => ({ label: dayOf(`${row.date}T12:00:00`, language), value: valueOf(row) }));
          const sum = points.reduce((all, { value }) => all + value, 0);
          const best = points.reduce((a, b) => (b.value > a.value ? b : a), points[0] ?? { label: "–", value: 0 });
          return (
            <>
              <TrendChart
                title={t("{what}: {sum} in all, the most on {day}", { what: title, sum, day: best.label })}
                lines={[{ name: title, points }]}
                write={(value) => shortly(value, language)}
                height={250}
                filled
              />
              <AsTable
                columns={[{ name: t("Day") }, { name: title, isNumber: true }]}
                rows={points.map(({ label, value }) => [label, count(value, language)])}
              />
            </>
          );
        }}
      </Answer>
    </Card>
  );
}

function Groups({ report, asked }: { report: FunnelReport; asked: Asked }) {
  const { t, language } = useSpeech();
  const { search, set, mayDrill } = asked;
  const rows = [...report.rows].sort((a, b) => b.people - a.people || b.hits - a.hits);
  const drill = (row: FunnelReport["rows"][number], step: (typeof STEPS)[number]) => {
    const value = count(row[step], language);
    if (!mayDrill || row[step] === 0 || (row.group && row.group.id === null)) return value;
    return (
      <button type="button" className={styles.open} onClick={() => set({ step, group: row.group?.id ?? "none" })}>
        {value}
      </button>
    );
  };
  return (
    <Numbers
      columns={[
        { name: t(DIMENSION_NAMES[report.by]) },
        ...["Hits", "New people", "Wrote", "Leads", "Ordered", "of the people", "Again", "Net"].map((name) => ({ name: t(name), isNumber: true })), // prettier-ignore
      ]}
      rows={rows.map((row) => [
        row.group === null ? (
          <span className="quiet">{t("nobody knows")}</span>
        ) : row.group.id === null ? (
          <span className="quiet">{t(row.group.name)}</span>
        ) : (
          <button type="button" className={styles.open} onClick={() => set({ [FILTER_OF[search.by]]: row.group!.id! })}>
            {report.by === "medium" ? t(row.group.name) : row.group.name}
          </button>
        ),
        count(row.hits, language),
        drill(row, "people"),
        drill(row, "wrote"),
        drill(row, "lead"),
        drill(row, "ordered"),
        row.people < LEAST_PEOPLE ? <Few /> : <ShareCell share={shareOf(row.ordered, row.people)} />,
        drill(row, "repeated"),
        row.sales.net.map((sum) => money(sum.amount, sum.currency, language)).join(" · ") || "–",
      ])}
    />
  );
}
