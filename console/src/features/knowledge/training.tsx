import { Badge, Button, Group, Progress, Table } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Empty } from "../../app/states.tsx";
import { useSpeech } from "../../lib/i18n.ts";
import { count, decimal, percent } from "../../lib/numbers.ts";
import { Golden } from "./golden.tsx";
import { Answer, Card, Moment } from "./parts.tsx";
import { modelsQuery, useChange, type ModelList } from "./queries.ts";
import { REPLACED, TRAINING } from "./words.ts";
import styles from "./knowledge.module.css";

type Model = ModelList["items"][number];

const STATES: Readonly<Record<Model["state"], string>> = {
  live: "at work",
  candidate: "not taken",
  retired: "replaced",
};

interface TrainingProps {
  /** Trains and keeps the golden set. */
  mayTeach: boolean;
  /** Chooses the model that is at work. */
  mayKeep: boolean;
  readsQuestions: boolean;
}

/** What was learned, by whom it was judged, and the way back. */
export function Training({ mayTeach, mayKeep, readsQuestions }: TrainingProps) {
  const models = useQuery(modelsQuery);
  return (
    <>
      <Answer query={models} rows={3}>
        {(data) => <Models models={data} mayTeach={mayTeach} mayKeep={mayKeep} />}
      </Answer>
      {readsQuestions && <Golden mayTeach={mayTeach} />}
    </>
  );
}

function Models({ models, mayTeach, mayKeep }: { models: ModelList } & Omit<TrainingProps, "readsQuestions">) {
  const { t } = useSpeech();
  const { items, training } = models;
  const train = useChange(() => ({ path: "/knowledge/models/train", method: "POST" }));
  const isBusy = training === "training" || training === "waiting";
  return (
    <Card
      title={t("Trained models")}
      says={t(TRAINING[training])}
      tools={
        mayTeach && (
          <Button size="xs" variant="default" loading={train.isPending} onClick={() => train.mutate()}>
            {t("Train now")}
          </Button>
        )
      }
    >
      {isBusy && <Progress value={100} animated size="xs" aria-label={t(TRAINING[training])} />}
      {items.length === 0 ? (
        <Empty title={t("No model yet")}>
          {t("From the second article on, the hub trains by itself whenever articles or corrections change.")}
        </Empty>
      ) : (
        <ul className={styles.plain}>
          {items.map((model) => (
            <OneModel key={model.id} model={model} mayKeep={mayKeep} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function OneModel({ model, mayKeep }: { model: Model; mayKeep: boolean }) {
  const { t, language } = useSpeech();
  const { id, state, madeAt, reason, promotedAt, promotedBy, figures } = model;
  const promote = useChange(() => ({ path: `/knowledge/models/${id}/promote`, body: {} }));
  const learned = t("{articles} articles, {phrasings} phrasings, {corrections} corrections, in {seconds} s", {
    articles: count(figures.articles, language),
    phrasings: count(figures.phrasings, language),
    corrections: count(figures.corrections, language),
    seconds: decimal(figures.trainMs / 1_000, language),
  });
  return (
    <li>
      <div className={styles.head}>
        <Group gap="sm">
          <strong>
            <Moment at={madeAt} />
          </strong>
          <Badge variant={state === "live" ? "filled" : "default"} radius="sm" className={styles.mark}>
            {t(STATES[state])}
          </Badge>
        </Group>
        {mayKeep && state !== "live" && (
          <Button size="xs" variant="default" loading={promote.isPending} onClick={() => promote.mutate()}>
            {state === "retired" ? t("Go back to this one") : t("Take it nevertheless")}
          </Button>
        )}
      </div>
      {reason !== null && (
        <p>
          {t("Why it is not at work:")} {reason === REPLACED ? t(REPLACED) : <span lang="en">{reason}</span>}
        </p>
      )}
      <p className="quiet">
        {learned}
        {promotedAt !== null && (
          <>
            {" · "}
            {t("taken by {name}", { name: promotedBy ?? "–" })} <Moment at={promotedAt} />
          </>
        )}
      </p>
      <Figures figures={figures} />
    </li>
  );
}

/** By language: how well it found what it had not seen. */
function Figures({ figures }: { figures: Model["figures"] }) {
  const { t, language } = useSpeech();
  const heads = ["Language", "Promise", "Asked unseen", "Found", "Threshold", "Right", "Answered"];
  return (
    <>
      <Table.ScrollContainer minWidth={560}>
        <Table verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              {heads.map((head, at) => (
                <Table.Th key={head} className={at > 1 ? "number" : undefined}>
                  {t(head)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {(["en", "zh"] as const).map((tongue) => {
              const { tested, accuracy, threshold, precision, coverage, isCertified } = figures[tongue];
              const shown = [
                count(tested, language),
                accuracy === null ? "–" : percent(accuracy, language),
                tested === 0 ? "–" : threshold.toFixed(2),
                tested === 0 ? "–" : percent(precision, language),
                tested === 0 ? "–" : percent(coverage, language),
              ];
              return (
                <Table.Tr key={tongue}>
                  <Table.Td>{tongue === "en" ? "English" : "中文"}</Table.Td>
                  <Table.Td>{isCertified ? t("certified") : t("too few to tell")}</Table.Td>
                  {shown.map((each, at) => (
                    <Table.Td key={at} className="number">
                      {each}
                    </Table.Td>
                  ))}
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {figures.golden.total > 0 && (
        <p className="quiet">{t("Golden questions: {right} of {total} right.", figures.golden)}</p>
      )}
    </>
  );
}
