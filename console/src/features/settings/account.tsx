import { Button, Group, PasswordInput, SegmentedControl, Table, TextInput, useMantineColorScheme } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import type { Me, SessionView } from "../../../../src/contract/api-staff.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { meQuery } from "../../lib/me.ts";
import { ago, exactly } from "../../lib/time.ts";
import { Asked, Card, Fault, faultsOf, Head, useDo } from "./parts.tsx";
import { SecondFactor } from "./second-factor.tsx";
import styles from "./settings.module.css";

/** Oneself: name, looks, password, second factor, and where one is signed in. */
export function Account() {
  const { t } = useSpeech();
  return (
    <>
      <Head title={t("My account")} />
      <Asked<Me> path="/me">
        {(me) => (
          <>
            <Profile me={me} />
            {me.hasPassword && <Password />}
            {me.hasPassword && <SecondFactor on={me.secondFactor} />}
            {me.sessionId && <Sessions />}
          </>
        )}
      </Asked>
    </>
  );
}

function Profile({ me }: { me: Me }) {
  const { t, language, speak } = useSpeech();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const client = useQueryClient();
  const [name, setName] = useState(me.name);
  const save = useDo<Me, Partial<Me>>((body) => ({ path: "/me", method: "PATCH", body }), ["/me"], {
    onDone: () => void client.invalidateQueries({ queryKey: meQuery.queryKey }),
  });
  return (
    <Card title={t("Name and appearance")}>
      <TextInput
        label={t("Name")}
        description={t("Colleagues see it, and customers where the channel shows who writes.")}
        value={name}
        error={faultsOf(save.error)["body.name"]}
        onChange={(event) => setName(event.currentTarget.value)}
        onBlur={() => name.trim() && name !== me.name && save.mutate({ name })}
      />
      <Group gap="xl">
        <SegmentedControl
          aria-label={t("Language")}
          value={language}
          data={[
            { value: "en", label: "English" },
            { value: "zh", label: "中文" },
          ]}
          onChange={(next) => {
            speak(next as "en" | "zh");
            save.mutate({ language: next as "en" | "zh" });
          }}
        />
        <SegmentedControl
          aria-label={t("Theme")}
          value={colorScheme}
          data={[
            { value: "auto", label: t("As the device") },
            { value: "light", label: t("Light") },
            { value: "dark", label: t("Dark") },
          ]}
          onChange={(next) => {
            setColorScheme(next as "auto" | "light" | "dark");
            save.mutate({ theme: next === "auto" ? null : (next as "light" | "dark") });
          }}
        />
      </Group>
    </Card>
  );
}

function Password() {
  const { t } = useSpeech();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const change = useDo(() => ({ path: "/me/password", body: { current, next } }), ["/me/sessions"], {
    quiet: true,
    said: t("The password is changed. All other sessions have ended."),
    onDone() {
      setCurrent("");
      setNext("");
    },
  });
  const faults = faultsOf(change.error);
  function submit(event: FormEvent) {
    event.preventDefault();
    change.mutate();
  }
  return (
    <Card title={t("Password")}>
      <form onSubmit={submit}>
        <Group align="flex-end">
          <PasswordInput
            label={t("Password now")}
            autoComplete="current-password"
            w={240}
            value={current}
            error={faults["body.current"]}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
          <PasswordInput
            label={t("New password")}
            autoComplete="new-password"
            w={240}
            value={next}
            error={faults["body.next"]}
            onChange={(event) => setNext(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" disabled={!current || !next} loading={change.isPending}>
            {t("Change the password")}
          </Button>
        </Group>
        {Object.keys(faults).length === 0 && <Fault error={change.error} />}
      </form>
    </Card>
  );
}

function Sessions() {
  const { t } = useSpeech();
  const endAll = useDo(() => ({ path: "/me/sessions", method: "DELETE" }), ["/me/sessions"]);
  return (
    <Card title={t("Where I am signed in")}>
      <SessionTable path="/me/sessions" />
      <Group>
        <Button variant="default" loading={endAll.isPending} onClick={() => endAll.mutate()}>
          {t("End all others")}
        </Button>
      </Group>
    </Card>
  );
}

/** Sessions below a path: one's own, or somebody's. */
export function SessionTable({ path }: { path: string }) {
  const { t, language } = useSpeech();
  const end = useDo<unknown, string>((id) => ({ path: `${path}/${id}`, method: "DELETE" }), [path]);
  return (
    <Asked<{ items: SessionView[] }> path={path}>
      {({ items }) => (
        <Table.ScrollContainer minWidth={480}>
          <Table verticalSpacing="sm">
            <Table.Tbody>
              {items.map((session) => (
                <Table.Tr key={session.id}>
                  <Table.Td>
                    <span className={styles.agent} title={session.agent}>
                      {session.agent || t("an unknown browser")}
                    </span>
                    <span className="quiet">{session.address}</span>
                  </Table.Td>
                  <Table.Td className={styles.short} title={exactly(session.lastUsedAt, language)}>
                    {ago(session.lastUsedAt, new Date(), language)}
                  </Table.Td>
                  <Table.Td align="right" className={styles.short}>
                    {session.current ? (
                      t("this one")
                    ) : (
                      <Button size="xs" variant="default" onClick={() => end.mutate(session.id)}>
                        {t("End it")}
                      </Button>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Asked>
  );
}
