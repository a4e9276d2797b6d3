import { Button, Group, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useSpeech } from "../../lib/i18n.ts";
import type { Asked } from "./asked.ts";
import { doorNamesQuery, funnelQuery, kindsQuery } from "./queries.ts";
import { DIMENSIONS, FILTER_OF, PERIODS, type Search } from "./search.ts";
import styles from "./attribution.module.css";

const PERIOD_NAMES: Readonly<Record<Search["period"], string>> = {
  "7d": "Last 7 days",
  "30d": "Last 30 days",
  "90d": "Last 90 days",
  "365d": "Last 365 days",
  all: "From the beginning",
  dates: "Between two days",
};
export const DIMENSION_NAMES: Readonly<Record<Search["by"], string>> = {
  "entry-point": "Entry point",
  campaign: "Campaign",
  channel: "Channel",
  owner: "Owner",
  region: "Region",
  medium: "Medium",
};

/** What a report is asked for; all of it stands in the address. */
export function Filters({ asked }: { asked: Asked }) {
  const { t } = useSpeech();
  const { search, set, currencies } = asked;
  const kinds = useQuery(kindsQuery).data ?? [];
  const allKinds = [...new Set(["order", "booking", "sign-up", ...kinds.map(({ kind }) => kind), ...(search.kind ? [search.kind] : [])])]; // prettier-ignore
  const choices = [...new Set([...currencies, ...(search.currency ? [search.currency] : [])])];
  const hasBy = ["overview", "models", "paths"].includes(search.tab);
  return (
    <>
      <div className={styles.filters} role="group" aria-label={t("Filters")}>
        <Select
          label={t("Time")}
          value={search.period}
          allowDeselect={false}
          data={PERIODS.map((value) => ({ value, label: t(PERIOD_NAMES[value]) }))}
          onChange={(period) => set({ period: (period ?? search.period) as Search["period"] })}
        />
        {search.period === "dates" && (
          <>
            <Day name={t("From")} value={search.from} onChange={(from) => set({ from })} />
            <Day name={t("To")} value={search.to} onChange={(to) => set({ to })} />
          </>
        )}
        <Zone asked={asked} />
        <Select
          label={t("Conversion")}
          value={search.kind ?? ""}
          data={[{ value: "", label: t("All kinds") }, ...allKinds.map((value) => ({ value, label: t(value) }))]}
          onChange={(kind) => set({ kind: kind || undefined })}
        />
        {choices.length > 1 && (
          <Select
            label={t("Currency")}
            value={search.currency ?? ""}
            data={[{ value: "", label: t("All") }, ...choices.map((value) => ({ value, label: value }))]}
            onChange={(currency) => set({ currency: currency || undefined })}
          />
        )}
        {search.tab === "overview" && (
          <Select
            label={t("Credited to")}
            value={search.model}
            allowDeselect={false}
            data={[
              { value: "first", label: t("the first touch") },
              { value: "last", label: t("the last touch") },
            ]}
            onChange={(model) => set({ model: model === "last" ? "last" : "first" })}
          />
        )}
        {hasBy && (
          <Select
            label={t("By")}
            value={search.by}
            allowDeselect={false}
            data={DIMENSIONS.map((value) => ({ value, label: t(DIMENSION_NAMES[value]) }))}
            onChange={(by) => set({ by: (by ?? search.by) as Search["by"], group: undefined, step: undefined })}
          />
        )}
      </div>
      <Narrowed asked={asked} />
    </>
  );
}

function Day({
  name,
  value,
  onChange,
}: {
  name: string;
  value: string | undefined;
  onChange: (value?: string) => void;
}) {
  return (
    <TextInput
      type="date"
      label={name}
      value={value ?? ""}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
    />
  );
}

function Zone({ asked: { search, set, zone } }: { asked: Asked }) {
  const { t } = useSpeech();
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = [...new Set([zone, own, "UTC", ...Intl.supportedValuesOf("timeZone")])];
  return (
    <Select
      label={t("Time zone")}
      searchable
      limit={40}
      value={search.zone ?? zone}
      allowDeselect={false}
      data={zones}
      onChange={(value) => set({ zone: value ?? undefined })}
    />
  );
}

/** What the page is narrowed to, each to be let go. */
function Narrowed({ asked: { search, set, filter } }: { asked: Asked }) {
  const { t } = useSpeech();
  const given = DIMENSIONS.flatMap((by) => {
    const value = search[FILTER_OF[by]];
    return value === undefined ? [] : [{ by, value }];
  });
  const doors = useQuery({ ...doorNamesQuery, enabled: search.entryPointId !== undefined });
  const channels = useQuery({ ...funnelQuery({ ...filter, by: "channel" }), enabled: search.channelId !== undefined });
  const nameOf = (by: Search["by"], value: string) =>
    by === "entry-point"
      ? (doors.data?.get(value) ?? value)
      : by === "channel"
        ? (channels.data?.rows.find(({ group }) => group?.id === value)?.group?.name ?? value)
        : value;
  if (given.length === 0) return null;
  return (
    <Group gap="sm">
      {given.map(({ by, value }) => (
        <Button
          key={by}
          size="xs"
          variant="light"
          rightSection={<X size={14} />}
          onClick={() => set({ [FILTER_OF[by]]: undefined })}
          aria-label={t("Show all again, not only {name}", { name: nameOf(by, value) })}
        >
          {t(DIMENSION_NAMES[by])}: {nameOf(by, value)}
        </Button>
      ))}
    </Group>
  );
}
