import { Button, Group, Select, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import type { Audience } from "../../../../src/contract/api-knowledge.ts";
import { ApiError } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { AUDIENCES } from "./article-form.tsx";
import { localOf, momentOf } from "./draft.ts";
import { useChange, type DocumentView } from "./queries.ts";
import styles from "./knowledge.module.css";

/** What it is called, who may read it, and when. */
export function DocumentForm({ document, mayWrite }: { document: DocumentView; mayWrite: boolean }) {
  const { t } = useSpeech();
  const [title, setTitle] = useState(document.title);
  const [link, setLink] = useState(document.link ?? "");
  const [audience, setAudience] = useState<Audience>(document.audience);
  const [time, setTime] = useState({ validFrom: document.validFrom, validTo: document.validTo });
  const body = { title, link: link.trim() || null, audience, ...time };
  const save = useChange(() => ({ path: `/documents/${document.id}`, method: "PATCH", body }), { quiet: true });
  const faults = save.error instanceof ApiError ? save.error.fields : {};
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate();
  }
  const moment = (field: "validFrom" | "validTo") => ({
    type: "datetime-local",
    value: localOf(time[field]),
    error: faults[`body.${field}`],
    onChange: (event: { currentTarget: HTMLInputElement }) =>
      setTime({ ...time, [field]: momentOf(event.currentTarget.value) }),
  });
  return (
    <form onSubmit={submit}>
      <fieldset className={styles.fields} disabled={!mayWrite}>
        <div className={styles.two}>
          <TextInput
            label={t("Title")}
            required
            maxLength={200}
            value={title}
            error={faults["body.title"]}
            onChange={(event) => setTitle(event.currentTarget.value)}
          />
          <TextInput
            label={t("Where people can read it")}
            value={link}
            error={faults["body.link"]}
            onChange={(event) => setLink(event.currentTarget.value)}
          />
        </div>
        <div className={styles.three}>
          <Select
            label={t("Who may read it")}
            allowDeselect={false}
            value={audience}
            data={Object.entries(AUDIENCES).map(([value, name]) => ({ value, label: t(name) }))}
            onChange={(value) => setAudience((value ?? audience) as Audience)}
          />
          <TextInput label={t("Holds from")} {...moment("validFrom")} />
          <TextInput label={t("Holds until")} {...moment("validTo")} />
        </div>
        {mayWrite && (
          <Group gap="sm" pt="md">
            <Button type="submit" variant="default" loading={save.isPending}>
              {t("Save the changes")}
            </Button>
            {save.error && <span role="alert">{save.error.message}</span>}
          </Group>
        )}
      </fieldset>
    </form>
  );
}
