import { Button, Group, NumberInput, Select, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState, type FormEvent } from "react";
import type { AgentConversion } from "../../../../src/contract/api-conversions.ts";
import { api, ApiError } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { digitsOf, minorUnits } from "../../lib/numbers.ts";
import styles from "./inbox.module.css";

const KINDS: Readonly<Record<string, string>> = { order: "An order", booking: "A booking", "sign-up": "A sign-up" };
const CURRENCIES = ["EUR", "CNY", "USD", "GBP", "CHF", "JPY", "HKD", "TWD", "SGD"];
const KEPT = "tributary.order-currency";

/** What an agent saw: the person of this conversation bought something. */
export function OrderForm({ conversationId, onDone }: { conversationId: string; onDone: () => void }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const [kind, setKind] = useState("order");
  const [amount, setAmount] = useState<string | number>("");
  const [currency, setCurrency] = useState(() => localStorage.getItem(KEPT) ?? "EUR");
  const [number, setNumber] = useState("");
  const ownNumber = useRef<string>(undefined); // the same click twice, after a lost answer, is the same order
  const minor = minorUnits(amount, currency);
  const record = useMutation({
    mutationFn() {
      ownNumber.current ??= `${new Date().toISOString().slice(0, 10)} ${crypto.randomUUID().slice(0, 8)}`;
      const externalId = number.trim() || ownNumber.current;
      const body = { kind, amount: minor!, currency, source: "agent", externalId } satisfies AgentConversion;
      return api(`/conversations/${conversationId}/conversions`, { body });
    },
    async onSuccess() {
      localStorage.setItem(KEPT, currency);
      const stale = [["journey"], ["contact"], ["people"], ["report"]];
      await Promise.all(stale.map((queryKey) => client.invalidateQueries({ queryKey })));
      onDone();
    },
  });
  const fields = record.error instanceof ApiError ? record.error.fields : {};
  function submit(event: FormEvent) {
    event.preventDefault();
    record.mutate();
  }
  return (
    <form onSubmit={submit} className={styles.order}>
      <Select
        label={t("What happened")}
        value={kind}
        allowDeselect={false}
        data={Object.entries(KINDS).map(([value, name]) => ({ value, label: t(name) }))}
        onChange={(value) => setKind(value ?? kind)}
      />
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <NumberInput
          label={t("Amount")}
          required
          min={0}
          hideControls
          decimalScale={digitsOf(currency)}
          value={amount}
          error={fields["body.amount"]}
          onChange={setAmount}
        />
        <Select
          label={t("Currency")}
          w={110}
          searchable
          allowDeselect={false}
          value={currency}
          data={[...new Set([currency, ...CURRENCIES])]}
          error={fields["body.currency"]}
          onChange={(value) => setCurrency(value ?? currency)}
        />
      </Group>
      <TextInput
        label={t("Its number, if it has one")}
        value={number}
        error={fields["body.externalId"]}
        onChange={(event) => setNumber(event.currentTarget.value)}
      />
      {record.error && Object.keys(fields).length === 0 && <p role="alert">{record.error.message}</p>}
      <Group gap="sm">
        <Button type="submit" size="xs" loading={record.isPending} disabled={minor === undefined}>
          {t("Record it")}
        </Button>
        <Button size="xs" variant="default" onClick={onDone}>
          {t("Leave it")}
        </Button>
      </Group>
    </form>
  );
}
