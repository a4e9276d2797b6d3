import { Button, Group, NumberInput, Select, Switch, Textarea, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useSpeech } from "../../lib/i18n.ts";
import { Fault, faultsOf } from "./parts.tsx";
import { useChange, type SurveyView } from "./queries.ts";
import { KIND_NAMES, TRIGGER_NAMES } from "./words.ts";
import styles from "./voice.module.css";

type Draft = Omit<SurveyView, "id">;

const BLANK: Draft = {
  name: "",
  kind: "csat",
  enabled: true,
  trigger: "resolved",
  afterMinutes: 0,
  everyDays: 90,
  question: null,
};

/** Which question, when, and how often at most. */
export function SurveyForm({ survey, onDone }: { survey: SurveyView | undefined; onDone: () => void }) {
  const { t } = useSpeech();
  const { id: _, ...kept } = survey ?? { id: "", ...BLANK };
  const [draft, setDraft] = useState<Draft>(kept);
  const [asks, setAsks] = useState(false);
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  const question = draft.question ?? { en: "", zh: "" };
  const own = question.en.trim() || question.zh.trim() ? question : null;
  const body = { ...draft, question: own };
  const save = useChange<void, SurveyView>(
    () => (survey ? { path: `/voice/surveys/${survey.id}`, method: "PUT", body } : { path: "/voice/surveys", body }),
    { quiet: true, onDone },
  );
  const remove = useChange(() => ({ path: `/voice/surveys/${survey?.id}`, method: "DELETE" }), { quiet: true, onDone });
  const faults = faultsOf(save.error);
  const words = (language: "en" | "zh", label: string) => (
    <Textarea
      label={label}
      autosize
      minRows={1}
      value={question[language]}
      error={faults[`body.question.${language}`]}
      onChange={(event) => set({ question: { ...question, [language]: event.currentTarget.value } })}
    />
  );
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate();
  }
  return (
    <form onSubmit={submit} className={styles.form}>
      <TextInput
        label={t("Name")}
        required
        value={draft.name}
        error={faults["body.name"]}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <Select
        label={t("What is asked")}
        description={survey && t("It stays, or its answers would mean something else.")}
        value={draft.kind}
        disabled={survey !== undefined}
        allowDeselect={false}
        data={Object.entries(KIND_NAMES).map(([value, name]) => ({ value, label: t(name) }))}
        onChange={(kind) => set({ kind: (kind ?? draft.kind) as Draft["kind"] })}
      />
      <Select
        label={t("When")}
        value={draft.trigger}
        allowDeselect={false}
        data={Object.entries(TRIGGER_NAMES).map(([value, name]) => ({ value, label: t(name) }))}
        onChange={(trigger) => set({ trigger: (trigger ?? draft.trigger) as Draft["trigger"] })}
      />
      <NumberInput
        label={t("How many minutes after")}
        min={0}
        max={525_600}
        value={draft.afterMinutes}
        error={faults["body.afterMinutes"]}
        onChange={(value) => set({ afterMinutes: Number(value) || 0 })}
      />
      <NumberInput
        label={t("Nobody is asked again within so many days")}
        min={1}
        max={3_650}
        value={draft.everyDays}
        error={faults["body.everyDays"]}
        onChange={(value) => set({ everyDays: Number(value) || 1 })}
      />
      {words("en", t("Own words in English (may stay empty)"))}
      {words("zh", t("Own words in Chinese (may stay empty)"))}
      <Switch
        label={t("Switched on")}
        checked={draft.enabled}
        onChange={(event) => set({ enabled: event.currentTarget.checked })}
      />
      <Fault error={Object.keys(faults).length === 0 ? (save.error ?? remove.error) : remove.error} />
      <Group gap="sm">
        <Button type="submit" loading={save.isPending}>
          {t("Save the survey")}
        </Button>
        {survey &&
          (asks ? (
            <Button color="red" variant="outline" loading={remove.isPending} onClick={() => remove.mutate()}>
              {t("Remove it and its answers")}
            </Button>
          ) : (
            <Button variant="default" onClick={() => setAsks(true)}>
              {t("Remove")}
            </Button>
          ))}
      </Group>
    </form>
  );
}
