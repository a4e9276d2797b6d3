import { Button, NumberInput, Table, TextInput } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import type { Cost } from "../../../../src/contract/api-attribution.ts";
import { Failed, Waiting } from "../../app/states.tsx";
import { api } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { minorUnits, money } from "../../lib/numbers.ts";
import { dayOf, exactly } from "../../lib/time.ts";
import { costsQuery } from "./queries.ts";
import styles from "./entry-points.module.css";

/** What an entry point cost, over time; an amount below zero corrects an earlier one. */
export function EntryCosts({ id, mayChange }: { id: string; mayChange: boolean }) {
  const { t, language } = useSpeech();
  const costs = useInfiniteQuery(costsQuery(id));
  if (costs.isPending) return <Waiting rows={3} height={32} />;
  if (costs.isError) return <Failed error={costs.error} onRetry={() => void costs.refetch()} />;
  const rows = costs.data.pages.flatMap(({ items }) => items);
  return (
    <>
      {mayChange && <CostForm key={rows[0]?.currency} id={id} usual={rows[0]?.currency ?? "EUR"} />}
      {rows.length === 0 ? (
        <p className="quiet">{t("Nothing was spent yet. With its costs, the hub tells what a customer costs.")}</p>
      ) : (
        <Table verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("When")}</Table.Th>
              <Table.Th>{t("For what")}</Table.Th>
              <Table.Th className="number">{t("Amount")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((cost) => (
              <Table.Tr key={cost.id}>
                <Table.Td title={exactly(cost.at, language)}>{dayOf(cost.at, language)}</Table.Td>
                <Table.Td>{cost.note}</Table.Td>
                <Table.Td className="number">{money(cost.amount, cost.currency, language)}</Table.Td>
              </Table.Tr>
            ))}
            {!costs.hasNextPage && rows.length > 1 && (
              <Table.Tr>
                <Table.Td colSpan={2}>{t("In all")}</Table.Td>
                <Table.Td className="number">
                  <strong>
                    {sumsOf(rows)
                      .map(([currency, sum]) => money(sum, currency, language))
                      .join(" · ")}
                  </strong>
                </Table.Td>
              </Table.Tr>
            )}
          </Table.Tbody>
        </Table>
      )}
      {costs.hasNextPage && (
        <Button variant="default" onClick={() => void costs.fetchNextPage()}>
          {t("More")}
        </Button>
      )}
    </>
  );
}

function sumsOf(rows: readonly Cost[]): [string, number][] {
  const sums = new Map<string, number>();
  for (const { amount, currency } of rows) sums.set(currency, (sums.get(currency) ?? 0) + amount);
  return [...sums];
}

function CostForm({ id, usual }: { id: string; usual: string }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const [amount, setAmount] = useState<number | string>("");
  const [currency, setCurrency] = useState(usual);
  const [note, setNote] = useState("");
  const [day, setDay] = useState("");
  const units = minorUnits(amount, currency);
  const add = useMutation({
    mutationFn: () => {
      const at = day && { at: new Date(`${day}T12:00:00`).toISOString() };
      return api<Cost>(`/entry-points/${id}/costs`, { body: { amount: units, currency, ...(note.trim() && { note: note.trim() }), ...at } }); // prettier-ignore
    },
    async onSuccess() {
      setAmount("");
      setNote("");
      await client.invalidateQueries({ queryKey: ["entry point costs", id] });
      await client.invalidateQueries({ queryKey: ["economics"] });
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    add.mutate();
  }
  return (
    <form onSubmit={submit} className={styles.costs}>
      <NumberInput label={t("Amount")} value={amount} onChange={setAmount} required />
      <TextInput
        label={t("Currency")}
        value={currency}
        maxLength={3}
        onChange={(event) => setCurrency(event.currentTarget.value.toUpperCase())}
      />
      <TextInput type="date" label={t("When")} value={day} onChange={(event) => setDay(event.currentTarget.value)} />
      <TextInput label={t("For what")} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
      <Button
        type="submit"
        loading={add.isPending}
        disabled={units === undefined || units === 0 || currency.length !== 3}
      >
        {t("Add the cost")}
      </Button>
      {add.error && <p role="alert">{add.error.message}</p>}
    </form>
  );
}
