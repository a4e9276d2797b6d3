import { Badge, Button, Group, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Advice as AdviceView } from "../../../../src/contract/api-planner.ts";
import { Empty, Failed, Waiting } from "../../app/states.tsx";
import { api } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { decimal, money, percent } from "../../lib/numbers.ts";
import { dayOf, exactly } from "../../lib/time.ts";
import { AskAdvice } from "./ask-advice.tsx";
import { ACTIONS, Kept, Score } from "./advice-words.ts";
import type { Asked } from "./asked.ts";
import { Card, Numbers } from "./card.tsx";
import { adviceQuery, doorNamesQuery } from "./queries.ts";
import styles from "./attribution.module.css";

/** Where the next money should go, and how right such advice has been. */
export function Advice({ asked }: { asked: Asked }) {
  const { t } = useSpeech();
  const list = useInfiniteQuery(adviceQuery);
  const rows = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      <AskAdvice asked={asked} />
      {list.isPending ? (
        <Waiting />
      ) : list.isError ? (
        <Failed error={list.error} onRetry={() => void list.refetch()} />
      ) : rows.length === 0 ? (
        <Empty title={t("No advice has been asked for yet")}>
          {t("Every advice is kept with all that it saw, and held against what happened afterwards.")}
        </Empty>
      ) : (
        <>
          <Record rows={rows} />
          {rows.map((advice) => (
            <One key={advice.id} advice={advice} />
          ))}
        </>
      )}
      {list.hasNextPage && (
        <Button variant="default" onClick={() => void list.fetchNextPage()}>
          {t("More")}
        </Button>
      )}
    </>
  );
}

/** How often it was right, of what has been scored. */
function Record({ rows }: { rows: readonly AdviceView[] }) {
  const { t, language } = useSpeech();
  const scores = rows.flatMap(({ scores: all }) => all.slice(-1).map(({ score }) => Score.parse(score)));
  const right = scores.flatMap((score) => (score.right === null ? [] : [score.right]));
  const within = scores.flatMap((score) => (score.within === null ? [] : [score.within]));
  const mean = (all: readonly number[]) => all.reduce((sum, each) => sum + each, 0) / all.length;
  if (right.length + within.length === 0) {
    return <p className={styles.finding}>{t("Nothing has been scored yet: an advice is held against what happens after it.")}</p>; // prettier-ignore
  }
  return (
    <p className={styles.finding}>
      {right.length > 0 && t("Of its decisions, {share} were right.", { share: percent(mean(right), language) })}{" "}
      {within.length > 0 &&
        t("Of its intervals, {share} held; 95 % should.", { share: percent(mean(within), language) })}
    </p>
  );
}

function One({ advice }: { advice: AdviceView }) {
  const { t, language } = useSpeech();
  const names = useQuery(doorNamesQuery).data;
  const kept = Kept.parse(advice.advice);
  const before = new Map(kept.saw.map((arm) => [arm.id, arm.budget]));
  const write = (amount: number) => money(amount, advice.currency, language);
  const score = advice.scores.at(-1);
  return (
    <Card
      title={t("Advice of {day}", { day: dayOf(advice.createdAt, language) })}
      says={t("For {n} days, from what happened between {from} and {to}.", {
        n: advice.periodDays,
        from: dayOf(advice.from, language),
        to: dayOf(advice.to, language),
      })}
      tools={<span className={styles.label}>{t("attributed, not caused")}</span>}
      csv={{ name: "advice.csv", rows: () => csvRows(kept, names) }}
    >
      <Numbers
        columns={[
          { name: t("Entry point") },
          { name: t("Advice") },
          ...["Now", "Advised", "Return for each unit", "Chance to be the best"].map((name) => ({
            name: t(name),
            isNumber: true,
          })),
        ]}
        rows={kept.arms.map((arm) => [
          names?.get(arm.id) ?? arm.id,
          <span
            key="action"
            className={arm.action === "wait" ? styles.few : undefined}
            title={
              arm.moreConversations > 0
                ? t("about {n} more conversations would tell", { n: arm.moreConversations })
                : undefined
            }
          >
            {t(ACTIONS[arm.action])}
          </span>,
          write(before.get(arm.id) ?? 0),
          <strong key="budget">{write(arm.budget)}</strong>,
          <span key="return">
            {decimal(arm.returnPerUnit.median, language, 2)}{" "}
            <span className="quiet">
              {decimal(arm.returnPerUnit.low, language, 2)} – {decimal(arm.returnPerUnit.high, language, 2)}
            </span>
          </span>,
          percent(arm.chanceBest, language),
        ])}
      />
      {score && <Scored score={score} />}
      <Decision advice={advice} />
    </Card>
  );
}

function csvRows(kept: ReturnType<typeof Kept.parse>, names: ReadonlyMap<string, string> | undefined) {
  return [
    ["entry point", "advice", "budget", "return median", "low", "high", "chance to be the best"],
    ...kept.arms.map(({ id, action, budget, returnPerUnit: { median, low, high }, chanceBest }) => [
      ...[names?.get(id) ?? id, action, budget, median, low, high, chanceBest],
    ]),
  ];
}

function Scored({ score: { to, score } }: { score: AdviceView["scores"][number] }) {
  const { t, language } = useSpeech();
  const { right, within } = Score.parse(score);
  const words = (share: number | null) => (share === null ? t("nothing to judge") : percent(share, language));
  return (
    <p className={styles.says}>
      {t("Held against what happened up to {day}. Decisions that were right: {right}. Intervals that held: {within}.", {
        day: dayOf(to, language),
        right: words(right),
        within: words(within),
      })}
    </p>
  );
}

/** Whether somebody follows it, and why not. */
function Decision({ advice }: { advice: AdviceView }) {
  const { t, language } = useSpeech();
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const last = advice.decisions.at(-1);
  const act = useMutation({
    mutationFn: (order: { path: string; body: unknown }) => api(`/planner/advice/${advice.id}/${order.path}`, { body: order.body }), // prettier-ignore
    async onSuccess() {
      setReason("");
      await client.invalidateQueries({ queryKey: ["advice"] });
    },
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  const decide = (taken: boolean) => act.mutate({ path: "decision", body: { taken, ...(reason.trim() && { reason: reason.trim() }) } }); // prettier-ignore
  return (
    <Group gap="sm" align="center">
      {last && (
        <Badge
          variant="light"
          color={last.taken ? "river" : "gray"}
          radius="sm"
          tt="none"
          fw={400}
          title={exactly(last.at, language)}
        >
          {last.taken ? t("followed") : t("not followed")}
        </Badge>
      )}
      {last && (last.by ?? last.reason) && (
        <span className="quiet">{[last.by, last.reason].filter(Boolean).join(": ")}</span>
      )}
      <TextInput
        size="xs"
        aria-label={t("Why")}
        placeholder={t("Why (may stay empty)")}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Button size="xs" loading={act.isPending} onClick={() => decide(true)}>
        {t("Follow it")}
      </Button>
      <Button size="xs" variant="default" disabled={act.isPending} onClick={() => decide(false)}>
        {t("Do not follow it")}
      </Button>
      <Button
        size="xs"
        variant="subtle"
        disabled={act.isPending}
        onClick={() => act.mutate({ path: "score", body: {} })}
      >
        {t("Hold it against what happened")}
      </Button>
    </Group>
  );
}
