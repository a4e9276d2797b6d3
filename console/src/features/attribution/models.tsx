import { Button, Select } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Comparison, ModelRunHead, NewModelRun } from "../../../../src/contract/api-reports.ts";
import { Empty } from "../../app/states.tsx";
import { api } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { count, decimal, money } from "../../lib/numbers.ts";
import { ago, dayOf } from "../../lib/time.ts";
import type { Asked } from "./asked.ts";
import { Answer, Card, Numbers, AsTable } from "./card.tsx";
import { DIMENSION_NAMES } from "./filters.tsx";
import { IntervalChart } from "./interval-chart.tsx";
import { LEAST_CONVERSIONS, MODEL_NAMES, Result } from "./model-result.ts";
import { comparisonQuery, modelRunQuery, modelRunsQuery } from "./queries.ts";
import { spanOf } from "./search.ts";
import { Few, Interval } from "./share-cell.tsx";
import styles from "./attribution.module.css";

/** What each model makes of the same ways, side by side, each number with its interval. */
export function Models({ asked }: { asked: Asked }) {
  const { t } = useSpeech();
  const kind = asked.search.kind ?? "order";
  const runs = useQuery(modelRunsQuery(kind));
  return (
    <Answer query={runs}>
      {(heads) => {
        const head = heads.find(({ unit }) => unit === asked.search.by);
        if (head) return <Batch head={head} heads={heads} asked={asked} />;
        return (
          <Empty title={t("No model has been worked out for this yet")} action={<WorkOut asked={asked} kind={kind} />}>
            {t(
              "Eight models share the conversions of the chosen time among the doors that people came through. It takes some seconds, and the result is kept with all that made it.",
            )}
          </Empty>
        );
      }}
    </Answer>
  );
}

