import { Button, Group, NumberInput, Switch, TagsInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { LABEL_NAMES } from "../../lib/feedback-words.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { count, decimal, percent } from "../../lib/numbers.ts";
import { Answer, Card, Fault, faultsOf, Numbers } from "./parts.tsx";
import { modelQuery, settingsQuery, topicsQuery, useChange, type FeedbackView, type VoiceSettings } from "./queries.ts";
import { SEVERITIES } from "./search.ts";
import type { TabProps } from "./tab.ts";
import { SEVERITY_NAMES } from "./words.ts";
import styles from "./voice.module.css";

/** How complaints, offers and surveys are dealt with, what messages are sorted by, and how well they are read. */
export function RoomSettings({ role }: TabProps) {
  const { t } = useSpeech();
  const settings = useQuery(settingsQuery);
  const mayKeep = ["owner", "admin"].includes(role);
  return (
    <>
      <Card title={t("Complaints, offers and surveys")}>
        <Answer query={settings}>
          {(kept) => <SettingsForm key={JSON.stringify(kept)} kept={kept} mayKeep={mayKeep} />}
        </Answer>
      </Card>
      <Topics mayPlan={mayKeep || role === "marketer"} />
      {role !== "viewer" && <Quality />}
    </>
  );
}

function SettingsForm({ kept, mayKeep }: { kept: VoiceSettings; mayKeep: boolean }) {
  const { t, language } = useSpeech();
  const [draft, setDraft] = useState(kept);
  const set = (change: Partial<VoiceSettings>) => setDraft({ ...draft, ...change });
  const save = useChange(() => ({ path: "/voice/settings", method: "PUT", body: draft }), { quiet: true });
  const faults = faultsOf(save.error);
  const toggle = (name: "acknowledge" | "acknowledgeInGroups" | "offersByBot", label: string) => (
    <Switch label={label} checked={draft[name]} onChange={(event) => set({ [name]: event.currentTarget.checked })} />
  );
  const limits = (name: "firstReplyMinutes" | "resolveMinutes", label: string) => (
    <fieldset className={styles.limits}>
      <legend>{label}</legend>
      {SEVERITIES.map((severity) => (
        <NumberInput
          key={severity}
          label={t(SEVERITY_NAMES[severity])}
          min={1}
          max={525_600}
          value={draft[name][severity]}
          error={faults[`body.${name}.${severity}`]}
          onChange={(value) => set({ [name]: { ...draft[name], [severity]: Number(value) || 1 } })}
        />
      ))}
    </fieldset>
  );
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate();
  }
  return (
    <form onSubmit={submit} className={styles.form}>
      <fieldset disabled={!mayKeep} className={styles.fields}>
        <NumberInput
          label={t("How sure must it be to open a case, in percent")}
          min={30}
          max={100}
          value={Math.round(draft.caseThreshold * 100)}
          error={faults["body.caseThreshold"]}
          description={t("Now: {sure}. Lower finds more complaints, and more that are none.", {
            sure: percent(kept.caseThreshold, language),
          })}
          onChange={(value) => set({ caseThreshold: (Number(value) || 30) / 100 })}
        />
        {limits("firstReplyMinutes", t("First answer within, in minutes"))}
        {limits("resolveMinutes", t("Solved within, in minutes"))}
        {toggle("acknowledge", t("The bot answers a complaint by saying what happens next"))}
        {toggle("acknowledgeInGroups", t("In groups, too"))}
        {toggle("offersByBot", t("Rules that let the bot offer may do so"))}
        <NumberInput
          label={t("Days between any two surveys of one person")}
          min={0}
          max={365}
          value={draft.surveyGapDays}
          error={faults["body.surveyGapDays"]}
          onChange={(value) => set({ surveyGapDays: Number(value) || 0 })}
        />
      </fieldset>
      <Fault error={Object.keys(faults).length === 0 ? save.error : null} />
      {mayKeep && (
        <Group>
          <Button type="submit" loading={save.isPending}>
            {t("Save")}
          </Button>
        </Group>
      )}
    </form>
  );
}

