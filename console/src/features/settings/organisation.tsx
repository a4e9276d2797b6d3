import { ActionIcon, Button, Group, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { Plus, X } from "lucide-react";
import { useState } from "react";
import {
  CONSENT_PURPOSES,
  DAYS,
  type Day,
  type OrganisationView,
  type Purpose,
} from "../../../../src/contract/api-organisation.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { Asked, Card, Fault, faultsOf, Head, useDo } from "./parts.tsx";
import styles from "./settings.module.css";

const ORGANISATION = "/organisation";
const DAY_WORDS: Readonly<Record<Day, string>> = {
  monday: "Monday",
  tuesday: "Tuesday",
  wednesday: "Wednesday",
  thursday: "Thursday",
  friday: "Friday",
  saturday: "Saturday",
  sunday: "Sunday",
};
const PURPOSE_WORDS: Readonly<Record<Purpose, string>> = {
  "conversion-upload": "Telling advertising platforms of purchases",
  broadcast: "News and offers",
  analytics: "Counting visits",
  personalisation: "Personal recommendations",
};

export function Organisation() {
  const { t } = useSpeech();
  return (
    <>
      <Head title={t("Organisation")}>{t("Who you are to customers, and when people answer.")}</Head>
      <Asked<OrganisationView> path={ORGANISATION}>{(kept) => <Form kept={kept} />}</Asked>
    </>
  );
}

function Form({ kept }: { kept: OrganisationView }) {
  const { t } = useSpeech();
  const [us, setUs] = useState(kept);
  const save = useDo<OrganisationView>(() => ({ path: ORGANISATION, method: "PUT", body: us }), [ORGANISATION], {
    quiet: true,
    said: t("Saved"),
  });
  const faults = faultsOf(save.error);
  return (
    <>
      <Card>
        <div className={styles.two}>
          <TextInput
            label={t("Name")}
            value={us.name}
            error={faults["body.name"]}
            onChange={(event) => setUs({ ...us, name: event.currentTarget.value })}
          />
          <Select
            label={t("Language where nothing says which")}
            allowDeselect={false}
            value={us.language}
            data={[
              { value: "en", label: "English" },
              { value: "zh", label: "中文" },
            ]}
            onChange={(value) => setUs({ ...us, language: (value ?? us.language) as "en" | "zh" })}
          />
          <Select
            label={t("Time zone")}
            searchable
            allowDeselect={false}
            value={us.timeZone}
            data={["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")]}
            onChange={(value) => setUs({ ...us, timeZone: value ?? us.timeZone })}
          />
        </div>
      </Card>
      <Card title={t("Hours in which people answer")}>
        <Hours hours={us.hours} faults={faults} onChange={(hours) => setUs({ ...us, hours })} />
      </Card>
      <Card title={t("What people are asked for their consent")}>
        {CONSENT_PURPOSES.map((purpose) => (
          <div key={purpose} className={styles.consent}>
            <strong>{t(PURPOSE_WORDS[purpose])}</strong>
            <div className={styles.two}>
              {(["en", "zh"] as const).map((language) => (
                <Textarea
                  key={language}
                  label={language === "en" ? "English" : "中文"}
                  autosize
                  minRows={2}
                  value={us.consentTexts[purpose][language]}
                  onChange={(event) => {
                    const texts = { ...us.consentTexts[purpose], [language]: event.currentTarget.value };
                    setUs({ ...us, consentTexts: { ...us.consentTexts, [purpose]: texts } });
                  }}
                />
              ))}
            </div>
          </div>
        ))}
      </Card>
      <Fault error={save.error} />
      <Group>
        <Button loading={save.isPending} onClick={() => save.mutate()}>
          {t("Save the organisation")}
        </Button>
      </Group>
    </>
  );
}

interface HoursProps {
  hours: OrganisationView["hours"];
  faults: Readonly<Record<string, string>>;
  onChange: (hours: OrganisationView["hours"]) => void;
}

export function Hours({ hours, faults, onChange }: HoursProps) {
  const { t } = useSpeech();
  const set = (day: Day, spans: { from: string; to: string }[]) => onChange({ ...hours, [day]: spans });
  return (
    <Stack gap="xs">
      {DAYS.map((day) => (
        <div key={day} className={styles.day}>
          <span>{t(DAY_WORDS[day])}</span>
          <span className={styles.spans}>
            {hours[day].length === 0 && <span className="quiet">{t("closed")}</span>}
            {hours[day].map((span, i) => {
              const change = (part: Partial<typeof span>) =>
                set(day, hours[day].map((each, at) => (at === i ? { ...each, ...part } : each))); // prettier-ignore
              return (
                <Group key={i} gap="xs" wrap="nowrap">
                  <TextInput
                    type="time"
                    size="xs"
                    aria-label={t("from")}
                    value={span.from}
                    onChange={(event) => change({ from: event.currentTarget.value })}
                  />
                  <TextInput
                    type="time"
                    size="xs"
                    aria-label={t("to")}
                    value={span.to}
                    error={faults[`body.hours.${day}.${i}`] !== undefined}
                    onChange={(event) => change({ to: event.currentTarget.value })}
                  />
                  <ActionIcon
                    size="sm"
                    variant="subtle"
                    aria-label={t("Remove")}
                    onClick={() =>
                      set(
                        day,
                        hours[day].filter((_, at) => at !== i),
                      )
                    }
                  >
                    <X size={14} />
                  </ActionIcon>
                </Group>
              );
            })}
            {hours[day].length < 4 && (
              <ActionIcon
                size="sm"
                variant="subtle"
                aria-label={t("Add hours on {day}", { day: t(DAY_WORDS[day]) })}
                onClick={() => set(day, [...hours[day], { from: "09:00", to: "18:00" }])}
              >
                <Plus size={14} />
              </ActionIcon>
            )}
          </span>
        </div>
      ))}
    </Stack>
  );
}
