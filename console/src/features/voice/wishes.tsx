import { Button, Group, SegmentedControl, Select, Textarea } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { Empty } from "../../app/states.tsx";
import { useSpeech } from "../../lib/i18n.ts";
import { Answer, Fault, Moment, More, Whose } from "./parts.tsx";
import { feedbackQuery, useChange, type FeedbackView } from "./queries.ts";
import type { Search } from "./search.ts";
import { piecesOf } from "./spans.ts";
import type { TabProps } from "./tab.ts";
import { PLURALS, STATUS_NAMES, STATUSES_OF, TONES } from "./words.ts";
import styles from "./voice.module.css";

type Kind = Search["kind"];

/** What customers would like, and who sounds like buying; what becomes of each, and that they are told. */
export function Wishes({ place, role }: TabProps) {
  const { t } = useSpeech();
  const { search, go } = place;
  const { kind } = search;
  const status = STATUSES_OF[kind].find((each) => each === search.status);
  const list = useInfiniteQuery(feedbackQuery({ label: kind, status }));
  const mayAnswer = ["owner", "admin", "agent"].includes(role);
  return (
    <>
      <div className={styles.choices}>
        <SegmentedControl
          aria-label={t("Kind")}
          value={kind}
          onChange={(next) => go({ kind: next as Kind, status: undefined })}
          data={(["suggestion", "buying"] as const).map((value) => ({ value, label: t(PLURALS[value]) }))}
        />
        <Select
          aria-label={t("State")}
          value={status ?? ""}
          data={[
            { value: "", label: t("All") },
            ...STATUSES_OF[kind].map((value) => ({ value, label: t(STATUS_NAMES[value]) })),
          ]}
          onChange={(next) => go({ status: (next || undefined) as Search["status"] })}
        />
      </div>
      <Answer query={list}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) return <None kind={kind} isNarrowed={status !== undefined} />;
          return (
            <ul className={styles.rows}>
              {items.map((each) => (
                <Wish key={each.id} wish={each} kind={kind} mayAnswer={mayAnswer} />
              ))}
            </ul>
          );
        }}
      </Answer>
      <More list={list} />
    </>
  );
}

function None({ kind, isNarrowed }: { kind: Kind; isNarrowed: boolean }) {
  const { t } = useSpeech();
  if (isNarrowed) return <Empty title={t("None is in this state")}>{t("Let a filter go.")}</Empty>;
  return kind === "suggestion" ? (
    <Empty title={t("Nobody has suggested anything yet")}>
      {t("Who says how something could be better stands here, and can be told when it is done.")}
    </Empty>
  ) : (
    <Empty title={t("Nobody has sounded like buying yet")}>
      {t("Who asks for a price, a date or how to order stands here.")}
    </Empty>
  );
}

interface WishProps {
  wish: FeedbackView;
  kind: Kind;
  mayAnswer: boolean;
}

function Wish({ wish, kind, mayAnswer }: WishProps) {
  const { t } = useSpeech();
  const [next, setNext] = useState<FeedbackView["status"]>();
  const { id, contact, conversationId, channelName, topic, text, status, note, toldAt, at } = wish;
  return (
    <li className={styles.row}>
      <p className={styles.words}>
        {text === null ? (
          <span className="quiet">{t("This message was taken back.")}</span>
        ) : (
          piecesOf(text, [wish]).map((piece, index) =>
            piece.label === undefined ? (
              piece.text
            ) : (
              <mark key={index} className={styles.span} data-tone={TONES[piece.label]}>
                {piece.text}
              </mark>
            ),
          )
        )}
      </p>
      <Group gap="sm">
        {mayAnswer ? (
          <Select
            size="xs"
            w={170}
            aria-label={t("State")}
            allowDeselect={false}
            value={next ?? status ?? "new"}
            data={STATUSES_OF[kind].map((value) => ({ value, label: t(STATUS_NAMES[value]) }))}
            onChange={(chosen) => setNext(chosen === status ? undefined : (chosen as FeedbackView["status"]))}
          />
        ) : (
          <span>{t(STATUS_NAMES[status ?? "new"])}</span>
        )}
        {toldAt !== null && (
          <span className={styles.good}>
            {t("The customer was told")} <Moment at={toldAt} />
          </span>
        )}
        {status === "adopted" && toldAt === null && mayAnswer && next === undefined && (
          <Button size="compact-sm" variant="default" onClick={() => setNext("adopted")}>
            {t("Tell the customer")}
          </Button>
        )}
      </Group>
      {note !== null && <p className={styles.says}>{note}</p>}
      {next && <StatusForm key={next} id={id} status={next} onDone={() => setNext(undefined)} />}
      <span className="quiet">
        <Whose contact={contact} conversationId={conversationId} /> · {channelName}
        {topic !== null && ` · ${topic}`} · <Moment at={at} />
      </span>
    </li>
  );
}

interface StatusFormProps {
  id: string;
  status: NonNullable<FeedbackView["status"]>;
  onDone: () => void;
}

/** Saying what becomes of it, for us and, where one likes, in the same step to the customer. */
function StatusForm({ id, status, onDone }: StatusFormProps) {
  const { t } = useSpeech();
  const [note, setNote] = useState("");
  const [tell, setTell] = useState("");
  const save = useChange(
    () => ({
      path: `/voice/feedback/${id}/status`,
      body: { status, ...(note.trim() && { note: note.trim() }), ...(tell.trim() && { tell: tell.trim() }) },
    }),
    { quiet: true, onDone },
  );
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate();
  }
  return (
    <form onSubmit={submit} className={styles.form}>
      <Textarea
        label={t("Tell the customer (may stay empty)")}
        placeholder={status === "adopted" ? t("We have done what you suggested: ...") : ""}
        autosize
        minRows={2}
        value={tell}
        onChange={(event) => setTell(event.currentTarget.value)}
      />
      <Textarea
        label={t("Note for us (may stay empty)")}
        autosize
        minRows={1}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Fault error={save.error} />
      <Group gap="sm">
        <Button type="submit" loading={save.isPending}>
          {tell.trim() ? t("Save and tell the customer") : t("Save: {status}", { status: t(STATUS_NAMES[status]) })}
        </Button>
        <Button variant="default" onClick={onDone}>
          {t("Leave it as it was")}
        </Button>
      </Group>
    </form>
  );
}
