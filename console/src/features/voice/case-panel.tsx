import { Button, Group, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useSpeech, type Language, type Translate } from "../../lib/i18n.ts";
import { exactly } from "../../lib/time.ts";
import { Due, SeverityBadge } from "./case-marks.tsx";
import { Answer, Fault, Moment, Whose } from "./parts.tsx";
import { caseQuery, colleaguesQuery, useChange, type CaseDetail, type Colleague } from "./queries.ts";
import { SEVERITIES } from "./search.ts";
import { DELIVERY_NAMES, REASON_NAMES, SEVERITY_NAMES, SOURCE_NAMES, STATE_NAMES } from "./words.ts";
import styles from "./voice.module.css";

/** One case: what happened, what is due, and the way to its end: tell the customer, and close it. */
export function CasePanel({ id, role }: { id: string; role: string }) {
  const found = useQuery(caseQuery(id));
  const colleagues = useQuery(colleaguesQuery).data ?? [];
  const mayChange = ["owner", "admin", "agent"].includes(role);
  return (
    <Answer query={found}>
      {(data) => (
        <Stack gap="lg">
          <Facts of={data} />
          {mayChange && data.state !== "closed" && <Work of={data} colleagues={colleagues} />}
          {mayChange && data.state !== "closed" && <Ending of={data} />}
          <History of={data} colleagues={colleagues} />
        </Stack>
      )}
    </Answer>
  );
}

function Facts({ of }: { of: CaseDetail }) {
  const { t, language } = useSpeech();
  const reasons = of.reasons.map((reason) => t(REASON_NAMES[reason] ?? reason)).join(t(", "));
  return (
    <Stack gap="sm">
      <span className={styles.badges}>
        <SeverityBadge severity={of.severity} />
        <strong>{t(STATE_NAMES[of.state])}</strong>
        <Due of={of} />
      </span>
      {of.text !== null && <blockquote className={styles.quote}>{of.text}</blockquote>}
      <span className="quiet">
        <Whose contact={of.contact} conversationId={of.conversationId} /> · {t(SOURCE_NAMES[of.source])} ·{" "}
        <Moment at={of.openedAt} />
        {of.topic !== null && ` · ${of.topic}`}
        {of.messages > 1 && ` · ${t("{n} complaints", { n: of.messages })}`}
      </span>
      {reasons !== "" && <span className="quiet">{t("It weighs because of: {reasons}.", { reasons })}</span>}
      <ul className={styles.list}>
        <Step name={t("We said that we have it")} at={of.acknowledgedAt} language={language} />
        <Step
          name={t("First answer of a person")}
          at={of.firstRepliedAt}
          due={of.firstReplyDueAt}
          language={language}
        />
        <Step name={t("Solved")} at={of.solvedAt} due={of.resolveDueAt} language={language} />
        <Step
          name={
            of.toldDelivery === null
              ? t("The customer was told")
              : `${t("The customer was told")} (${t(DELIVERY_NAMES[of.toldDelivery])})`
          }
          at={of.toldAt}
          language={language}
        />
        {of.closedAt !== null && <Step name={t("Closed")} at={of.closedAt} language={language} />}
      </ul>
    </Stack>
  );
}

function Step({ name, at, due, language }: { name: string; at: string | null; due?: string; language: Language }) {
  const { t } = useSpeech();
  return (
    <li>
      <span>{name}</span>
      <span className="quiet" title={at === null ? undefined : exactly(at, language)}>
        {at !== null ? (
          <Moment at={at} />
        ) : due === undefined ? (
          t("not yet")
        ) : (
          t("not yet, due {at}", { at: exactly(due, language) })
        )}
      </span>
    </li>
  );
}

type Patch = Partial<Pick<CaseDetail, "state" | "severity" | "resolveDueAt">> & { ownerId?: string | null };

