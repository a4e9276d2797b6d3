import { Button, Drawer, Group, Menu, SegmentedControl, Select, TextInput, Title } from "@mantine/core";
import { useInfiniteQuery, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { Empty, Failed, Waiting } from "../../app/states.tsx";
import { useSpeech } from "../../lib/i18n.ts";
import { meQuery } from "../../lib/me.ts";
import { EntryImport } from "./entry-import.tsx";
import { EntryPointForm } from "./entry-point-form.tsx";
import { EntryPointPanel } from "./entry-point-panel.tsx";
import { EntryRows } from "./entry-rows.tsx";
import { EntrySearch, isFound, SORTS } from "./entry-search.ts";
import { entryPointsQuery, figuresQuery, type EntryPoint } from "./queries.ts";
import styles from "./entry-points.module.css";

type Open = EntryPoint | "new" | "import" | undefined;

const SORT_NAMES: Readonly<Record<EntrySearch["sort"], string>> = {
  newest: "The newest first",
  people: "Most people first",
  orders: "Most orders first",
  name: "By name",
};

/** Every door that people come through. */
export function EntryPoints() {
  const { t } = useSpeech();
  const { data: me } = useSuspenseQuery(meQuery);
  const search = EntrySearch.parse(useSearch({ strict: false }));
  const set = useSetSearch(search);
  const [open, setOpen] = useState<Open>();
  const list = useInfiniteQuery(entryPointsQuery(search.archived));
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage(); // the search is over all of them
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const mayChange = ["owner", "admin", "marketer"].includes(me.role);
  const all = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const rows = useSorted(
    all.filter((row) => isFound(row, search)),
    search.sort,
    me.role !== "agent",
  );
  const make = mayChange && <Button onClick={() => setOpen("new")}>{t("Make an entry point")}</Button>;
  return (
    <div className={styles.page}>
      <Group justify="space-between">
        <Title order={1}>{t("Entry points")}</Title>
        <Group gap="sm">
          <Menu position="bottom-end">
            <Menu.Target>
              <Button variant="default">{t("Many at once")}</Button>
            </Menu.Target>
            <Menu.Dropdown>
              {mayChange && <Menu.Item onClick={() => setOpen("import")}>{t("Make them from a list (CSV)")}</Menu.Item>}
              <Menu.Item
                component="a"
                href={sheetOf(rows)}
                target="_blank"
                rel="noopener"
                disabled={rows.length === 0 || rows.length > 200}
              >
                {t("Print labels of the {n} shown", { n: Math.min(rows.length, 200) })}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
          {make}
        </Group>
      </Group>
      <Filters search={search} set={set} all={all} />
      {list.isPending ? (
        <Waiting />
      ) : list.isError ? (
        <Failed error={list.error} onRetry={() => void list.refetch()} />
      ) : rows.length > 0 ? (
        <EntryRows rows={rows} hasFigures={me.role !== "agent"} hasPulse={mayChange} onOpen={setOpen} />
      ) : all.length > 0 ? (
        <Empty title={t("No entry point is found")}>{t("Search with fewer letters, or let a filter go.")}</Empty>
      ) : (
        <Empty
          title={search.archived ? t("Nothing is archived") : t("No entry point yet")}
          action={search.archived ? undefined : make}
        >
          {t(
            "An entry point is a door with a code of its own: a poster, an ad, a newsletter, an invitation. Whoever comes through it is known to have come from there.",
          )}
        </Empty>
      )}
      <Drawer
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        position="right"
        size="lg"
        title={titleOf(open, t)}
      >
        {open === "new" && <EntryPointForm onDone={setOpen} />}
        {open === "import" && <EntryImport onDone={() => setOpen(undefined)} />}
        {typeof open === "object" && (
          <EntryPointPanel id={open.id} mayChange={mayChange} onDone={() => setOpen(undefined)} />
        )}
      </Drawer>
    </div>
  );
}

function titleOf(open: Open, t: (english: string) => string): string | undefined {
  if (open === "new") return t("Make an entry point");
  return open === "import" ? t("Make entry points from a list") : open?.name;
}

function sheetOf(rows: readonly EntryPoint[]): string {
  const ids = rows.slice(0, 200).map(({ id }) => id);
  return `/api/v1/entry-points/sheet?ids=${ids.join(",")}`;
}

function useSetSearch(search: EntrySearch) {
  const navigate = useNavigate();
  return (change: Partial<EntrySearch>) => {
    const usual: Readonly<Record<string, unknown>> = EntrySearch.parse({});
    const next = Object.entries({ ...search, ...change }).filter(([name, value]) => value !== usual[name]);
    void navigate({ to: "/entry-points", search: Object.fromEntries(next) as never, replace: true });
  };
}

function useSorted(rows: readonly EntryPoint[], sort: EntrySearch["sort"], hasFigures: boolean): EntryPoint[] {
  const { data } = useQuery({ ...figuresQuery, enabled: hasFigures });
  const { language } = useSpeech();
  const sorted = [...rows];
  if (sort === "name") return sorted.sort((a, b) => a.name.localeCompare(b.name, language));
  if (sort === "newest") return sorted;
  const worth = ({ id }: EntryPoint) => (sort === "people" ? data?.get(id)?.people : data?.get(id)?.ordered) ?? 0;
  return sorted.sort((a, b) => worth(b) - worth(a));
}

interface FiltersProps {
  search: EntrySearch;
  set: (change: Partial<EntrySearch>) => void;
  all: readonly EntryPoint[];
}

function Filters({ search, set, all }: FiltersProps) {
  const { t } = useSpeech();
  const media = [...new Set(all.map(({ medium }) => medium))].sort();
  const campaigns = [...new Set(all.flatMap(({ campaign }) => campaign ?? []))].sort();
  return (
    <div className={styles.filters}>
      <TextInput
        type="search"
        aria-label={t("Search entry points")}
        placeholder={t("Name, code, place or keyword")}
        value={search.q ?? ""}
        onChange={(event) => set({ q: event.currentTarget.value || undefined })}
      />
      <Select
        aria-label={t("Medium")}
        value={search.medium ?? ""}
        data={[{ value: "", label: t("Every medium") }, ...media.map((value) => ({ value, label: t(value) }))]}
        onChange={(medium) => set({ medium: medium || undefined })}
      />
      <Select
        aria-label={t("Campaign")}
        searchable
        value={search.campaign ?? ""}
        data={[{ value: "", label: t("Every campaign") }, ...campaigns.map((value) => ({ value, label: value }))]}
        onChange={(campaign) => set({ campaign: campaign || undefined })}
      />
      <Select
        aria-label={t("Order")}
        value={search.sort}
        allowDeselect={false}
        data={SORTS.map((value) => ({ value, label: t(SORT_NAMES[value]) }))}
        onChange={(sort) => set({ sort: (sort ?? search.sort) as EntrySearch["sort"] })}
      />
      <SegmentedControl
        value={String(search.archived)}
        onChange={(value) => set({ archived: value === "true" })}
        data={[
          { value: "false", label: t("In use") },
          { value: "true", label: t("Archived") },
        ]}
      />
    </div>
  );
}
