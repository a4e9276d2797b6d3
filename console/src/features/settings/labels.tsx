import { Button, Group, Select, Table, TextInput } from "@mantine/core";
import { useSuspenseQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { COLOURS, type LabelView } from "../../../../src/contract/api-desk.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { meQuery } from "../../lib/me.ts";
import { Asked, Card, Fault, Head, useDo } from "./parts.tsx";
import styles from "./settings.module.css";

const LABELS = "/labels";
const BLANK = { name: "", nameZh: "", colour: "grey" as LabelView["colour"] };

export function Labels() {
  const { t, language } = useSpeech();
  const { data: me } = useSuspenseQuery(meQuery);
  const mayChange = me.role === "owner" || me.role === "admin";
  const [edited, setEdited] = useState<LabelView>();
  const remove = useDo<unknown, string>((id) => ({ path: `${LABELS}/${id}`, method: "DELETE" }), [LABELS]);
  return (
    <>
      <Head title={t("Labels")}>{t("What conversations are about, to be found and counted by.")}</Head>
      <LabelForm key={edited?.id ?? "new"} edited={edited} onDone={() => setEdited(undefined)} />
      <Card>
        <Asked<{ items: LabelView[] }> path={LABELS}>
          {({ items }) =>
            items.length === 0 ? (
              <p className="quiet">
                {t("No label yet. Begin with what you would look for: delivery, returns, wedding.")}
              </p>
            ) : (
              <Table verticalSpacing="sm">
                <Table.Tbody>
                  {items.map((label) => (
                    <Table.Tr key={label.id}>
                      <Table.Td>
                        <span className={styles.colour} data-colour={label.colour} />
                        {(language === "zh" && label.nameZh) || label.name}
                      </Table.Td>
                      <Table.Td className="quiet">{t("{n} open conversations", { n: label.conversations })}</Table.Td>
                      <Table.Td align="right">
                        {mayChange && (
                          <Group gap="sm" justify="flex-end" wrap="nowrap">
                            <Button size="xs" variant="default" onClick={() => setEdited(label)}>
                              {t("Change")}
                            </Button>
                            <Button size="xs" variant="default" onClick={() => remove.mutate(label.id)}>
                              {t("Remove")}
                            </Button>
                          </Group>
                        )}
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            )
          }
        </Asked>
      </Card>
    </>
  );
}

function LabelForm({ edited, onDone }: { edited: LabelView | undefined; onDone: () => void }) {
  const { t } = useSpeech();
  const [label, setLabel] = useState(edited ? { ...edited, nameZh: edited.nameZh ?? "" } : BLANK);
  const save = useDo(
    () => ({
      path: edited ? `${LABELS}/${edited.id}` : LABELS,
      method: edited ? "PUT" : "POST",
      body: { name: label.name, nameZh: label.nameZh.trim() || null, colour: label.colour },
    }),
    [LABELS],
    {
      quiet: true,
      onDone() {
        setLabel(BLANK);
        onDone();
      },
    },
  );
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate();
  }
  return (
    <Card title={edited ? t("Change the label") : t("Make a label")}>
      <form onSubmit={submit}>
        <Group align="flex-end">
          <TextInput
            label={t("Name")}
            required
            value={label.name}
            onChange={(event) => setLabel({ ...label, name: event.currentTarget.value })}
          />
          <TextInput
            label={t("Name in Chinese")}
            value={label.nameZh}
            onChange={(event) => setLabel({ ...label, nameZh: event.currentTarget.value })}
          />
          <Select
            label={t("Colour")}
            w={140}
            allowDeselect={false}
            value={label.colour}
            data={COLOURS.map((colour) => ({ value: colour, label: t(colour) }))}
            onChange={(value) => setLabel({ ...label, colour: (value ?? label.colour) as LabelView["colour"] })}
          />
          <Button type="submit" loading={save.isPending}>
            {edited ? t("Save the label") : t("Make the label")}
          </Button>
          {edited && (
            <Button variant="default" onClick={onDone}>
              {t("Leave it as it was")}
            </Button>
          )}
        </Group>
      </form>
      <Fault error={save.error} />
    </Card>
  );
}