function WorkOut({ asked, kind }: { asked: Asked; kind: string }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const { search, zone, now, currency } = asked;
  const work = useMutation({
    mutationFn: () => {
      const order = {
        kind,
        currency: currency ?? "EUR",
        unit: search.by,
        turn: "any" as const,
        ...spanOf(search, zone, now),
      };
      return api<ModelRunHead[]>("/model-runs", { body: order satisfies NewModelRun });
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ["model runs"] }),
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  if (!asked.mayDrill) return null;
  return (
    <Button variant="default" size="xs" loading={work.isPending} onClick={() => work.mutate()}>
      {t("Work it out for this time")}
    </Button>
  );
}

function Batch({ head, heads, asked }: { head: ModelRunHead; heads: readonly ModelRunHead[]; asked: Asked }) {
  const { t, language } = useSpeech();
  const compared = useQuery(comparisonQuery(head.batchId));
  const runs = heads.filter(({ batchId }) => batchId === head.batchId);
  const best = runs.find(({ model }) => model === "shapley") ?? runs[0]!;
  const [model, setModel] = useState<string>(best.model);
  const run = runs.find((each) => each.model === model) ?? best;
  const time = head.from === null ? t("from the beginning to {to}", { to: dayOf(head.to, language) }) : t("{from} to {to}", { from: dayOf(head.from, language), to: dayOf(head.to, language) }); // prettier-ignore
  return (
    <>
      <Card
        title={t("Models side by side")}
        says={`${t("Conversions that each model gives to each, with the 95 % interval below.")} ${t("{time}; touches up to {days} days before count; worked out {ago}.", { time, days: head.windowDays, ago: ago(head.createdAt, new Date(), language) })}`}
        tools={<WorkOut asked={asked} kind={head.kind} />}
        csv={{ name: "models.csv", rows: () => (compared.data ? csvRows(compared.data) : []) }}
      >
        <Answer query={compared} height={320}>
          {(comparison) => <SideBySide comparison={comparison} unit={t(DIMENSION_NAMES[head.unit])} />}
        </Answer>
      </Card>
      <Card
        title={t("What can be told apart")}
        tools={
          <Select
            size="xs"
            aria-label={t("Model")}
            value={run.model}
            allowDeselect={false}
            data={runs.map((each) => ({ value: each.model, label: t(MODEL_NAMES[each.model] ?? each.model) }))}
            onChange={(next) => setModel(next ?? model)}
          />
        }
      >
        <OneModel run={run} />
      </Card>
    </>
  );
}

function csvRows({ models, rows }: Comparison) {
  const head = ["", ...models.flatMap(({ model }) => [model, `${model} low`, `${model} high`])];
  return [
    head,
    ...rows.map(({ name, credits }) => [
      name,
      ...models.flatMap(({ model }) => {
        const credit = credits[model];
        return credit ? [credit.conversions, credit.low, credit.high] : [null, null, null];
      }),
    ]),
  ];
}

function SideBySide({ comparison, unit }: { comparison: Comparison; unit: string }) {
  const { t, language } = useSpeech();
  const order = Object.keys(MODEL_NAMES);
  const models = [...comparison.models].sort((a, b) => order.indexOf(a.model) - order.indexOf(b.model));
  const top = Math.max(1, ...comparison.rows.flatMap(({ credits }) => Object.values(credits).map(({ high }) => high)));
  const all = comparison.rows.reduce((sum, { credits }) => sum + (credits[models[0]!.model]?.conversions ?? 0), 0);
  return (
    <>
      {all < LEAST_CONVERSIONS && (
        <p className={styles.says}>
          <Few />{" "}
          {t("{n} conversions are fewer than the {least} from which models begin to tell something.", {
            n: decimal(all, language),
            least: LEAST_CONVERSIONS,
          })}
        </p>
      )}
      <Numbers
        columns={[
          { name: unit },
          ...models.map(({ model }) => ({ name: t(MODEL_NAMES[model] ?? model), isNumber: true })),
        ]}
        rows={comparison.rows.map(({ touch, name, credits }) => [
          touch === null ? <span className="quiet">{t("nobody knows")}</span> : name,
          ...models.map(({ model }) => {
            const credit = credits[model];
            if (!credit) return "–";
            const range = `${decimal(credit.low, language)} – ${decimal(credit.high, language)}`;
            return (
              <span title={range}>
                {decimal(credit.conversions, language)}
                <Interval low={credit.low / top} high={credit.high / top} />
              </span>
            );
          }),
        ])}
      />
      <Notes notes={[...new Set(models.flatMap(({ notes }) => notes))]} />
    </>
  );
}

function Notes({ notes }: { notes: readonly string[] }) {
  const { t } = useSpeech();
  if (notes.length === 0) return null;
  return (
    <details className={styles.details}>
      <summary>{t("Notes of the models")}</summary>
      <ul className={styles.notes} lang="en">
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </details>
  );
}

function OneModel({ run }: { run: ModelRunHead }) {
  const { t, language } = useSpeech();
  const kept = useQuery(modelRunQuery(run.id));
  return (
    <Answer query={kept} height={260}>
      {({ result, names }) => {
        const { credits, ties, inputs } = Result.parse(result);
        const nameOf = (touch: string | null) => (touch === null ? t("nobody knows") : (names[touch] ?? touch));
        const rows = credits.map((credit) => ({ ...credit, name: nameOf(credit.touch), few: inputs.conversions < LEAST_CONVERSIONS })).sort((a, b) => b.conversions - a.conversions).slice(0, 24); // prettier-ignore
        const title = t("{model}: conversions with 95 % intervals", { model: t(MODEL_NAMES[run.model] ?? run.model) });
        const estimates = rows.map(({ name, conversions: value, low, high, few }) => ({ name, value, low, high, few }));
        return (
          <>
            <Ties ties={ties} nameOf={nameOf} />
            <IntervalChart
              title={title}
              rows={estimates}
              write={(value) => decimal(value, language)}
              few={t("too few to tell")}
            />
            <AsTable
              columns={[
                { name: "" },
                ...["Conversions", "95 % from", "to", "Value"].map((name) => ({ name: t(name), isNumber: true })),
              ]}
              rows={rows.map(({ name, conversions, low, high, value }) => [
                name,
                ...[conversions, low, high].map((each) => decimal(each, language, 2)),
                money(value, run.currency, language),
              ])}
            />
          </>
        );
      }}
    </Answer>
  );
}

interface TiesProps {
  ties: readonly { touches: string[]; moreJourneys: number | null }[];
  nameOf: (touch: string) => string;
}

function Ties({ ties, nameOf }: TiesProps) {
  const { t, language } = useSpeech();
  if (ties.length === 0) return <p className={styles.finding}>{t("All can be told apart by their conversions.")}</p>;
  return (
    <ul className={styles.list}>
      {ties.slice(0, 5).map(({ touches, moreJourneys }) => {
        const names = touches
          .slice(0, 5)
          .map(nameOf)
          .join(language === "zh" ? "、" : ", ");
        const more = touches.length > 5 ? t(" and {n} more", { n: touches.length - 5 }) : "";
        return (
          <li key={touches.join()}>
            <span>
              {moreJourneys === null
                ? t("{names} cannot be told apart, and no number of conversations in sight would do it.", {
                    names: names + more,
                  })
                : t("{names} cannot be told apart yet; about {n} more conversations would.", {
                    names: names + more,
                    n: count(moreJourneys, language),
                  })}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
