import { Badge, Button, Group, Select, Table, TextInput, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useInfiniteQuery, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { ContactRow } from "../../../../src/contract/api-conversations.ts";
import { Empty, Failed, Waiting } from "../../app/states.tsx";
import { useSpeech } from "../../lib/i18n.ts";
import { meQuery } from "../../lib/me.ts";
import { peopleQuery } from "../../lib/people.ts";
import { ago, dayOf, exactly } from "../../lib/time.ts";
import { PeopleSearch, STAGES } from "./people-search.ts";
import { sourcesQuery } from "./queries.ts";
import styles from "./people.module.css";

/** Everybody who ever wrote or came, to be found again. */
export function People() {
  const { t } = useSpeech();
  const { data: me } = useSuspenseQuery(meQuery);
  const raw = useSearch({ strict: false });
  const search = PeopleSearch.parse(raw);
  const navigate = useNavigate();
  const set = (change: Partial<PeopleSearch>) =>
    void navigate({ to: "/people", search: { ...search, ...change } as never, replace: true });
  const list = useInfiniteQuery({ ...peopleQuery(search), placeholderData: keepPreviousData });
  const sources = useQuery({ ...sourcesQuery, enabled: me.role !== "moderator" }).data ?? [];
  const isSearched = Object.values(search).some((value) => value !== undefined);
  const rows = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div className={styles.page}>
      <Title order={1}>{t("People")}</Title>
      <div className={styles.filters}>
        <SearchBox value={search.q ?? ""} onChange={(q) => set({ q: q || undefined })} />
        <Select
          aria-label={t("Stage")}
          value={search.stage ?? ""}
          data={[{ value: "", label: t("Every stage") }, ...STAGES.map((value) => ({ value, label: t(value) }))]}
          onChange={(stage) => set({ stage: (stage || undefined) as PeopleSearch["stage"] })}
        />
        {sources.length > 0 && (
          <Select
            aria-label={t("Source")}
            searchable
            value={search.entryPointId ?? ""}
            data={[
              { value: "", label: t("Every source") },
              ...sources.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            onChange={(id) => set({ entryPointId: id || undefined })}
          />
        )}
      </div>
      {list.isPending ? (
        <Waiting />
      ) : list.isError ? (
        <Failed error={list.error} onRetry={() => void list.refetch()} />
      ) : rows.length > 0 ? (
        <Rows rows={rows} />
      ) : isSearched ? (
        <Empty title={t("Nobody is found")}>{t("Search with fewer letters, or let a filter go.")}</Empty>
      ) : (
        <Empty title={t("Nobody has come yet")}>
          {t("Whoever writes on one of your channels, or comes through an entry point, stands here.")}
        </Empty>
      )}
      {list.hasNextPage && (
        <Group>
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t("More")}
          </Button>
        </Group>
      )}
    </div>
  );
}

function SearchBox({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useSpeech();
  const [typed, setTyped] = useState(value);
  const [settled] = useDebouncedValue(typed.trim(), 250);
  useEffect(() => {
    if (settled !== value) onChange(settled);
    // Only what was typed is told; the address changes by itself too.
  }, [settled]);
  return (
    <TextInput
      type="search"
      aria-label={t("Search people")}
      placeholder={t("Name, user name, e-mail or account")}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
    />
  );
}

function Rows({ rows }: { rows: readonly ContactRow[] }) {
  const { t, language } = useSpeech();
  const now = new Date();
  return (
    <Table.ScrollContainer className={styles.table} minWidth={620}>
      <Table stickyHeader highlightOnHover verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            {["Name", "Stage", "Came through", "On", "Last seen", "Known since"].map((head) => (
              <Table.Th key={head}>{t(head)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ id, name, stage, stageAt, source, channels, lastSeenAt, createdAt }) => (
            <Table.Tr key={id}>
              <Table.Td>
                <Link to="/people/$contactId" params={{ contactId: id }} className={styles.name}>
                  {name ?? t("Nameless")}
                </Link>
              </Table.Td>
              <Table.Td title={exactly(stageAt, language)}>
                <Badge variant="light" radius="sm" className={styles.stage}>
                  {t(stage)}
                </Badge>
              </Table.Td>
              <Table.Td>{source?.name ?? <span className="quiet">{t("nobody knows")}</span>}</Table.Td>
              <Table.Td>{channels.join(", ")}</Table.Td>
              <Table.Td title={lastSeenAt === null ? undefined : exactly(lastSeenAt, language)}>
                {lastSeenAt === null ? <span className="quiet">–</span> : ago(lastSeenAt, now, language)}
              </Table.Td>
              <Table.Td title={exactly(createdAt, language)}>{dayOf(createdAt, language)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
