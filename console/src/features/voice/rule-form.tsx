import { Button, Group, NumberInput, Select, Switch, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useSpeech } from "../../lib/i18n.ts";
import { Fault, faultsOf } from "./parts.tsx";
import { useChange, type OpportunityRuleView } from "./queries.ts";
import { LISTEN_NAMES } from "./words.ts";
import styles from "./voice.module.css";

type Draft = Omit<OpportunityRuleView, "id">;

const BLANK: Draft = {
  name: "",
  enabled: true,
  position: 0,
  keywords: [],
  trigger: "keywords",
  offer: { en: "", zh: "" },
  url: null,
  botMayOffer: false,
};

interface Props {
  rule: OpportunityRuleView | undefined;
  mayPlan: boolean;
  onDone: () => void;
}

/** What to listen for, and the sentence to say, in both languages. */
export function RuleForm({ rule, mayPlan, onDone }: Props) {
  const { t } = useSpeech();
  const { id: _, ...kept } = rule ?? { id: "", ...BLANK };
  const [draft, setDraft] = useState<Draft>(kept);
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  const path = "/voice/opportunity-rules";
  const save = useChange<void, OpportunityRuleView>(
    () => (rule ? { path: `${path}/${rule.id}`, method: "PUT", body: draft } : { path, body: draft }),
    { quiet: true, onDone },
  );
  const remove = useChange(() => ({ path: `${path}/${rule?.id}`, method: "DELETE" }), { quiet: true, onDone });
  const [asks, setAsks] = useState(false);
  const faults = faultsOf(save.error);
  const offer = (language: "en" | "zh", label: string) => (
    <Textarea
      label={label}
      required
      autosize
      minRows={2}
      value={draft.offer[language]}
      error={faults[`body.offer.${language}`]}
      onChange={(event) => set({ offer: { ...draft.offer, [language]: event.currentTarget.value } })}
    />
  );
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate();
  }
  return (
    <form onSubmit={submit} className={styles.form}>
      <fieldset disabled={!mayPlan} className={styles.fields}>
        <TextInput
          label={t("Name")}
          required
          value={draft.name}
          error={faults["body.name"]}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <Select
          label={t("Listens for")}
          value={draft.trigger}
          allowDeselect={false}
          data={Object.entries(LISTEN_NAMES).map(([value, name]) => ({ value, label: t(name) }))}
          onChange={(trigger) => set({ trigger: (trigger ?? draft.trigger) as Draft["trigger"] })}
        />
        {draft.trigger !== "signal" && (
          <TagsInput
            label={t("Keywords, English and Chinese")}
            description={t("Enter after each.")}
            value={draft.keywords}
            error={faults["body.keywords"]}
            onChange={(keywords) => set({ keywords })}
          />
        )}
        {offer("en", t("What to offer, in English"))}
        {offer("zh", t("What to offer, in Chinese"))}
        <TextInput
          label={t("Link (may stay empty)")}
          type="url"
          value={draft.url ?? ""}
          error={faults["body.url"]}
          onChange={(event) => set({ url: event.currentTarget.value.trim() || null })}
        />
        <NumberInput
          label={t("Place among the rules")}
          description={t("The lowest that fits comes first.")}
          min={0}
          max={10_000}
          value={draft.position}
          onChange={(value) => set({ position: Number(value) || 0 })}
        />
        <Switch
          label={t("The bot may say it, once to each person")}
          checked={draft.botMayOffer}
          onChange={(event) => set({ botMayOffer: event.currentTarget.checked })}
        />
        <Switch
          label={t("Switched on")}
          checked={draft.enabled}
          onChange={(event) => set({ enabled: event.currentTarget.checked })}
        />
      </fieldset>
      <Fault error={Object.keys(faults).length === 0 ? (save.error ?? remove.error) : remove.error} />
      {mayPlan && (
        <Group gap="sm">
          <Button type="submit" loading={save.isPending}>
            {t("Save the rule")}
          </Button>
          {rule &&
            (asks ? (
              <Button color="red" variant="outline" loading={remove.isPending} onClick={() => remove.mutate()}>
                {t("Remove it and what it found")}
              </Button>
            ) : (
              <Button variant="default" onClick={() => setAsks(true)}>
                {t("Remove")}
              </Button>
            ))}
        </Group>
      )}
    </form>
  );
}
