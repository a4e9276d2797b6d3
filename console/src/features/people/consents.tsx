import { Button, Group, Select, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Consents, NewConsent, Purpose } from "../../../../src/contract/api-privacy.ts";
import { Failed, Waiting } from "../../app/states.tsx";
import { api } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { dayOf, exactly } from "../../lib/time.ts";
import { Block } from "./block.tsx";
import { consentsQuery } from "./queries.ts";
import styles from "./people.module.css";

const PURPOSES: Readonly<Record<Purpose, string>> = {
  "conversion-upload": "Telling advertising platforms of conversions",
  broadcast: "Messages that they did not ask for",
  analytics: "Analytics",
  personalisation: "Personalisation",
};

/** What the person allowed, where they said so, and since when. */
export function ConsentList({ id }: { id: string }) {
  const { t } = useSpeech();
  const consents = useQuery(consentsQuery(id));
  if (consents.isPending) return <Waiting rows={3} height={28} />;
  if (consents.isError) return <Failed error={consents.error} onRetry={() => void consents.refetch()} />;
  return (
    <Block title={t("Consents")}>
      <Now consents={consents.data} />
      <NewOne id={id} />
      {consents.data.history.length > 0 && <History consents={consents.data} />}
    </Block>
  );
}

function Now({ consents: { now } }: { consents: Consents }) {
  const { t, language } = useSpeech();
  return (
    <ul className={styles.list}>
      {(Object.keys(PURPOSES) as Purpose[]).map((purpose) => {
        const last = now.find((each) => each.purpose === purpose && each.targetId === null);
        return (
          <li key={purpose}>
            <span>{t(PURPOSES[purpose])}</span>
            <span className={last?.granted ? styles.good : "quiet"} title={last && exactly(last.at, language)}>
              {last === undefined ? t("never asked") : last.granted ? t("allowed") : t("not allowed")}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function NewOne({ id }: { id: string }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const [purpose, setPurpose] = useState<Purpose>("broadcast");
  const [source, setSource] = useState("");
  const note = useMutation({
    mutationFn: (granted: boolean) => {
      const body = { purpose, granted, basis: "consent", source: source.trim() } satisfies NewConsent;
      return api<Consents>(`/contacts/${id}/consents`, { body });
    },
    onSuccess(consents) {
      setSource("");
      client.setQueryData(consentsQuery(id).queryKey, consents);
    },
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  return (
    <details className={styles.details}>
      <summary>{t("Note what they said")}</summary>
      <div className={styles.form}>
        <Select
          label={t("For what")}
          value={purpose}
          allowDeselect={false}
          data={(Object.keys(PURPOSES) as Purpose[]).map((value) => ({ value, label: t(PURPOSES[value]) }))}
          onChange={(value) => setPurpose((value ?? purpose) as Purpose)}
        />
        <TextInput
          label={t("Where they said so")}
          placeholder={t("A form, a message, a paper at the till")}
          value={source}
          onChange={(event) => setSource(event.currentTarget.value)}
        />
        <Group gap="sm">
          <Button loading={note.isPending} disabled={!source.trim()} onClick={() => note.mutate(true)}>
            {t("They allow it")}
          </Button>
          <Button variant="default" disabled={!source.trim() || note.isPending} onClick={() => note.mutate(false)}>
            {t("They do not allow it")}
          </Button>
        </Group>
      </div>
    </details>
  );
}

function History({ consents: { history } }: { consents: Consents }) {
  const { t, language } = useSpeech();
  return (
    <details className={styles.details}>
      <summary>{t("Everything that was ever said")}</summary>
      <ul className={styles.list}>
        {history.map(({ id, purpose, granted, source, at }) => (
          <li key={id}>
            <span>
              {t(PURPOSES[purpose])}: {granted ? t("allowed") : t("not allowed")}
            </span>
            <span className="quiet" title={exactly(at, language)}>
              {dayOf(at, language)} · {source}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
