import { Button, Group, NumberInput, Table } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Economics, NewAdvice } from "../../../../src/contract/api-planner.ts";
import { api } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { digitsOf, minorUnits } from "../../lib/numbers.ts";
import type { Asked } from "./asked.ts";
import { Answer, Card } from "./card.tsx";
import { Margin, moneyFilter } from "./money.tsx";
import { economicsQuery } from "./queries.ts";

const DAY_MS = 86_400_000;

/** What each entry point gets now; from that and what it brought comes the advice. */
export function AskAdvice({ asked }: { asked: Asked }) {
  const { t } = useSpeech();
  const economics = useQuery(economicsQuery(moneyFilter(asked)));
  return (
    <Card
      title={t("Ask where the next money should go")}
      says={t(
        "Say what each entry point gets now. Without a cost nothing can be advised; the amounts are guessed from what was spent in the chosen time.",
      )}
    >
      <Margin asked={asked} />
      <Answer query={economics}>
        {(report) => <Budgets key={`${report.from} ${report.currency}`} report={report} asked={asked} />}
      </Answer>
    </Card>
  );
}

function Budgets({ report, asked }: { report: Economics; asked: Asked }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const [days, setDays] = useState(7);
  const [amounts, setAmounts] = useState<Readonly<Record<string, number | string>>>({});
  const rows = report.rows.filter(({ cost }) => cost > 0);
  const unit = 10 ** digitsOf(report.currency);
  const guess = (cost: number) => {
    const spent = Math.max(1, (Date.parse(report.to) - Math.max(Date.parse(report.from), Date.parse(report.to) - 365 * DAY_MS)) / DAY_MS); // prettier-ignore
    return Math.round((cost / unit / spent) * days * 100) / 100;
  };
  const budgetOf = (id: string, cost: number) => minorUnits(amounts[id] ?? guess(cost), report.currency) ?? 0;
  const ask = useMutation({
    mutationFn: () => {
      const budgets = rows.map(({ entryPoint: { id }, cost }) => ({ entryPointId: id, amount: budgetOf(id, cost) }));
      const { from, currency, kind } = report;
      const order = {
        from,
        currency,
        kind,
        marginShare: asked.search.margin / 100,
        periodDays: days,
        budgets,
        rules: {},
      };
      return api("/planner/advice", { body: order satisfies NewAdvice });
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ["advice"] }),
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  if (rows.length === 0) return <p className="quiet">{t("No entry point has a cost in this time.")}</p>;
  return (
    <>
      <Table.ScrollContainer minWidth={320} maw={520}>
        <Table verticalSpacing={4} withRowBorders={false}>
          <Table.Tbody>
            {rows.map(({ entryPoint: { id, name }, cost }) => (
              <Table.Tr key={id}>
                <Table.Td>{name}</Table.Td>
                <Table.Td w={180}>
                  <NumberInput
                    size="xs"
                    aria-label={t("What {name} gets now", { name })}
                    min={0}
                    suffix={` ${report.currency}`}
                    thousandSeparator=" "
                    value={amounts[id] ?? guess(cost)}
                    onChange={(value) => setAmounts({ ...amounts, [id]: value })}
                  />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Group gap="sm" align="end">
        <NumberInput
          w={160}
          label={t("For how many days")}
          min={1}
          max={92}
          value={days}
          onChange={(value) => typeof value === "number" && setDays(Math.min(92, Math.max(1, Math.round(value))))}
        />
        <Button loading={ask.isPending} onClick={() => ask.mutate()}>
          {t("Ask for advice")}
        </Button>
      </Group>
    </>
  );
}
