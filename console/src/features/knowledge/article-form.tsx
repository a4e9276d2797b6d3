import { Button, Group, SimpleGrid, Stack, Switch, Textarea, TextInput, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import type { NewArticle } from "../../../../src/contract/api-knowledge.ts";
import { api, ApiError } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import type { ArticleView } from "./queries.ts";

type Tongue = "en" | "zh";

interface Draft {
  slug: string;
  enabled: boolean;
  title: Record<Tongue, string>;
  answer: Record<Tongue, string>;
  /** One a line. */
  phrasings: Record<Tongue, string>;
}

function draftOf(article: ArticleView | undefined): Draft {
  const each = (read: (given: ArticleView, tongue: Tongue) => string | undefined): Record<Tongue, string> => ({
    en: (article && read(article, "en")) ?? "",
    zh: (article && read(article, "zh")) ?? "",
  });
  return {
    slug: article?.slug ?? "",
    enabled: article?.enabled ?? true,
    title: each(({ texts }, tongue) => texts[tongue]?.title),
    answer: each(({ texts }, tongue) => texts[tongue]?.answer),
    phrasings: each(({ phrasings }, tongue) => phrasings[tongue].join("\n")),
  };
}

/** A language in which neither title nor answer stands is left out. */
function articleOf({ slug, enabled, title, answer, phrasings }: Draft): NewArticle {
  const tongues = (["en", "zh"] as const).filter((tongue) => title[tongue].trim() || answer[tongue].trim());
  const lines = (tongue: Tongue) => phrasings[tongue].split("\n").map((line) => line.trim()).filter(Boolean); // prettier-ignore
  return {
    slug,
    enabled,
    texts: Object.fromEntries(tongues.map((tongue) => [tongue, { title: title[tongue], answer: answer[tongue] }])),
    phrasings: { en: lines("en"), zh: lines("zh") },
  };
}

/** Both languages side by side. */
export function ArticleForm({
  article,
  mayWrite,
  onDone,
}: {
  article: ArticleView | undefined;
  mayWrite: boolean;
  onDone: () => void;
}) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(article));
  const save = useMutation({
    mutationFn: () =>
      article
        ? api(`/articles/${article.id}`, { method: "PUT", body: articleOf(draft) })
        : api("/articles", { body: articleOf(draft) }),
    async onSuccess() {
      await client.invalidateQueries({ queryKey: ["articles"] });
      onDone();
    },
  });
  const faults = save.error instanceof ApiError ? save.error.fields : {};
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate();
  }
  return (
    <form onSubmit={submit}>
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
          {(["en", "zh"] as const).map((tongue) => (
            <OneLanguage key={tongue} tongue={tongue} draft={draft} faults={faults} onChange={setDraft} />
          ))}
        </SimpleGrid>
        <Switch
          label={t("The bot may answer with it")}
          checked={draft.enabled}
          onChange={(event) => setDraft({ ...draft, enabled: event.currentTarget.checked })}
        />
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
    </form>
  );
}

function OneLanguage({
  tongue,
  draft,
  faults,
  onChange,
}: {
  tongue: Tongue;
  draft: Draft;
  faults: Readonly<Record<string, string>>;
  onChange: (draft: Draft) => void;
}) {
  const { t } = useSpeech();
  const change = (field: "title" | "answer" | "phrasings", value: string) =>
    onChange({ ...draft, [field]: { ...draft[field], [tongue]: value } });
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
        value={draft.phrasings[tongue]}
        onChange={(event) => change("phrasings", event.currentTarget.value)}
      />
    </Stack>
  );
}