function Work({ of, colleagues }: { of: CaseDetail; colleagues: readonly Colleague[] }) {
  const { t } = useSpeech();
  const change = useChange<Patch, CaseDetail>(
    (patch) => ({ path: `/voice/cases/${of.id}`, method: "PATCH", body: patch }),
    { quiet: true },
  );
  const answerers = colleagues.filter(({ role }) => ["owner", "admin", "agent"].includes(role));
  return (
    <Stack gap="sm">
      <div className={styles.filters}>
        <Select
          label={t("Whose it is")}
          value={of.owner?.id ?? ""}
          disabled={change.isPending}
          data={[
            { value: "", label: t("nobody's yet") },
            ...answerers.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={(ownerId) => change.mutate({ ownerId: ownerId || null })}
        />
        <Select
          label={t("Severity")}
          value={of.severity}
          allowDeselect={false}
          disabled={change.isPending}
          data={SEVERITIES.map((value) => ({ value, label: t(SEVERITY_NAMES[value]) }))}
          onChange={(severity) => severity && change.mutate({ severity: severity as CaseDetail["severity"] })}
        />
        <TextInput
          key={of.resolveDueAt}
          type="datetime-local"
          label={t("To be solved until")}
          defaultValue={localTime(of.resolveDueAt)}
          onBlur={(event) => {
            const at = event.currentTarget.value;
            if (at !== "" && at !== localTime(of.resolveDueAt))
              change.mutate({ resolveDueAt: new Date(at).toISOString() });
          }}
        />
      </div>
      <Group gap="sm">
        {of.state !== "solved" && (
          <Button variant="default" disabled={change.isPending} onClick={() => change.mutate({ state: "solved" })}>
            {t("Mark as solved")}
          </Button>
        )}
        {of.state === "open" && (
          <Button variant="default" disabled={change.isPending} onClick={() => change.mutate({ state: "waiting" })}>
            {t("We wait for the customer")}
          </Button>
        )}
        {of.state !== "open" && (
          <Button variant="default" disabled={change.isPending} onClick={() => change.mutate({ state: "open" })}>
            {t("It is open again")}
          </Button>
        )}
      </Group>
      <Fault error={change.error} />
    </Stack>
  );
}

/** A moment as the browser's field for it writes one: in the viewer's zone, to the minute. */
function localTime(moment: string): string {
  const at = new Date(moment);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** A case ends when the customer knows how: either now with these words, or because they were told before. */
function Ending({ of }: { of: CaseDetail }) {
  const { t } = useSpeech();
  const [text, setText] = useState("");
  const close = useChange<void, CaseDetail>(
    () => ({ path: `/voice/cases/${of.id}/close`, body: { text: text.trim() } }),
    {
      quiet: true,
    },
  );
  const shut = useChange<void, CaseDetail>(
    () => ({ path: `/voice/cases/${of.id}`, method: "PATCH", body: { state: "closed" } }),
    { quiet: true },
  );
  const isTold = of.state === "solved" && of.toldAt !== null && of.toldDelivery !== "failed";
  function submit(event: FormEvent) {
    event.preventDefault();
    close.mutate();
  }
  return (
    <form onSubmit={submit} className={styles.form}>
      {isTold ? (
        <Group gap="sm">
          <span>{t("The customer was told how it was solved.")}</span>
          <Button loading={shut.isPending} onClick={() => shut.mutate()}>
            {t("Close the case")}
          </Button>
        </Group>
      ) : (
        <p className="quiet">
          {of.toldDelivery === "failed"
            ? t("What told the customer was not delivered. Tell them again, or another way.")
            : t("A case is closed only when the customer was told what came of it.")}
        </p>
      )}
      <Textarea
        label={t("What the customer is told")}
        autosize
        minRows={2}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Fault error={close.error ?? shut.error} />
      <Group>
        <Button
          type="submit"
          variant={isTold ? "default" : "filled"}
          loading={close.isPending}
          disabled={text.trim() === ""}
        >
          {t("Tell the customer and close the case")}
        </Button>
      </Group>
    </form>
  );
}

function History({ of: { changes }, colleagues }: { of: CaseDetail; colleagues: readonly Colleague[] }) {
  const { t, language } = useSpeech();
  if (changes.length === 0) return null;
  const nameOf = (id: unknown) => colleagues.find((each) => each.id === id)?.name ?? t("Somebody");
  return (
    <section>
      <h3 className={styles.small}>{t("Who changed what")}</h3>
      <ul className={styles.list}>
        {changes.map(({ at, staffId, change }, index) => (
          <li key={index}>
            <span>{changeWords(change, nameOf, language, t)}</span>
            <span className="quiet">
              {staffId === null ? t("an API token") : nameOf(staffId)} · <Moment at={at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function changeWords(
  change: Record<string, unknown>,
  nameOf: (id: unknown) => string,
  language: Language,
  t: Translate,
): string {
  const { state, severity, ownerId, resolveDueAt, told } = change;
  const said = [
    ...(told ? [t("The customer was told")] : []),
    ...(typeof state === "string" ? [t(STATE_NAMES[state as CaseDetail["state"]] ?? state)] : []),
    ...(typeof severity === "number"
      ? [t("severity: {severity}", { severity: t(SEVERITY_NAMES[SEVERITIES[severity - 1] ?? "normal"]) })]
      : []),
    ...(typeof ownerId === "string" ? [t("given to {name}", { name: nameOf(ownerId) })] : []),
    ...(ownerId === null ? [t("nobody's")] : []),
    ...(typeof resolveDueAt === "string"
      ? [t("to be solved until {at}", { at: exactly(resolveDueAt, language) })]
      : []),
  ];
  return said.join(" · ");
}
