import { Button, Group, NumberInput, Radio, Stack } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useSpeech } from "../../lib/i18n.ts";
import { Card, Moment } from "./parts.tsx";
import { useChange, type PromiseView } from "./queries.ts";
import styles from "./knowledge.module.css";

const MODES: Readonly<Record<PromiseView["mode"], { name: string; means: string }>> = {
  auto: {
    name: "Answer as well as can be",
    means:
      "The bot answers where the promise is certified, and with the usual calibration until there is evidence enough.",
  },
  promise: {
    name: "Answer only what is certain",
    means:
      "The bot answers only where the promise is certified. What it would answer else, one of our people confirms.",
  },
  suggest: {
    name: "Suggest every answer",
    means: "One of our people confirms each answer, until its article has been confirmed often enough.",
  },
};

/** The promise itself. Shares are typed in percent. */
export function PromiseForm({ promise, mayKeep }: { promise: PromiseView; mayKeep: boolean }) {
  const { t } = useSpeech();
  const [target, setTarget] = useState<string | number>(inPercent(promise.target));
  const [foreign, setForeign] = useState<string | number>(inPercent(promise.foreignShare));
  const [mode, setMode] = useState(promise.mode);
  const body = { target: Number(target) / 100, foreignShare: Number(foreign) / 100, mode };
  const save = useChange(() => ({ path: "/knowledge/promise", method: "PUT", body }), { quiet: true });
  const isSame =
    mode === promise.mode &&
    inPercent(promise.target) === Number(target) &&
    inPercent(promise.foreignShare) === Number(foreign);
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate();
  }
  return (
    <Card title={t("What is promised")}>
      <form onSubmit={submit}>
        <fieldset className={styles.fields} disabled={!mayKeep}>
          <Stack gap="lg">
            <div className={styles.two}>
              <NumberInput
                label={t("Of the answers given, so many are to be right")}
                description={t("A higher promise means fewer answers: 50 to 99.9 %")}
                {...{ min: 50, max: 99.9, step: 0.5, decimalScale: 1, suffix: " %" }}
                value={target}
                onChange={setTarget}
              />
              <NumberInput
                label={t("Of the questions asked, so many have no article")}
                description={t("The bot must expect them when it judges itself: 1 to 90 %")}
                {...{ min: 1, max: 90, step: 1, decimalScale: 1, suffix: " %" }}
                value={foreign}
                onChange={setForeign}
              />
            </div>
            <Radio.Group
              label={t("Who gives the answers")}
              value={mode}
              onChange={(value) => setMode(value as PromiseView["mode"])}
            >
              <Stack gap="sm" pt="sm">
                {Object.entries(MODES).map(([value, { name, means }]) => (
                  <Radio key={value} value={value} label={t(name)} description={t(means)} disabled={!mayKeep} />
                ))}
              </Stack>
            </Radio.Group>
            {mayKeep && (
              <Group gap="sm">
                <Button type="submit" disabled={isSame} loading={save.isPending}>
                  {t("Promise this")}
                </Button>
                {save.error && <span role="alert">{save.error.message}</span>}
              </Group>
            )}
            {promise.updatedAt !== null && (
              <p className="quiet">
                {t("last changed by {name}", { name: promise.updatedBy ?? "–" })} · <Moment at={promise.updatedAt} />
              </p>
            )}
          </Stack>
        </fieldset>
      </form>
    </Card>
  );
}

function inPercent(share: number): number {
  return Math.round(share * 1_000) / 10;
}
