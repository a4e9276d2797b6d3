import { Anchor, Button, Checkbox, FileInput, Group, Stack, Table, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { EntryImportReport } from "../../../../src/contract/api-attribution.ts";
import { api } from "../../lib/api.ts";
import { csvOf, saveText } from "../../lib/csv.ts";
import { useSpeech } from "../../lib/i18n.ts";
import styles from "./entry-points.module.css";

const SAMPLE = [
  ["name", "medium", "campaign", "placement", "region", "owner", "channel", "url", "keyword", "cost", "currency"],
  ["Window, Nanjing Road", "poster", "spring", "window", "Shanghai", "Mei", "Support on Telegram", "", "SPRING", "120.00", "CNY"],
]; // prettier-ignore

/** First a look at what would be made and what is wrong by line; then it is made. */
export function EntryImport({ onDone }: { onDone: () => void }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [partial, setPartial] = useState(false);
  const send = (dryRun: boolean) => {
    // The name is kept out of the type that the browser guesses: some call a list of commas a spreadsheet.
    const csv = new File([file!], file!.name, { type: "text/csv" });
    return api<EntryImportReport>("/entry-points/import", { method: "POST", query: { dryRun, partial }, file: csv });
  };
  const look = useMutation({ mutationFn: () => send(true) });
  const make = useMutation({
    mutationFn: () => send(false),
    async onSuccess({ made }) {
      await client.invalidateQueries({ queryKey: ["entry points"] });
      notifications.show({ message: t("{n} entry points are made.", { n: made.length }) });
      if (made.length > 0) onDone();
    },
  });
  const report = make.data?.made.length === 0 ? make.data : look.data;
  const error = make.error ?? look.error;
  const mayMake = look.data !== undefined && look.data.good > 0 && (partial || look.data.refused.length === 0);
  return (
    <Stack gap="lg">
      <Text className="quiet">
        {t(
          "One line for each, the first names the columns. Needed are name, medium, and where it leads: channel, url, keyword or phone.",
        )}{" "}
        <Anchor component="button" type="button" onClick={() => saveText("entry-points.csv", csvOf(SAMPLE))}>
          {t("Save a sample")}
        </Anchor>
      </Text>
      <FileInput
        label={t("List (CSV)")}
        accept=".csv,text/csv"
        clearable
        placeholder={t("Choose a file")}
        value={file}
        onChange={(next) => {
          setFile(next);
          look.reset();
          make.reset();
        }}
      />
      <Group gap="sm">
        <Button variant="default" disabled={!file} loading={look.isPending} onClick={() => look.mutate()}>
          {t("Look it through")}
        </Button>
        <Button disabled={!mayMake} loading={make.isPending} onClick={() => make.mutate()}>
          {look.data ? t("Make {n} entry points", { n: look.data.good }) : t("Make them")}
        </Button>
      </Group>
      {error && <p role="alert">{error.message}</p>}
      {report && (
        <div role="status">
          <p>
            {t("{lines} lines, {good} good, {refused} with faults.", {
              lines: report.lines,
              good: report.good,
              refused: report.refused.length,
            })}
          </p>
          {report.refused.length > 0 && (
            <Checkbox
              label={t("Make the good ones and leave the others out")}
              checked={partial}
              onChange={(event) => setPartial(event.currentTarget.checked)}
            />
          )}
          {report.refused.length > 0 && <Faults refused={report.refused} />}
        </div>
      )}
    </Stack>
  );
}

function Faults({ refused }: Pick<EntryImportReport, "refused">) {
  const { t } = useSpeech();
  return (
    <Table verticalSpacing={4} className={styles.faults}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th className="number">{t("Line")}</Table.Th>
          <Table.Th>{t("Name")}</Table.Th>
          <Table.Th>{t("What is wrong")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {refused.slice(0, 200).map(({ line, name, reasons }) => (
          <Table.Tr key={line}>
            <Table.Td className="number">{line}</Table.Td>
            <Table.Td>{name}</Table.Td>
            <Table.Td>{reasons.join(" ")}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
