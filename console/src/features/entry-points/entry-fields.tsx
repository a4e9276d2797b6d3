import { MultiSelect, SegmentedControl, Select, SimpleGrid, Stack, Textarea, TextInput } from "@mantine/core";
import { queryOptions, useQuery } from "@tanstack/react-query";
import type { ArticleView } from "../../../../src/contract/api-knowledge.ts";
import type { Page } from "../../../../src/contract/route.ts";
import { api } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import type { Draft } from "./draft.ts";
import { channelNamesQuery, staffNamesQuery } from "./queries.ts";
import styles from "./entry-points.module.css";

const MEDIA = ["poster", "window", "qr", "deep-link", "link", "ad", "newsletter", "invite", "referral", "keyword", "phone", "widget"]; // prettier-ignore

const articleNamesQuery = queryOptions({
  queryKey: ["article names"],
  queryFn: async ({ signal }) => (await api<Page<ArticleView>>("/articles", { query: { limit: 200 }, signal })).items,
});

interface Props {
  draft: Draft;
  onChange: (draft: Draft) => void;
  /** By path of the request: "body.name". */
  faults: Readonly<Record<string, string>>;
}

/** What an entry point is: where it hangs, where it leads, and what is said to whoever comes through it. */
export function EntryFields({ draft, onChange, faults }: Props) {
  const { t } = useSpeech();
  const staff = useQuery(staffNamesQuery).data ?? [];
  const text = (name: "name" | "campaign" | "placement" | "region" | "keyword" | "phone") => ({
    value: draft[name],
    error: faults[`body.${name}`],
    onChange: (event: { currentTarget: { value: string } }) =>
      onChange({ ...draft, [name]: event.currentTarget.value }),
  });
  const media = [...new Set([...MEDIA, draft.medium])];
  return (
    <Stack gap="lg">
      <TextInput
        label={t("Name")}
        description={t("Where it hangs or runs: Window, Nanjing Road")}
        required
        {...text("name")}
      />
      <Target draft={draft} onChange={onChange} faults={faults} />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
        <Select
          label={t("Medium")}
          data={media.map((value) => ({ value, label: t(value) }))}
          value={draft.medium}
          allowDeselect={false}
          onChange={(medium) => onChange({ ...draft, medium: medium ?? draft.medium })}
        />
        <TextInput label={t("Campaign")} {...text("campaign")} />
        <TextInput label={t("Placement")} {...text("placement")} />
        <TextInput label={t("Region")} {...text("region")} />
        <Select
          label={t("Account manager")}
          clearable
          searchable
          data={staff.map(({ id, name }) => ({ value: id, label: name }))}
          value={draft.ownerId || null}
          error={faults["body.ownerId"]}
          onChange={(ownerId) => onChange({ ...draft, ownerId: ownerId ?? "" })}
        />
        <TextInput label={t("Keyword, to be typed or spoken")} {...text("keyword")} />
      </SimpleGrid>
      <Landing draft={draft} onChange={onChange} />
    </Stack>
  );
}

function Target({ draft, onChange, faults }: Props) {
  const { t } = useSpeech();
  const channels = useQuery(channelNamesQuery).data ?? [];
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label={t("Leads to")}
        value={draft.leads}
        onChange={(leads) => onChange({ ...draft, leads: leads === "web" ? "web" : "chat" })}
        data={[
          { value: "chat", label: t("Leads to a chat") },
          { value: "web", label: t("Leads to a web address") },
        ]}
      />
      {draft.leads === "web" ? (
        <TextInput
          label={t("Web address")}
          type="url"
          required
          value={draft.url}
          error={faults["body.targetUrl"]}
          onChange={(event) => onChange({ ...draft, url: event.currentTarget.value })}
        />
      ) : (
        <MultiSelect
          label={t("Channels")}
          description={t("Of several, a page lets the person choose.")}
          data={channels.map(({ id, name }) => ({ value: id, label: name }))}
          value={draft.channelIds}
          maxValues={12}
          error={faults["body.channelId"] ?? faults["body.channelIds"]}
          onChange={(channelIds) => onChange({ ...draft, channelIds })}
        />
      )}
    </Stack>
  );
}

function Landing({ draft, onChange }: Omit<Props, "faults">) {
  const { t } = useSpeech();
  const articles = useQuery(articleNamesQuery).data ?? [];
  const text = (name: "greetingEn" | "greetingZh" | "offerEn" | "offerZh") => ({
    value: draft[name],
    autosize: true,
    minRows: 1,
    maxRows: 6,
    onChange: (event: { currentTarget: { value: string } }) =>
      onChange({ ...draft, [name]: event.currentTarget.value }),
  });
  return (
    <details
      className={styles.details}
      open={Boolean(draft.greetingEn || draft.greetingZh || draft.offerEn || draft.offerZh || draft.article)}
    >
      <summary>{t("What is said to whoever comes through it first")}</summary>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md" pt="sm">
        <Textarea label={t("Greeting, in English")} {...text("greetingEn")} />
        <Textarea label={t("Greeting, in Chinese")} {...text("greetingZh")} />
        <Textarea label={t("Offer, in English")} {...text("offerEn")} />
        <Textarea label={t("Offer, in Chinese")} {...text("offerZh")} />
        <Select
          label={t("Answer with an article")}
          clearable
          searchable
          data={[...new Set([...articles.map(({ slug }) => slug), ...(draft.article ? [draft.article] : [])])]}
          value={draft.article || null}
          onChange={(article) => onChange({ ...draft, article: article ?? "" })}
        />
      </SimpleGrid>
    </details>
  );
}
