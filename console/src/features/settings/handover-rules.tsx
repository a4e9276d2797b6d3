import { Button, Group, MultiSelect, NumberInput, Select, Switch, Table, TagsInput, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import type {
  ExpertView,
  HandoverKind,
  HandoverSettings,
  RuleBody,
  RuleView,
  TeamView,
} from "../../../../src/contract/api-handover.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { Asked, Card, Fault, useDo } from "./parts.tsx";

const RULES = "/handover-rules";
const SETTINGS = "/handover-settings";
const KIND_WORDS: Readonly<Partial<Record<HandoverKind, string>>> = {
  unknown: "The bot does not know",
  wish: "A person was asked for",
  anger: "Somebody is angry",
};

interface Props {
  teams: readonly TeamView[];
  experts: readonly ExpertView[];
  mayChange: boolean;
}

/** Who gets what, and when the bot hands over. */
export function HandoverRules({ teams, experts, mayChange }: Props) {
  const { t, language } = useSpeech();
  const remove = useDo<unknown, string>((id) => ({ path: `${RULES}/${id}`, method: "DELETE" }), [RULES]);
  const target = ({ to }: RuleView) => {
    if (to.type === "owner") return t("the owner of the entry point");
    if (to.type === "expert") return experts.find(({ staffId }) => staffId === to.staffId)?.name ?? "";
    const team = teams.find(({ id }) => id === to.teamId);
    return (language === "zh" && team?.nameZh) || (team?.name ?? "");
  };
  return (
    <>
      <Card title={t("Rules")}>
        <Asked<{ items: RuleView[] }> path={RULES}>
          {({ items }) =>
            items.length === 0 ? (
              <p className="quiet">{t("No rule yet. What no expert knows about goes to the default team.")}</p>
            ) : (
              <Table verticalSpacing="sm">
                <Table.Tbody>
                  {items.map((rule) => (
                    <Table.Tr key={rule.id}>
                      <Table.Td>{rule.name}</Table.Td>
                      <Table.Td className="quiet">
                        {[...rule.kinds.map((kind) => t(KIND_WORDS[kind] ?? kind)), ...rule.words].join(", ")}
                      </Table.Td>
                      <Table.Td>→ {target(rule)}</Table.Td>
                      <Table.Td align="right">
                        {mayChange && (
                          <Button size="xs" variant="default" onClick={() => remove.mutate(rule.id)}>
                            {t("Remove")}
                          </Button>
                        )}
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            )
          }
        </Asked>
        {mayChange && <RuleForm teams={teams} experts={experts} />}
      </Card>
      <Card title={t("When the bot hands over, and takes back")}>
        <Asked<HandoverSettings> path={SETTINGS}>{(kept) => <Settings kept={kept} mayChange={mayChange} />}</Asked>
      </Card>
    </>
  );
}

const BLANK = { name: "", kinds: [] as string[], words: [] as string[], begins: false, to: "owner" };

function RuleForm({ teams, experts }: Pick<Props, "teams" | "experts">) {
  const { t } = useSpeech();
  const [rule, setRule] = useState(BLANK);
  const [type, id] = rule.to.split(" ");
  const to = type === "team" ? { type, teamId: id } : type === "expert" ? { type, staffId: id } : { type: "owner" };
  const save = useDo<RuleView>(() => ({ path: RULES, body: { ...rule, to } as Partial<RuleBody> }), [RULES], {
    quiet: true,
    onDone: () => setRule(BLANK),
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate();
  }
  return (
    <form onSubmit={submit}>
      <Group align="flex-end">
        <TextInput
          label={t("Name")}
          required
          value={rule.name}
          onChange={(event) => setRule({ ...rule, name: event.currentTarget.value })}
        />
        <MultiSelect
          label={t("Reason")}
          {...(rule.kinds.length === 0 && { placeholder: t("any") })}
          miw={200}
          data={Object.entries(KIND_WORDS).map(([value, words]) => ({ value, label: t(words) }))}
          value={rule.kinds}
          onChange={(kinds) => setRule({ ...rule, kinds })}
        />
        <TagsInput
          label={t("Words in the question")}
          miw={200}
          value={rule.words}
          onChange={(words) => setRule({ ...rule, words })}
        />
        <Select
          label={t("Goes to")}
          allowDeselect={false}
          value={rule.to}
          data={[
            { value: "owner", label: t("the owner of the entry point") },
            ...teams.map(({ id: teamId, name }) => ({ value: `team ${teamId}`, label: name })),
            ...experts.map(({ staffId, name }) => ({ value: `expert ${staffId}`, label: name })),
          ]}
          onChange={(chosen) => setRule({ ...rule, to: chosen ?? rule.to })}
        />
      </Group>
      <Group mt="sm">
        <Switch
          label={t("Also what the bot could answer")}
          checked={rule.begins}
          onChange={(event) => setRule({ ...rule, begins: event.currentTarget.checked })}
        />
        <Button type="submit" loading={save.isPending}>
          {t("Make the rule")}
        </Button>
      </Group>
      <Fault error={save.error} />
    </form>
  );
}

function Settings({ kept, mayChange }: { kept: HandoverSettings; mayChange: boolean }) {
  const { t } = useSpeech();
  const save = useDo<HandoverSettings, HandoverSettings>(
    (body) => ({ path: SETTINGS, method: "PUT", body }),
    [SETTINGS],
    { said: t("Saved") },
  );
  const set = (part: Partial<HandoverSettings>) => save.mutate({ ...kept, ...part });
  return (
    <>
      <Switch
        label={t("When somebody asks for a person")}
        disabled={!mayChange}
        checked={kept.onWish}
        onChange={(event) => set({ onWish: event.currentTarget.checked })}
      />
      <Switch
        label={t("When somebody is angry")}
        disabled={!mayChange}
        checked={kept.onAnger}
        onChange={(event) => set({ onAnger: event.currentTarget.checked })}
      />
      <NumberInput
        label={t("The bot takes back after so many hours in which nobody wrote")}
        description={t("Empty: only when it is given back")}
        w={360}
        min={1}
        max={720}
        disabled={!mayChange}
        defaultValue={kept.resumeAfterHours ?? ""}
        onBlur={(event) => set({ resumeAfterHours: Number(event.currentTarget.value) || null })}
      />
    </>
  );
}
