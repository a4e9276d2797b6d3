import { Button, Group, Select, SimpleGrid, Stack, Switch, Textarea, TextInput, Title } from "@mantine/core";
import { useState, type FormEvent } from "react";
import type { Audience } from "../../../../src/contract/api-knowledge.ts";
import { ApiError } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { articleOf, draftOf, localOf, momentOf, TONGUES, type Draft, type Tongue } from "./draft.ts";
import { useChange, type ArticleView, type ClusterView } from "./queries.ts";
import styles from "./knowledge.module.css";

export const AUDIENCES: Readonly<Record<Audience, string>> = {
  everyone: "Everyone",
  customers: "People who have bought",
  staff: "Only our own people",
};

type Faults = Readonly<Record<string, string>>;

/** Both languages side by side. */
export function ArticleForm({
  article,
  asked,
  mayWrite,
  onDone,
}: {
  article: ArticleView | undefined;
  /** Unanswered questions that it is written for. */
  asked?: ClusterView["draft"] | undefined;
  mayWrite: boolean;
  onDone: () => void;
}) {
  const { t } = useSpeech();
  const [draft, setDraft] = useState(() => draftOf(article, asked));
  const save = useChange(
    () =>
      article
        ? { path: `/articles/${article.id}`, method: "PUT" as const, body: articleOf(draft) }
        : { path: "/articles", body: articleOf(draft) },
    { onDone, quiet: true },
  );
  const faults = save.error instanceof ApiError ? save.error.fields : {};
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate();
  }
  return (
    <form onSubmit={submit}>
      <fieldset className={styles.fields} disabled={!mayWrite}>
        <Stack gap="lg">
          <TextInput
            label={t("Short name")}
            description={t("For imports and buttons: opening-hours")}
            required
            disabled={article !== undefined}
            value={draft.slug}
            error={faults["body.slug"]}
            onChange={(event) => setDraft({ ...draft, slug: event.currentTarget.value })}
          />
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg">
            {TONGUES.map((tongue) => (
              <OneLanguage key={tongue} tongue={tongue} draft={draft} faults={faults} onChange={setDraft} />
            ))}
          </SimpleGrid>
          <Circumstances draft={draft} faults={faults} onChange={setDraft} />
          {faults["body.texts"] && <p role="alert">{faults["body.texts"]}</p>}
          {save.error && <p role="alert">{save.error.message}</p>}
          {mayWrite && (
            <Group gap="sm">
              <Button type="submit" loading={save.isPending}>
                {t("Save the article")}
              </Button>
              <Button variant="default" onClick={onDone}>
                {t("Leave it as it was")}
              </Button>
            </Group>
          )}
        </Stack>
      </fieldset>
    </form>
  );
}

interface FieldsProps {
  draft: Draft;
  faults: Faults;
  onChange: (draft: Draft) => void;
}

/** Who is answered with it, when, and why it is changed. */
function Circumstances({ draft, faults, onChange }: FieldsProps) {
  const { t } = useSpeech();
  const moment = (field: "validFrom" | "validTo") => ({
    type: "datetime-local",
    value: localOf(draft[field]),
    error: faults[`body.${field}`],
    onChange: (event: { currentTarget: HTMLInputElement }) =>
      onChange({ ...draft, [field]: momentOf(event.currentTarget.value) }),
  });
  return (
    <>
      <Switch
        label={t("The bot may answer with it")}
        checked={draft.enabled}
        onChange={(event) => onChange({ ...draft, enabled: event.currentTarget.checked })}
      />
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="lg">
        <Select
          label={t("Who may read it")}
          description={t("Others are treated as if it did not exist")}
          allowDeselect={false}
          value={draft.audience}
          data={Object.entries(AUDIENCES).map(([value, name]) => ({ value, label: t(name) }))}
          onChange={(value) => onChange({ ...draft, audience: (value ?? draft.audience) as Audience })}
        />
        <TextInput label={t("Holds from")} description={t("Empty: from now on")} {...moment("validFrom")} />
        <TextInput label={t("Holds until")} description={t("Empty: without an end")} {...moment("validTo")} />
      </SimpleGrid>
      <TextInput
        label={t("Why (may stay empty)")}
        description={t("Stands in the list of versions, for whoever wonders later")}
        maxLength={500}
        value={draft.why}
        onChange={(event) => onChange({ ...draft, why: event.currentTarget.value })}
      />
    </>
  );
}

function OneLanguage({ tongue, draft, faults, onChange }: FieldsProps & { tongue: Tongue }) {
  const { t } = useSpeech();
  const change = (field: "title" | "answer" | "phrasings", value: string) =>
    onChange({ ...draft, [field]: { ...draft[field], [tongue]: value } });
  const fault = Object.entries(faults).find(([path]) => path.startsWith(`body.phrasings.${tongue}`))?.[1];
  return (
    <Stack gap="md" lang={tongue === "zh" ? "zh-CN" : "en"}>
      <Title order={2}>{tongue === "en" ? "English" : "中文"}</Title>
      <TextInput
        label={t("Title")}
        value={draft.title[tongue]}
        error={faults[`body.texts.${tongue}.title`]}
        onChange={(event) => change("title", event.currentTarget.value)}
      />
      <Textarea
        label={t("Answer")}
        autosize
        minRows={5}
        value={draft.answer[tongue]}
        error={faults[`body.texts.${tongue}.answer`]}
        onChange={(event) => change("answer", event.currentTarget.value)}
      />
      <Textarea
        label={t("Phrasings, one a line")}
        autosize
        minRows={5}
        maxRows={16}
        value={draft.phrasings[tongue]}
        error={fault}
        onChange={(event) => change("phrasings", event.currentTarget.value)}
      />
    </Stack>
  );
}
