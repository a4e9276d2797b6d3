import { ActionIcon, Button, Checkbox, Group, Indicator, Popover, Select, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { SlidersHorizontal, Trash2 } from "lucide-react";
import { useState } from "react";
import type { EntryPoint } from "../../../../src/contract/api-entry-points.ts";
import type { SavedViewView, ViewFilter } from "../../../../src/contract/api-desk.ts";
import { api } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { channelNamesQuery, colleaguesQuery, labelsQuery, savedViewsQuery } from "./queries.ts";
import { sayFailure } from "./say-failure.ts";
import { BUILT_IN, chooseView, type View } from "./view-state.ts";
import styles from "./inbox.module.css";

const OWN = "Your filters";
const STAGES = ["visitor", "contact", "lead", "opportunity", "customer", "repeat", "advocate", "lapsed"];

/** Which view the list shows, and what is filtered on top of it. */
export function ViewBar({ view }: { view: View }) {
  const { t } = useSpeech();
  const saved = useQuery(savedViewsQuery);
  const [opened, setOpened] = useState(false);
  const own = view.name === OWN ? [{ value: OWN, label: t("Your filters") }] : [];
  const savedViews = saved.data ?? [];
  const groups = [
    { group: t("Views"), items: [...BUILT_IN.map(({ name }) => ({ value: name, label: t(name) })), ...own] },
    { group: t("Saved"), items: savedViews.map(({ id, name }) => ({ value: id, label: name })) },
  ].filter(({ items }) => items.length > 0);
  const value = savedViews.find(({ name, filter }) => name === view.name && same(filter, view.filter))?.id ?? view.name;
  const isKnown = groups.some(({ items }) => items.some((item) => item.value === value));
  function choose(next: string | null) {
    const found = BUILT_IN.find(({ name }) => name === next) ?? savedViews.find(({ id }) => id === next);
    if (found) chooseView({ name: found.name, filter: found.filter });
  }
  return (
    <Group gap="sm" wrap="nowrap">
      <Select
        className={styles.field}
        aria-label={t("Which conversations")}
        value={isKnown ? value : OWN}
        allowDeselect={false}
        maxDropdownHeight={420}
        onChange={choose}
        data={groups}
      />
      <Popover opened={opened} onChange={setOpened} width={300} position="bottom-end" trapFocus withinPortal>
        <Indicator disabled={view.name !== OWN} size={8}>
          <Popover.Target>
            <ActionIcon
              variant="default"
              size={36}
              aria-label={t("Filters")}
              onClick={() => setOpened((before) => !before)}
            >
              <SlidersHorizontal size={16} />
            </ActionIcon>
          </Popover.Target>
        </Indicator>
        <Popover.Dropdown>
          <Filters filter={view.filter} saved={savedViews.find(({ id }) => id === value)} />
        </Popover.Dropdown>
      </Popover>
    </Group>
  );
}

const same = (a: object, b: object) => JSON.stringify(a) === JSON.stringify(b);

function Filters({ filter, saved }: { filter: ViewFilter; saved: SavedViewView | undefined }) {
  const { t } = useSpeech();
  const labels = useQuery(labelsQuery);
  const channels = useQuery(channelNamesQuery);
  const colleagues = useQuery(colleaguesQuery);
  const doors = useQuery({
    queryKey: ["entry point names"],
    queryFn: async ({ signal }) =>
      (await api<{ items: EntryPoint[] }>("/entry-points", { query: { limit: 200 }, signal })).items,
    retry: false,
  });
  function set<K extends keyof ViewFilter>(name: K, value: ViewFilter[K] | null) {
    const rest = Object.entries({ ...filter, [name]: value }).filter(([, each]) => each !== null && each !== false);
    chooseView({ name: OWN, filter: Object.fromEntries(rest) });
  }
  const pick = (name: keyof ViewFilter, label: string, data: { value: string; label: string }[]) => (
    <Select
      key={name}
      label={t(label)}
      placeholder={t("any")}
      clearable
      searchable={data.length > 8}
      comboboxProps={{ withinPortal: false }}
      value={(filter[name] as string | undefined) ?? null}
      onChange={(value) => set(name, value as never)}
      data={data}
    />
  );
  const named = (rows: readonly { id: string; name: string }[] | undefined) =>
    (rows ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const spoken = (words: readonly string[]) => words.map((word) => ({ value: word, label: t(word) }));
  return (
    <Stack gap="sm">
      {pick("status", "Status", [
        { value: "open", label: t("Open") },
        { value: "snoozed", label: t("Snoozed") },
        { value: "resolved", label: t("Resolved") },
      ])}
      {pick("assigneeId", "Agent", named(colleagues.data))}
      {pick("channelId", "Channel", named(channels.data))}
      {pick("labelId", "Label", named(labels.data))}
      {pick("stage", "Stage", spoken(STAGES))}
      {doors.data && pick("entryPointId", "Came through", named(doors.data))}
      <Checkbox
        label={t("Unread only")}
        checked={filter.unread === true}
        onChange={(event) => set("unread", event.currentTarget.checked)}
      />
      <SaveView filter={filter} saved={saved} />
    </Stack>
  );
}

function SaveView({ filter, saved }: { filter: ViewFilter; saved: SavedViewView | undefined }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [isShared, setShared] = useState(false);
  const refresh = () => client.invalidateQueries({ queryKey: savedViewsQuery.queryKey });
  const save = useMutation({
    mutationFn: () => api<SavedViewView>("/saved-views", { body: { name, isShared, filter } }),
    async onSuccess(made) {
      await refresh();
      setName("");
      chooseView({ name: made.name, filter: made.filter });
    },
    onError: sayFailure,
  });
  const remove = useMutation({
    mutationFn: (id: string) => api(`/saved-views/${id}`, { method: "DELETE" }),
    onSuccess: refresh,
    onError: sayFailure,
  });
  return (
    <Stack gap="sm" className={styles.saveView}>
      <TextInput
        label={t("Save these filters as a view")}
        placeholder={t("Name")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Checkbox
        label={t("For everybody")}
        checked={isShared}
        onChange={(event) => setShared(event.currentTarget.checked)}
      />
      <Group gap="sm">
        <Button size="xs" disabled={name.trim() === ""} loading={save.isPending} onClick={() => save.mutate()}>
          {t("Save the view")}
        </Button>
        {saved && (
          <Button
            size="xs"
            variant="default"
            leftSection={<Trash2 size={12} />}
            loading={remove.isPending}
            onClick={() => remove.mutate(saved.id)}
          >
            {t("Remove {name}", { name: saved.name })}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
