import { Button, Drawer, Group, SegmentedControl, Table, Title } from "@mantine/core";
import { useInfiniteQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Empty, Failed, Waiting } from "../../app/states.tsx";
import { useSpeech } from "../../lib/i18n.ts";
import { meQuery } from "../../lib/me.ts";
import { dayOf } from "../../lib/time.ts";
import { EntryPointForm } from "./entry-point-form.tsx";
import { EntryPointPanel } from "./entry-point-panel.tsx";
import { entryPointsQuery, type EntryPoint } from "./queries.ts";
import styles from "./entry-points.module.css";

/** Every door that people come through. */
export function EntryPoints() {
  const { t } = useSpeech();
  const { data: me } = useSuspenseQuery(meQuery);
  const [archived, setArchived] = useState(false);
  const [open, setOpen] = useState<EntryPoint | "new">();
  const list = useInfiniteQuery(entryPointsQuery(archived));
  const mayChange = ["owner", "admin", "marketer"].includes(me.role);
  const make = mayChange && <Button onClick={() => setOpen("new")}>{t("Make an entry point")}</Button>;
  const rows = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div className={styles.page}>
      <Group justify="space-between">
        <Title order={1}>{t("Entry points")}</Title>
        <Group gap="sm">
          <SegmentedControl
            size="xs"
            value={String(archived)}
            onChange={(value) => setArchived(value === "true")}
            data={[
              { value: "false", label: t("In use") },
              { value: "true", label: t("Archived") },
            ]}
          />
          {make}
        </Group>
      </Group>
      {list.isPending ? (
        <Waiting />
      ) : list.isError ? (
        <Failed error={list.error} onRetry={() => void list.refetch()} />
      ) : rows.length === 0 ? (
        <Empty
          title={archived ? t("Nothing is archived") : t("No entry point yet")}
          action={archived ? undefined : make}
        >
          {t(
            "An entry point is a door with a code of its own: a poster, an ad, a newsletter, an invitation. Whoever comes through it is known to have come from there.",
          )}
        </Empty>
      ) : (
        <Rows rows={rows} onOpen={setOpen} />
      )}
      {list.hasNextPage && (
        <Button variant="default" onClick={() => void list.fetchNextPage()}>
          {t("More")}
        </Button>
      )}
      <Drawer
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        position="right"
        size="lg"
        title={open === "new" ? t("Make an entry point") : open?.name}
      >
        {open === "new" && <EntryPointForm onDone={setOpen} />}
        {open && open !== "new" && (
          <EntryPointPanel id={open.id} mayChange={mayChange} onDone={() => setOpen(undefined)} />
        )}
      </Drawer>
    </div>
  );
}

function Rows({ rows, onOpen }: { rows: readonly EntryPoint[]; onOpen: (row: EntryPoint) => void }) {
  const { t, language } = useSpeech();
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table stickyHeader highlightOnHover verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            {["Name", "Medium", "Campaign", "Region", "Since"].map((head) => (
              <Table.Th key={head}>{t(head)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.id}>
              <Table.Td>
                <button type="button" className={styles.open} onClick={() => onOpen(row)}>
                  {row.name}
                </button>
              </Table.Td>
              <Table.Td>{row.medium}</Table.Td>
              <Table.Td>{row.campaign}</Table.Td>
              <Table.Td>{row.region}</Table.Td>
              <Table.Td>{dayOf(row.createdAt, language)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
