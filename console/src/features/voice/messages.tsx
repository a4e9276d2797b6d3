import { ActionIcon, Button, Group, Menu, Select } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { Empty } from "../../app/states.tsx";
import { LABEL_NAMES } from "../../lib/feedback-words.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { percent } from "../../lib/numbers.ts";
import { Answer, Moment, More, Whose } from "./parts.tsx";
import {
  channelNamesQuery,
  feedbackQuery,
  topicsQuery,
  useChange,
  type CaseDetail,
  type FeedbackView,
} from "./queries.ts";
import { LABELS, spanOf, type Place, type Search } from "./search.ts";
import { byMessage, feedbackFilter, piecesOf, toggled, type Said } from "./spans.ts";
import { useCorrection } from "./use-correction.ts";
import type { TabProps } from "./tab.ts";
import { PLURALS, TONES } from "./words.ts";
import styles from "./voice.module.css";

/** The messages behind the numbers, with the words that were understood, to be set right by one click. */
export function Messages({ place, role }: TabProps) {
  const { t } = useSpeech();
  const { search } = place;
  const [now] = useState(() => new Date());
  const list = useInfiniteQuery(feedbackQuery({ ...spanOf(search, now), ...feedbackFilter(search) }));
  const isNarrowed = Object.values(feedbackFilter(search)).some((value) => value !== undefined);
  return (
    <>
      <Filters place={place} />
      <Answer query={list}>
        {({ pages }) => {
          const said = byMessage(pages.flatMap(({ items }) => items));
          if (said.length === 0) {
            return (
              <Empty
                title={isNarrowed ? t("No message like this in this time") : t("Nobody has said anything in this time")}
              >
                {isNarrowed ? t("Let a filter go, or look at a longer time.") : t("Look at a longer time.")}
              </Empty>
            );
          }
          return (
            <ul className={styles.rows}>
              {said.map((each) => (
                <Message key={each.eventId} said={each} place={place} role={role} />
              ))}
            </ul>
          );
        }}
      </Answer>
      <More list={list} />
    </>
  );
}

function Filters({ place: { search, go } }: { place: Place }) {
  const { t } = useSpeech();
  const channels = useQuery(channelNamesQuery).data ?? [];
  const topics = useQuery({ ...topicsQuery, retry: false }).data?.items ?? [];
  const names = [
    ...new Set([...topics.map(({ name }) => name), ...(search.topic === undefined ? [] : [search.topic])]),
  ];
  return (
    <div className={styles.filters} role="group" aria-label={t("Filters")}>
      <Select
        label={t("Kind")}
        value={search.label ?? ""}
        data={[{ value: "", label: t("All") }, ...LABELS.map((value) => ({ value, label: t(PLURALS[value]) }))]}
        onChange={(label) => go({ label: (label || undefined) as Search["label"] })}
      />
      {names.length > 0 ? (
        <Select
          label={t("Theme")}
          value={search.topic ?? ""}
          data={[{ value: "", label: t("All") }, ...names.map((value) => ({ value, label: value }))]}
          onChange={(topic) => go({ topic: topic || undefined })}
        />
      ) : null}
      <Select
        label={t("Channel")}
        value={search.channelId ?? ""}
        data={[{ value: "", label: t("All") }, ...channels.map(({ id, name }) => ({ value: id, label: name }))]}
        onChange={(channelId) => go({ channelId: channelId || undefined })}
      />
      {search.contactId !== undefined && (
        <Button variant="light" rightSection={<X size={14} />} onClick={() => go({ contactId: undefined })}>
          {t("Only one person")}
        </Button>
      )}
    </div>
  );
}

interface MessageProps {
  said: Said;
  place: Place;
  role: TabProps["role"];
}

function Message({ said: { eventId, rows }, place, role }: MessageProps) {
  const { t } = useSpeech();
  const first = rows[0]!;
  const mayOpen = ["owner", "admin", "agent"].includes(role);
  const open = useChange<void, CaseDetail>(
    () => ({ path: "/voice/cases", body: { conversationId: first.conversationId } }),
    { onDone: ({ id }) => place.go({ tab: "cases", case: id }) },
  );
  return (
    <li className={styles.row}>
      <p className={styles.words}>
        {first.text === null ? (
          <span className="quiet">{t("This message was taken back.")}</span>
        ) : (
          piecesOf(first.text, rows).map(({ text, label }, at) =>
            label === undefined ? (
              text
            ) : (
              <mark key={at} className={styles.span} data-tone={TONES[label]} title={t(LABEL_NAMES[label])}>
                {text}
              </mark>
            ),
          )
        )}
      </p>
      <Labels eventId={eventId} rows={rows} mayCorrect={mayOpen || role === "moderator"} />
      <Group justify="space-between" gap="sm" className="quiet">
        <span>
          <Whose contact={first.contact} conversationId={first.conversationId} /> · {first.channelName}
          {first.topic !== null && ` · ${first.topic}`} · <Moment at={first.at} />
        </span>
        {mayOpen && (
          <Button size="compact-xs" variant="subtle" loading={open.isPending} onClick={() => open.mutate()}>
            {t("Open a case about it")}
          </Button>
        )}
      </Group>
    </li>
  );
}

interface LabelsProps {
  eventId: string;
  rows: readonly FeedbackView[];
  mayCorrect: boolean;
}

/** What the message was read as and how surely; a click takes a label off or puts one on. */
function Labels({ eventId, rows, mayCorrect }: LabelsProps) {
  const { t, language } = useSpeech();
  const correct = useCorrection(eventId);
  const labels = rows.map(({ label }) => label);
  const others = LABELS.filter((label) => !labels.includes(label));
  const change = (label: FeedbackView["label"]) => correct.mutate((now) => toggled(now, label));
  return (
    <Group gap="sm" aria-busy={correct.isPending}>
      {rows.map(({ id, label, confidence, state }) => (
        <span key={id} className={styles.chip} data-tone={TONES[label]}>
          {t(LABEL_NAMES[label])}
          <span className="quiet">
            {state === "read"
              ? t("{sure} sure", { sure: percent(confidence, language) })
              : state === "confirmed"
                ? t("confirmed by one of us")
                : t("said by one of us")}
          </span>
          {mayCorrect && (label !== "other" || labels.length > 1) && (
            <ActionIcon
              size="xs"
              variant="subtle"
              disabled={correct.isPending}
              aria-label={t("It is not: {label}", { label: t(LABEL_NAMES[label]) })}
              onClick={() => change(label)}
            >
              <X size={12} />
            </ActionIcon>
          )}
        </span>
      ))}
      {mayCorrect && (
        <Menu position="bottom-start" withinPortal>
          <Menu.Target>
            <Button size="compact-xs" variant="subtle" leftSection={<Plus size={12} />} loading={correct.isPending}>
              {t("It is something else")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {others.map((label) => (
              <Menu.Item key={label} onClick={() => change(label)}>
                {t(LABEL_NAMES[label])}
              </Menu.Item>
            ))}
            {rows.some(({ state }) => state === "read") && (
              <Menu.Item onClick={() => correct.mutate((now) => [...now])}>{t("It was read rightly")}</Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
    </Group>
  );
}
