import { NumberInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Economics } from "../../../../src/contract/api-planner.ts";
import { Empty } from "../../app/states.tsx";
import { useSpeech, type Translate } from "../../lib/i18n.ts";
import { count, decimal, money } from "../../lib/numbers.ts";
import type { Asked } from "./asked.ts";
import { Answer, Card, Numbers } from "./card.tsx";
import { costOf } from "./estimates.ts";
import { economicsQuery, type Filter } from "./queries.ts";
import { spanOf } from "./search.ts";
import { Few } from "./share-cell.tsx";
import styles from "./attribution.module.css";

/** With fewer customers a cost for each says nothing. */
const LEAST_CUSTOMERS = 10;
const BEGINNING = "2000-01-01T00:00:00Z";

/** What economics and planner are asked with: they need a beginning and a currency. */
export function moneyFilter({ search, zone, now, currency }: Asked): Filter {
  const { from = BEGINNING, to } = spanOf(search, zone, now);
  return { from, to, currency: currency ?? "EUR", kind: search.kind, marginShare: search.margin / 100 };
}

/** What each entry point cost and brought. */
export function Money({ asked }: { asked: Asked }) {
  const { t } = useSpeech();
  const economics = useQuery(economicsQuery(moneyFilter(asked)));
  return (
    <>
      <Margin asked={asked} />
      <Answer query={economics} height={320}>
        {(report) =>
          report.rows.length === 0 ? (
            <Empty title={t("Nothing was spent or earned in this time")}>
              {t(
                "Write down what an entry point costs on its own page, and report orders through the API, the till or a list.",
              )}
            </Empty>
          ) : (
            <Costs report={report} />
          )
        }
      </Answer>
    </>
  );
}

export function Margin({ asked: { search, set } }: { asked: Asked }) {
  const { t } = useSpeech();
  return (
    <NumberInput
      maw={320}
      label={t("Margin: what is kept of the revenue")}
      suffix=" %"
      min={0}
      max={100}
      value={search.margin}
      onChange={(value) => typeof value === "number" && set({ margin: Math.min(100, Math.max(0, value)) })}
    />
  );
}

/** Who is cheapest, where the intervals let it be said. */
function cheapestOf(rows: Economics["rows"], write: (value: number) => string, t: Translate): string {
  const told = rows
    .filter(({ customers, cost }) => customers >= LEAST_CUSTOMERS && cost > 0)
    .map(({ entryPoint: { name }, cost, customers }) => ({ name, ...costOf(cost, customers)! }))
    .sort((a, b) => a.each - b.each);
  const [best, ...others] = told;
  if (!best) {
    return t("Too few to tell who brings the cheapest customers: none with a cost has brought {n} yet.", {
      n: LEAST_CUSTOMERS,
    });
  }
  const level = others.filter(({ low }) => low <= best.high);
  if (level.length > 0) {
    const names = [best, ...level].map(({ name }) => name).join(", ");
    return t("{names} cannot be told apart yet by what their customers cost.", { names });
  }
  const { name, each, low, high } = best;
  return t("{name} brings the cheapest customers: {cac} each, {low} to {high}.", {
    name,
    cac: write(each),
    low: write(low),
    high: write(high),
  });
}

function Costs({ report: { rows, currency } }: { report: Economics }) {
  const { t, language } = useSpeech();
  const sorted = [...rows].sort((a, b) => b.profit - a.profit);
  const write = (value: number | null) => (value === null ? "–" : money(Math.round(value), currency, language));
  const says = cheapestOf(rows, write, t);
  return (
    <>
      <p className={styles.finding}>{says}</p>
      <Card
        title={t("Cost and return")}
        csv={{ name: "economics.csv", rows: () => csvRows(sorted, currency) }}
        tools={<span className={styles.label}>{t("attributed, not caused")}</span>}
        says={t(
          "By the first touch, refunds taken off. CAC: what one new customer cost. ROAS: margin for each unit of money spent. To know what was caused, hold some people out.",
        )}
      >
        <Numbers
          columns={[
            { name: t("Entry point") },
            ...["People", "Customers", "Cost", "Revenue", "CAC", "ROAS on margin", "Profit", "Paid back after"].map((name) => ({ name: t(name), isNumber: true })), // prettier-ignore
          ]}
          rows={sorted.map((row) => {
            const few = row.customers < LEAST_CUSTOMERS;
            return [
              row.entryPoint.name,
              <span key="people" title={t("{n} have had time to order", { n: decimal(row.ripePeople, language) })}>
                {count(row.people, language)}
              </span>,
              count(row.customers, language),
              write(row.cost),
              write(row.revenue - row.refunded),
              row.cost === 0 ? (
                "–"
              ) : few ? (
                <Few />
              ) : (
                <CacCell key="cac" cost={row.cost} customers={row.customers} write={write} />
              ),
              row.marginRoas === null ? "–" : few ? <Few /> : `${decimal(row.marginRoas, language, 2)} ×`,
              <span key="profit" className={row.profit < 0 ? styles.negative : styles.positive}>
                {write(Math.round(row.profit))}
              </span>,
              row.cost === 0
                ? "–"
                : row.paybackDays === null
                  ? t("not yet")
                  : t("{n} days", { n: decimal(row.paybackDays, language) }),
            ];
          })}
        />
      </Card>
    </>
  );
}

function csvRows(rows: Economics["rows"], currency: string) {
  const head = ["entry point", "code", "people", "customers", `cost ${currency}`, `revenue ${currency}`, `refunded ${currency}`, "cac", "roas", "margin roas", "profit", "payback days"]; // prettier-ignore
  return [
    head,
    ...rows.map((row) => [
      ...[row.entryPoint.name, row.entryPoint.code, row.people, row.customers, row.cost, row.revenue, row.refunded],
      ...[row.cac, row.roas, row.marginRoas, row.profit, row.paybackDays],
    ]),
  ];
}

function CacCell({ cost, customers, write }: { cost: number; customers: number; write: (value: number) => string }) {
  const told = costOf(cost, customers);
  if (!told) return "–";
  return (
    <span>
      {write(told.each)}{" "}
      <span className="quiet">
        {write(told.low)} – {write(told.high)}
      </span>
    </span>
  );
}
