import { Badge, Button, Group, NumberInput, Select, Table, TagsInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import type { ExpertView } from "../../../../src/contract/api-handover.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { Languages } from "./languages.tsx";
import { Card, Fault, useDo } from "./parts.tsx";

const EXPERTS = "/experts";

/** What each of ours knows, how much they take, and where they answer. */
export function Experts({ experts, mayChange }: { experts: readonly ExpertView[]; mayChange: boolean }) {
  const { t } = useSpeech();
  const [edited, setEdited] = useState<ExpertView>();
  return (
    <Card title={t("Experts")}>
      <Table verticalSpacing="sm">
        <Table.Tbody>
          {experts.map((expert) => (
            <Table.Tr key={expert.staffId}>
              <Table.Td>
                {expert.name} {expert.isAway && <Badge color="gray">{t("away")}</Badge>}
              </Table.Td>
              <Table.Td className="quiet">{expert.topics.join(", ")}</Table.Td>
              <Table.Td className="quiet">
                {t("{n} of {most} conversations", { n: expert.load, most: expert.capacity })}
              </Table.Td>
              <Table.Td className="quiet">
                {expert.answersAt === "place" ? t("from a chat of their own") : t("in the console")}
              </Table.Td>
              <Table.Td align="right">
                {mayChange && (
                  <Button size="xs" variant="default" onClick={() => setEdited(expert)}>
                    {t("Change")}
                  </Button>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {edited && <ExpertForm key={edited.staffId} edited={edited} onDone={() => setEdited(undefined)} />}
    </Card>
  );
}

function ExpertForm({ edited, onDone }: { edited: ExpertView; onDone: () => void }) {
  const { t } = useSpeech();
  const { labelIds, hours } = edited;
  const [expert, setExpert] = useState({
    ...{ topics: edited.topics, languages: edited.languages, capacity: edited.capacity, answersAt: edited.answersAt },
  });
  const save = useDo(
    () => ({ path: `${EXPERTS}/${edited.staffId}`, method: "PUT", body: { ...expert, labelIds, hours } }),
    [EXPERTS],
    { quiet: true, onDone },
  );
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate();
  }
  return (
    <form onSubmit={submit}>
      <Group align="flex-end">
        <TagsInput
          label={t("What {name} knows about", { name: edited.name })}
          description={t("Words that such a question holds, in any language")}
          miw={280}
          value={expert.topics}
          onChange={(topics) => setExpert({ ...expert, topics })}
        />
        <Languages value={expert.languages} onChange={(languages) => setExpert({ ...expert, languages })} />
        <NumberInput
          label={t("Conversations at a time")}
          w={180}
          min={1}
          max={100}
          value={expert.capacity}
          onChange={(value) => setExpert({ ...expert, capacity: Number(value) || 1 })}
        />
        <Select
          label={t("Answers")}
          allowDeselect={false}
          value={expert.answersAt}
          data={[
            { value: "console", label: t("in the console") },
            { value: "place", label: t("from a chat of their own") },
          ]}
          onChange={(value) => setExpert({ ...expert, answersAt: value === "place" ? "place" : "console" })}
        />
      </Group>
      <Fault error={save.error} />
      <Group mt="sm">
        <Button type="submit" loading={save.isPending}>
          {t("Save the expert")}
        </Button>
        <Button variant="default" onClick={onDone}>
          {t("Leave it as it was")}
        </Button>
      </Group>
    </form>
  );
}
