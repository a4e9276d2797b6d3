import { Badge, Button, Group, MultiSelect, Switch, Table, TextInput } from "@mantine/core";
import { useSuspenseQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import type { ExpertView, Hours as TeamHours, TeamView } from "../../../../src/contract/api-handover.ts";
import { DAYS, type OrganisationView } from "../../../../src/contract/api-organisation.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { meQuery } from "../../lib/me.ts";
import { Experts } from "./experts.tsx";
import { HandoverRules } from "./handover-rules.tsx";
import { Languages } from "./languages.tsx";
import { Hours } from "./organisation.tsx";
import { Asked, Card, Fault, Head, useDo } from "./parts.tsx";
import { Places } from "./places.tsx";

const TEAMS = "/teams";
const EXPERTS = "/experts";

/** Who takes over from the bot. */
export function Teams() {
  const { t } = useSpeech();
  const { data: me } = useSuspenseQuery(meQuery);
  const mayChange = me.role === "owner" || me.role === "admin";
  return (
    <>
      <Head title={t("Teams and experts")}>
        {t("Who takes over when the bot does not know, when somebody asks for a person, or by rule.")}
      </Head>
      {me.staffId && me.role !== "viewer" && <Places />}
      <Asked<{ items: ExpertView[] }> path={EXPERTS}>
        {({ items: experts }) => (
          <Asked<{ items: TeamView[] }> path={TEAMS}>
            {({ items: teams }) => (
              <>
                <TeamList teams={teams} experts={experts} mayChange={mayChange} />
                <Experts experts={experts} mayChange={mayChange} />
                <HandoverRules teams={teams} experts={experts} mayChange={mayChange} />
              </>
            )}
          </Asked>
        )}
      </Asked>
    </>
  );
}

interface ListProps {
  teams: readonly TeamView[];
  experts: readonly ExpertView[];
  mayChange: boolean;
}

function TeamList({ teams, experts, mayChange }: ListProps) {
  const { t, language } = useSpeech();
  const [edited, setEdited] = useState<TeamView>();
  const remove = useDo<unknown, string>((id) => ({ path: `${TEAMS}/${id}`, method: "DELETE" }), [TEAMS, EXPERTS]);
  const nameOf = (id: string) => experts.find(({ staffId }) => staffId === id)?.name ?? "";
  return (
    <Card title={t("Teams")}>
      {teams.length === 0 && (
        <p className="quiet">{t("No team yet. Until there is one, everybody sees what waits.")}</p>
      )}
      <Table verticalSpacing="sm">
        <Table.Tbody>
          {teams.map((team) => (
            <Table.Tr key={team.id}>
              <Table.Td>
                {(language === "zh" && team.nameZh) || team.name} {team.isDefault && <Badge>{t("default")}</Badge>}
              </Table.Td>
              <Table.Td className="quiet">{team.memberIds.map(nameOf).join(", ")}</Table.Td>
              <Table.Td className="quiet">{team.isOpen ? t("on duty") : t("closed")}</Table.Td>
              <Table.Td className="quiet">{t("{n} waiting", { n: team.waiting })}</Table.Td>
              <Table.Td align="right">
                {mayChange && (
                  <Group gap="sm" justify="flex-end" wrap="nowrap">
                    <Button size="xs" variant="default" onClick={() => setEdited(team)}>
                      {t("Change")}
                    </Button>
                    <Button size="xs" variant="default" onClick={() => remove.mutate(team.id)}>
                      {t("Remove")}
                    </Button>
                  </Group>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {mayChange && (
        <Asked<OrganisationView> path="/organisation">
          {(us) => (
            <TeamForm
              key={edited?.id ?? `new ${teams.length}`}
              {...{ edited, experts, us }}
              isFirst={teams.length === 0}
              onDone={() => setEdited(undefined)}
            />
          )}
        </Asked>
      )}
    </Card>
  );
}

interface FormProps {
  edited: TeamView | undefined;
  experts: readonly ExpertView[];
  us: OrganisationView;
  isFirst: boolean;
  onDone: () => void;
}

function TeamForm({ edited, experts, us, isFirst, onDone }: FormProps) {
  const { t } = useSpeech();
  const [team, setTeam] = useState(() => ({
    ...{ name: edited?.name ?? "", nameZh: edited?.nameZh ?? "", isDefault: edited?.isDefault ?? isFirst },
    ...{ memberIds: edited?.memberIds ?? [], languages: edited?.languages ?? [], hours: edited?.hours ?? null },
  }));
  const save = useDo(
    () => ({
      path: edited ? `${TEAMS}/${edited.id}` : TEAMS,
      method: edited ? "PUT" : "POST",
      body: { ...team, nameZh: team.nameZh.trim() || null },
    }),
    [TEAMS, EXPERTS],
    { quiet: true, onDone },
  );
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate();
  }
  const { hours } = team;
  return (
    <form onSubmit={submit}>
      <Group align="flex-end">
        <TextInput
          label={t("Name")}
          required
          value={team.name}
          onChange={(event) => setTeam({ ...team, name: event.currentTarget.value })}
        />
        <TextInput
          label={t("Name in Chinese")}
          value={team.nameZh}
          onChange={(event) => setTeam({ ...team, nameZh: event.currentTarget.value })}
        />
        <MultiSelect
          label={t("Members")}
          miw={240}
          searchable
          data={experts.map(({ staffId, name }) => ({ value: staffId, label: name }))}
          value={team.memberIds}
          onChange={(memberIds) => setTeam({ ...team, memberIds })}
        />
        <Languages value={team.languages} onChange={(languages) => setTeam({ ...team, languages })} />
      </Group>
      <Group mt="sm">
        <Switch
          label={t("Gets what no rule gives to anybody")}
          checked={team.isDefault}
          onChange={(event) => setTeam({ ...team, isDefault: event.currentTarget.checked })}
        />
        <Switch
          label={t("Answers at certain hours only")}
          checked={hours !== null}
          onChange={(event) => setTeam({ ...team, hours: event.currentTarget.checked ? hoursOf(us) : null })}
        />
      </Group>
      {hours && (
        <>
          <p className="quiet">{t("Time zone {zone}", { zone: hours.timeZone })}</p>
          <Hours
            hours={Object.fromEntries(DAYS.map((day, i) => [day, hours.days[i] ?? []])) as OrganisationView["hours"]}
            faults={{}}
            onChange={(changed) => setTeam({ ...team, hours: { ...hours, days: DAYS.map((day) => changed[day]) } })}
          />
          <TextInput
            label={t("Closed on these days")}
            description={t("Dates with commas between them: 2026-12-25, 2027-01-01")}
            defaultValue={hours.holidays.join(", ")}
            onBlur={(event) => setTeam({ ...team, hours: { ...hours, holidays: datesIn(event.currentTarget.value) } })}
          />
        </>
      )}
      <Fault error={save.error} />
      <Group mt="sm">
        <Button type="submit" loading={save.isPending}>
          {edited ? t("Save the team") : t("Make the team")}
        </Button>
        {edited && (
          <Button variant="default" onClick={onDone}>
            {t("Leave it as it was")}
          </Button>
        )}
      </Group>
    </form>
  );
}

/** Begins with the hours that the organisation goes by. */
function hoursOf({ timeZone, hours }: OrganisationView): TeamHours {
  return { timeZone, days: DAYS.map((day) => hours[day]), holidays: [] };
}

function datesIn(text: string): string[] {
  return [...new Set(text.match(/\d{4}-\d{2}-\d{2}/g) ?? [])];
}
