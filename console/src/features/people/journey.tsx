import { useQuery } from "@tanstack/react-query";
import type { JourneyStep } from "../../../../src/contract/api-attribution.ts";
import { Failed, Waiting } from "../../app/states.tsx";
import { useSpeech, type Language, type Translate } from "../../lib/i18n.ts";
import { money } from "../../lib/numbers.ts";
import { journeyQuery } from "../../lib/people.ts";
import { dayOf, exactly } from "../../lib/time.ts";
import { Block } from "./block.tsx";
import styles from "./people.module.css";

/** Every touch with its method and confidence, every stage and every sale, and what it comes to. */
export function Journey({ id }: { id: string }) {
  const { t, language } = useSpeech();
  const journey = useQuery(journeyQuery(id));
  if (journey.isPending) return <Waiting rows={4} height={28} />;
  if (journey.isError) return <Failed error={journey.error} onRetry={() => void journey.refetch()} />;
  const steps = journey.data;
  return (
    <Block title={t("Way to us")} tools={<span className="quiet">{worthOf(steps, language, t)}</span>}>
      {steps.length === 0 && <p className="quiet">{t("Nobody knows: they wrote without a link or code.")}</p>}
      <ol className={styles.way2}>
        {steps.map((step) => (
          <li key={step.id} data-type={step.type}>
            <time dateTime={step.at} title={exactly(step.at, language)} className="quiet">
              {dayOf(step.at, language)}
            </time>
            <span>
              {wordsOf(step, language, t)}
              {step.type === "touch" && <Sure confidence={step.confidence} method={step.method} />}
            </span>
          </li>
        ))}
      </ol>
    </Block>
  );
}

function Sure({ confidence, method }: { confidence: string; method: string }) {
  const { t } = useSpeech();
  return (
    <span className={styles.sure} data-confidence={confidence}>
      {t("{method}, {confidence} confidence", { method: t(method), confidence: t(confidence) })}
    </span>
  );
}

/** By currency: what was bought less what was given back. */
function worthOf(steps: readonly JourneyStep[], language: Language, t: Translate): string {
  const sums = new Map<string, number>();
  for (const step of steps) {
    if (step.type !== "conversion" && step.type !== "refund") continue;
    sums.set(step.currency, (sums.get(step.currency) ?? 0) + (step.type === "refund" ? -1 : 1) * Math.abs(step.amount));
  }
  const words = [...sums].map(([currency, amount]) => money(amount, currency, language)).join(" · ");
  return words === "" ? "" : t("{sum} in all", { sum: words });
}

function wordsOf(step: JourneyStep, language: Language, t: Translate): string {
  switch (step.type) {
    case "touch":
      return step.entryPoint?.name ?? t("an unknown door");
    case "stage":
      return t("became {stage}: {cause}", { stage: t(step.to), cause: t(step.cause) });
    case "conversion":
      return `${t(step.kind)} · ${money(step.amount, step.currency, language)} · ${step.source}`;
    case "refund":
      return `${t("refund")} · ${money(-Math.abs(step.amount), step.currency, language)} · ${step.source}`;
  }
}
