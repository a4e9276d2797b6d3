import { useQuery } from "@tanstack/react-query";
import { Empty } from "../../app/states.tsx";
import { useSpeech } from "../../lib/i18n.ts";
import { count, money, percent } from "../../lib/numbers.ts";
import type { Asked } from "./asked.ts";
import { Answer, Card, Numbers } from "./card.tsx";
import { FlowChart } from "./flow-chart.tsx";
import { flowsOf } from "./flow.ts";
import { exportAddress, pathsQuery } from "./queries.ts";

const MOST_DRAWN = 30;

/** The ways that people went before they bought. */
export function Paths({ asked }: { asked: Asked }) {
  const { t, language } = useSpeech();
  const { filter, search } = asked;
  const paths = useQuery(pathsQuery({ ...filter, by: search.by, limit: MOST_DRAWN }));
  const nameOf = (name: string) =>
    name === "unknown" ? t("nobody knows") : name === "conversion" ? t("Conversion") : name;
  const csv = { href: exportAddress({ ...filter, by: search.by, report: "paths" }) };
  return (
    <Answer query={paths} height={360}>
      {({ conversions, considered, other, paths: ways }) => {
        if (ways.length === 0) {
          return <Empty title={t("No conversion in this time")}>{t("A way is drawn as soon as somebody who came through a door has ordered.")}</Empty>; // prettier-ignore
        }
        const [first] = ways;
        const says = t("{n} conversions. The most frequent way, {way}, led to {share} of them.", {
          n: count(conversions, language),
          way: first!.steps.map(nameOf).join(" → "),
          share: percent(first!.conversions / Math.max(1, considered), language),
        });
        return (
          <>
            <Card title={t("How people came to order")} says={says}>
              <FlowChart
                title={says}
                sankey={flowsOf(ways)}
                nameOf={nameOf}
                write={(value) => count(value, language)}
              />
            </Card>
            <Card
              title={t("Most frequent ways")}
              csv={csv}
              says={
                other > 0 ? t("{n} more conversions came after rarer ways.", { n: count(other, language) }) : undefined
              }
            >
              <Numbers
                columns={[
                  { name: t("Way") },
                  ...["Conversions", "Share", "Net"].map((name) => ({ name: t(name), isNumber: true })),
                ]}
                rows={ways.map((way) => [
                  way.steps.map(nameOf).join(" → "),
                  count(way.conversions, language),
                  percent(way.conversions / Math.max(1, considered), language),
                  way.net.map((sum) => money(sum.amount, sum.currency, language)).join(" · "),
                ])}
              />
            </Card>
          </>
        );
      }}
    </Answer>
  );
}
