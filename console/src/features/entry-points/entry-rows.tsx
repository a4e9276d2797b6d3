import { Table } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useSpeech } from "../../lib/i18n.ts";
import { count, shortly } from "../../lib/numbers.ts";
import { dayOf } from "../../lib/time.ts";
import { figuresQuery, pulseQuery, type EntryPoint } from "./queries.ts";
import { Sparkline } from "./sparkline.tsx";
import styles from "./entry-points.module.css";

interface Props {
  rows: readonly EntryPoint[];
  hasFigures: boolean;
  /** The daily numbers of single doors are not for those who only look on. */
  hasPulse: boolean;
  onOpen: (row: EntryPoint) => void;
}

const STEPS = ["hits", "people", "wrote", "lead", "ordered"] as const;
const HEADS = { hits: "Hits", people: "People", wrote: "Wrote", lead: "Leads", ordered: "Ordered" } as const;

/** Each entry point with what came of it so far and how its last weeks went. */
export function EntryRows({ rows, hasFigures, hasPulse, onOpen }: Props) {
  const { t, language } = useSpeech();
  const figures = useQuery({ ...figuresQuery, enabled: hasFigures }).data;
  const pulse = useQuery({ ...pulseQuery, enabled: hasPulse }).data;
  const spark = (id: string) => {
    if (!pulse) return null;
    const people = pulse.doors.get(id)?.people ?? pulse.dates.map(() => 0);
    const sum = people.reduce((all, each) => all + each, 0);
    return <Sparkline values={people} title={t("{n} new people in four weeks", { n: sum })} />;
  };
  return (
    <Table.ScrollContainer className={styles.table} minWidth={hasFigures ? 600 : 320}>
      <Table stickyHeader highlightOnHover verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("Name")}</Table.Th>
            <Table.Th className={styles.wide}>{t("Medium")}</Table.Th>
            {hasPulse && <Table.Th>{t("Last four weeks")}</Table.Th>}
            {hasFigures &&
              STEPS.map((step) => (
                <Table.Th key={step} className="number">
                  {t(HEADS[step])}
                </Table.Th>
              ))}
            <Table.Th className={styles.wide}>{t("Since")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.id}>
              <Table.Td>
                <button type="button" className={styles.open} onClick={() => onOpen(row)}>
                  {row.name}
                </button>
                <div className={styles.detail}>
                  {[row.campaign, row.placement, row.region, row.keyword].filter(Boolean).join(" · ")}
                </div>
              </Table.Td>
              <Table.Td className={styles.wide}>{t(row.medium)}</Table.Td>
              {hasPulse && <Table.Td>{spark(row.id)}</Table.Td>}
              {hasFigures &&
                STEPS.map((step) => (
                  <Table.Td
                    key={step}
                    className="number"
                    title={figures && count(figures.get(row.id)?.[step] ?? 0, language)}
                  >
                    {!figures ? (
                      "…"
                    ) : step === "people" ? (
                      <Link
                        to="/attribution"
                        search={{ period: "all", entryPointId: row.id } as never}
                        className={styles.quietLink}
                      >
                        {shortly(figures.get(row.id)?.people ?? 0, language)}
                      </Link>
                    ) : (
                      shortly(figures.get(row.id)?.[step] ?? 0, language)
                    )}
                  </Table.Td>
                ))}
              <Table.Td className={`${styles.since} ${styles.wide}`}>{dayOf(row.createdAt, language)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
