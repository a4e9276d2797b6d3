import { Anchor, Skeleton, Table, Title } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Failed } from "../../app/states.tsx";
import { csvOf, saveText } from "../../lib/csv.ts";
import { useSpeech } from "../../lib/i18n.ts";
import styles from "./attribution.module.css";

export interface Column {
  name: string;
  isNumber?: boolean;
}
export type Cell = ReactNode;

interface CardProps {
  title: string;
  /** The chart in one sentence, also for those who do not see it. */
  says?: ReactNode;
  /** Where its numbers are saved from. */
  csv?: { href: string } | { name: string; rows: () => (string | number | null)[][] };
  tools?: ReactNode;
  children: ReactNode;
}

/** One idea: a title, a sentence, a picture, and its numbers to take along. */
export function Card({ title, says, csv, tools, children }: CardProps) {
  const { t } = useSpeech();
  return (
    <section className={styles.card} aria-label={title}>
      <header className={styles.head}>
        <Title order={2}>{title}</Title>
        <div className={styles.tools}>
          {tools}
          {csv && "href" in csv && (
            <Anchor size="sm" href={csv.href} download>
              CSV
            </Anchor>
          )}
          {csv && "rows" in csv && (
            <Anchor
              size="sm"
              component="button"
              type="button"
              aria-label={t("Save as CSV: {title}", { title })}
              onClick={() => saveText(csv.name, csvOf(csv.rows()))}
            >
              CSV
            </Anchor>
          )}
        </div>
      </header>
      {says && <p className={styles.says}>{says}</p>}
      {children}
    </section>
  );
}

/** The numbers behind a picture, for whoever would rather read them. */
export function AsTable({ columns, rows }: { columns: readonly Column[]; rows: readonly (readonly Cell[])[] }) {
  const { t } = useSpeech();
  return (
    <details className={styles.details}>
      <summary>{t("As a table")}</summary>
      <Numbers columns={columns} rows={rows} />
    </details>
  );
}

export function Numbers({ columns, rows }: { columns: readonly Column[]; rows: readonly (readonly Cell[])[] }) {
  return (
    <Table.ScrollContainer minWidth={Math.max(280, columns.length * 92)}>
      <Table stickyHeader verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ name, isNumber }) => (
              <Table.Th key={name} className={isNumber ? "number" : undefined}>
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((cells, at) => (
            <Table.Tr key={at}>
              {cells.map((cell, place) => (
                <Table.Td key={place} className={columns[place]?.isNumber ? "number" : undefined}>
                  {cell}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** Waiting in the card's own shape, failed with a way on, or what there is. */
export function Answer<Data>({
  query,
  height = 200,
  children,
}: {
  query: Pick<UseQueryResult<Data>, "data" | "error" | "isPending" | "refetch">;
  height?: number;
  children: (data: Data) => ReactNode;
}) {
  const { t } = useSpeech();
  if (query.data !== undefined) return children(query.data);
  if (query.isPending) return <Skeleton height={height} radius={6} role="status" aria-label={t("Loading")} />;
  return <Failed error={query.error} onRetry={() => void query.refetch()} />;
}