interface Topic {
  id: string;
  name: string;
  keywords: string[];
}

function Topics({ mayPlan }: { mayPlan: boolean }) {
  const { t } = useSpeech();
  const topics = useQuery(topicsQuery);
  const [open, setOpen] = useState<Topic | "new">();
  const remove = useChange<string>((id) => ({ path: `/voice/topics/${id}`, method: "DELETE" }));
  return (
    <Card
      title={t("Themes")}
      says={t("What messages are sorted by, from now on: a theme has keywords.")}
      tools={
        mayPlan && (
          <Button variant="default" onClick={() => setOpen("new")}>
            {t("Make a theme")}
          </Button>
        )
      }
    >
      {open !== undefined && (
        <TopicForm
          key={open === "new" ? "new" : open.id}
          topic={open === "new" ? undefined : open}
          onDone={() => setOpen(undefined)}
        />
      )}
      <Answer query={topics}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet">
              {t("No theme yet. Begin with what people speak of: delivery, taste, opening hours.")}
            </p>
          ) : (
            <ul className={styles.list}>
              {items.map((topic) => (
                <li key={topic.id}>
                  <span>
                    <strong>{topic.name}</strong> <span className="quiet">{topic.keywords.join(t(", "))}</span>
                  </span>
                  {mayPlan && (
                    <Group gap="sm">
                      <Button size="compact-xs" variant="default" onClick={() => setOpen(topic)}>
                        {t("Change")}
                      </Button>
                      <Button size="compact-xs" variant="default" onClick={() => remove.mutate(topic.id)}>
                        {t("Remove")}
                      </Button>
                    </Group>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </Card>
  );
}

function TopicForm({ topic, onDone }: { topic: Topic | undefined; onDone: () => void }) {
  const { t } = useSpeech();
  const [name, setName] = useState(topic?.name ?? "");
  const [keywords, setKeywords] = useState(topic?.keywords ?? []);
  const body = { name, keywords };
  const save = useChange(
    () => (topic ? { path: `/voice/topics/${topic.id}`, method: "PUT", body } : { path: "/voice/topics", body }),
    { quiet: true, onDone },
  );
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate();
  }
  return (
    <form onSubmit={submit} className={styles.form}>
      <TextInput label={t("Name")} required value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <TagsInput
        label={t("Keywords, English and Chinese")}
        description={t("Enter after each.")}
        value={keywords}
        onChange={setKeywords}
      />
      <Fault error={save.error} />
      <Group gap="sm">
        <Button type="submit" loading={save.isPending} disabled={keywords.length === 0}>
          {t("Save the theme")}
        </Button>
        <Button variant="default" onClick={onDone}>
          {t("Leave it as it was")}
        </Button>
      </Group>
    </form>
  );
}

/** How well messages are read, on texts that were kept apart from the training. */
function Quality() {
  const { t, language } = useSpeech();
  const model = useQuery(modelQuery);
  const columns = [
    { name: t("Language") },
    { name: t("Kind") },
    ...[t("Found of all"), t("Right of the found"), t("Texts")].map((name) => ({ name, isNumber: true })),
  ];
  return (
    <Card title={t("How well messages are read")} says={t("Measured on texts that the models have not seen.")}>
      <Answer query={model} rows={2}>
        {({ ready, corrections, waiting, refused, quality }) => (
          <>
            <p className={styles.says}>
              {ready ? "" : `${t("The models are being loaded; messages wait for them.")} `}
              {t("{n} corrections are learned, {waiting} wait for the next training.", {
                n: count(corrections, language),
                waiting: count(waiting, language),
              })}
            </p>
            {refused !== null && <p className={styles.bad}>{refused}</p>}
            <Numbers
              columns={columns}
              rows={quality.flatMap((each) =>
                each.labels.map(({ label, recall, precision, texts }) => [
                  each.language === "zh" ? "中文" : "English",
                  t(LABEL_NAMES[label as FeedbackView["label"]] ?? label),
                  percent(recall, language),
                  percent(precision, language),
                  decimal(texts, language, 0),
                ]),
              )}
            />
          </>
        )}
      </Answer>
    </Card>
  );
}
