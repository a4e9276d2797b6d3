import { Button, Drawer, Group, Select, Stack, Table, TextInput } from "@mantine/core";
import { useSuspenseQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import type { InvitationView, MadeInvitation, PersonView } from "../../../../src/contract/api-staff.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { meQuery, type Role } from "../../lib/me.ts";
import { ago, exactly } from "../../lib/time.ts";
import { SessionTable } from "./account.tsx";
import { Asked, Card, Fault, faultsOf, Head, Once, useDo } from "./parts.tsx";
import styles from "./settings.module.css";

const PEOPLE = "/staff?ended=true&limit=200";
const INVITATIONS = "/invitations?limit=200";
const RANKS: readonly Role[] = ["owner", "admin", "agent", "moderator", "marketer", "viewer"];
export const ROLE_WORDS: Readonly<Record<Role, string>> = {
  owner: "Owner of the hub",
  admin: "Admin",
  agent: "Agent",
  moderator: "Moderator",
  marketer: "Marketer",
  viewer: "Viewer",
};

/** The roles that somebody may give: at most their own. */
export function useRoles(): { value: Role; label: string }[] {
  const { t } = useSpeech();
  const { data: me } = useSuspenseQuery(meQuery);
  return RANKS.slice(RANKS.indexOf(me.role)).map((role) => ({ value: role, label: t(ROLE_WORDS[role]) }));
}

export function Team() {
  const { t, language } = useSpeech();
  const [open, setOpen] = useState<PersonView>();
  return (
    <>
      <Head title={t("Team")}>{t("Who works here, as what.")}</Head>
      <Invite />
      <Card>
        <Asked<{ items: PersonView[] }> path={PEOPLE}>
          {({ items }) => (
            <Table.ScrollContainer minWidth={600}>
              <Table stickyHeader verticalSpacing="sm" highlightOnHover>
                <Table.Thead>
                  <Table.Tr>
                    {["Name", "Role", "Second factor", "Last seen"].map((head) => (
                      <Table.Th key={head}>{t(head)}</Table.Th>
                    ))}
                    <Table.Th aria-label={t("Change")} />
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {items.map((person) => (
                    <Table.Tr key={person.id}>
                      <Table.Td>
                        {person.name}
                        <br />
                        <span className="quiet">{person.email}</span>
                      </Table.Td>
                      <Table.Td>{person.endedAt ? t("left") : t(ROLE_WORDS[person.role])}</Table.Td>
                      <Table.Td>
                        {person.secondFactor ? (
                          <span className={styles.good}>{t("on")}</span>
                        ) : (
                          <span className="quiet">{t("off")}</span>
                        )}
                      </Table.Td>
                      <Table.Td title={person.lastSeenAt ? exactly(person.lastSeenAt, language) : undefined}>
                        {person.lastSeenAt ? (
                          ago(person.lastSeenAt, new Date(), language)
                        ) : (
                          <span className="quiet">{t("never")}</span>
                        )}
                      </Table.Td>
                      <Table.Td align="right">
                        <Button size="xs" variant="default" onClick={() => setOpen(person)}>
                          {t("Change")}
                        </Button>
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )}
        </Asked>
      </Card>
      <Drawer
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        position="right"
        size="lg"
        title={open?.name}
        closeButtonProps={{ "aria-label": t("Close") }}
      >
        {open && <Person key={open.id} person={open} onDone={() => setOpen(undefined)} />}
      </Drawer>
    </>
  );
}

function Invite() {
  const { t, language } = useSpeech();
  const roles = useRoles();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("agent");
  const [made, setMade] = useState<MadeInvitation>();
  const invite = useDo<MadeInvitation>(() => ({ path: "/invitations", body: { email, role } }), [INVITATIONS], {
    quiet: true,
    onDone(result) {
      setMade(result);
      setEmail("");
    },
  });
  const revoke = useDo<unknown, string>((id) => ({ path: `/invitations/${id}`, method: "DELETE" }), [INVITATIONS]);
  const faults = faultsOf(invite.error);
  function submit(event: FormEvent) {
    event.preventDefault();
    invite.mutate();
  }
  return (
    <Card title={t("Invite somebody")}>
      <form onSubmit={submit}>
        <Group align="flex-end">
          <TextInput
            label={t("E-mail")}
            type="email"
            required
            w={280}
            value={email}
            error={faults["body.email"]}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <Select
            label={t("Role")}
            w={180}
            allowDeselect={false}
            data={roles}
            value={role}
            onChange={(value) => setRole((value ?? role) as Role)}
          />
          <Button type="submit" loading={invite.isPending}>
            {t("Make an invitation")}
          </Button>
        </Group>
      </form>
      {Object.keys(faults).length === 0 && <Fault error={invite.error} />}
      {made && (
        <Once value={made.url}>
          {t("A link for {email}, shown this once. Hand it over yourself; it works for seven days.", {
            email: made.email,
          })}
        </Once>
      )}
      <Asked<{ items: InvitationView[] }> path={INVITATIONS}>
        {({ items }) =>
          items.map((invitation) => (
            <Group key={invitation.id} justify="space-between">
              <span>
                {invitation.email}{" "}
                <span className="quiet">
                  {t(ROLE_WORDS[invitation.role])},{" "}
                  {t("until {until}", { until: exactly(invitation.expiresAt, language) })}
                </span>
              </span>
              <Button size="xs" variant="default" onClick={() => revoke.mutate(invitation.id)}>
                {t("Take it back")}
              </Button>
            </Group>
          ))
        }
      </Asked>
    </Card>
  );
}

function Person({ person, onDone }: { person: PersonView; onDone: () => void }) {
  const { t } = useSpeech();
  const roles = useRoles();
  const [role, setRole] = useState<Role>(person.role);
  const [link, setLink] = useState<string>();
  const at = `/staff/${person.id}`;
  const change = useDo(() => ({ path: at, method: "PATCH", body: { role } }), [PEOPLE], { onDone });
  const end = useDo(() => ({ path: at, method: "DELETE" }), [PEOPLE], { onDone });
  const restore = useDo(() => ({ path: `${at}/restore`, method: "POST" }), [PEOPLE], { onDone });
  const endSessions = useDo(() => ({ path: `${at}/sessions`, method: "DELETE" }), [`${at}/sessions`]);
  const reset = useDo<{ url: string }, boolean>(
    (forgetFactor) => ({ path: `${at}/reset-link`, body: { forgetFactor } }),
    [],
    {
      onDone: ({ url }) => setLink(url),
    },
  );
  if (person.endedAt) {
    return (
      <Stack>
        <p className="quiet">{t("They left. Brought back, they need a link for a new password.")}</p>
        <Button variant="default" loading={restore.isPending} onClick={() => restore.mutate()}>
          {t("Bring them back")}
        </Button>
      </Stack>
    );
  }
  return (
    <Stack gap="xl">
      <Group align="flex-end">
        <Select
          label={t("Role")}
          allowDeselect={false}
          data={roles}
          value={role}
          onChange={(value) => setRole((value ?? role) as Role)}
        />
        <Button
          variant="default"
          disabled={role === person.role}
          loading={change.isPending}
          onClick={() => change.mutate()}
        >
          {t("Give this role")}
        </Button>
      </Group>
      <Stack gap="sm">
        <Group>
          <Button variant="default" loading={reset.isPending} onClick={() => reset.mutate(false)}>
            {t("Link for a new password")}
          </Button>
          <Button variant="default" loading={reset.isPending} onClick={() => reset.mutate(true)}>
            {t("... and without the second factor")}
          </Button>
        </Group>
        {link && <Once value={link}>{t("A link to a new password, shown this once. It works for four hours.")}</Once>}
      </Stack>
      <Stack gap="sm">
        <SessionTable path={`${at}/sessions`} />
        <Button variant="default" loading={endSessions.isPending} onClick={() => endSessions.mutate()}>
          {t("Sign them out everywhere")}
        </Button>
      </Stack>
      <Button color="red" variant="light" loading={end.isPending} onClick={() => end.mutate()}>
        {t("End their time with us")}
      </Button>
    </Stack>
  );
}
