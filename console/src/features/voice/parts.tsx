import { Anchor, Button, Group, Table, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { UseInfiniteQueryResult, UseQueryResult } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Failed, Waiting } from "../../app/states.tsx";
import { ApiError } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { ago, exactly } from "../../lib/time.ts";
import styles from "./voice.module.css";

interface CardProps {
  title: string;
  /** What it says in one sentence, also for those who do not see a picture. */
  says?: ReactNode;
  tools?: ReactNode;
  children: ReactNode;
}

/** One idea: a title, a sentence, and what there is. */
export function Card({ title, says, tools, children }: CardProps) {
  return (
    <section className={styles.card} aria-label={title}>
      <header className={styles.head}>
        <Title order={2}>{title}</Title>
        {tools && <div className={styles.tools}>{tools}</div>}
      </header>
      {says && <p className={styles.says}>{says}</p>}
      {children}
    </section>
  );
}

/** Waiting, failed with a way on, or what there is. A failed refresh keeps what is on the screen. */
export function Answer<Data>({
  query,
  rows = 4,
  children,
}: {
  query: Pick<UseQueryResult<Data>, "data" | "error" | "isPending" | "refetch">;
  rows?: number;
  children: (data: Data) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.isPending) return <Waiting rows={rows} />;
  return <Failed error={query.error} onRetry={() => void query.refetch()} />;
}

type Paged = Pick<UseInfiniteQueryResult, "hasNextPage" | "isFetchingNextPage" | "fetchNextPage">;

export function More({ list }: { list: Paged }) {
  const { t } = useSpeech();
  if (!list.hasNextPage) return null;
  return (
    <Group>
      <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
        {t("More")}
      </Button>
    </Group>
  );
}

export function Moment({ at }: { at: string }) {
  const { language } = useSpeech();
  return (
    <time dateTime={at} title={exactly(at, language)}>
      {ago(at, new Date(), language)}
    </time>
  );
}

/** Who it is about, and where it was said. */
export function Whose({
  contact,
  conversationId,
}: {
  contact: { id: string; name: string | null };
  conversationId: string;
}) {
  const { t } = useSpeech();
  return (
    <span>
      <Link to="/people/$contactId" params={{ contactId: contact.id }}>
        {contact.name ?? t("Nameless")}
      </Link>{" "}
      ·{" "}
      <Link to="/inbox/$conversationId" params={{ conversationId }}>
        {t("Conversation")}
      </Link>
    </span>
  );
}

interface Column {
  name: string;
  isNumber?: boolean;
}

export function Numbers({ columns, rows }: { columns: readonly Column[]; rows: readonly (readonly ReactNode[])[] }) {
  return (
    <Table.ScrollContainer minWidth={Math.max(280, columns.length * 84)}>
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

/** By field, what is wrong with it. */
export function faultsOf(error: Error | null): Readonly<Record<string, string>> {
  return error instanceof ApiError ? error.fields : {};
}

/** What is wrong, in words, where it was tried. */
export function Fault({ error }: { error: Error | null }) {
  if (!error) return null;
  return (
    <p className={styles.bad} role="alert">
      {error.message}
    </p>
  );
}

/** Says what was done, with a way back for ten seconds. */
export function sayWithUndo(id: string, message: string, undo: { label: string; run: () => void }): void {
  const run = () => {
    notifications.hide(id);
    undo.run();
  };
  notifications.show({
    id,
    autoClose: 10_000,
    message: (
      <span>
        {message}{" "}
        <Anchor component="button" type="button" onClick={run}>
          {undo.label}
        </Anchor>
      </span>
    ),
  });
}
