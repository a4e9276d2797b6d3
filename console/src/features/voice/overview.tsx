import { Anchor, SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Empty } from "../../app/states.tsx";
import { LABEL_NAMES } from "../../lib/feedback-words.ts";
import { useSpeech, type Translate } from "../../lib/i18n.ts";
import { count, decimal } from "../../lib/numbers.ts";
import { dayOf } from "../../lib/time.ts";
import { Answer, Card, Moment, Numbers } from "./parts.tsx";
import { digestQuery, exportAddress, type Digest } from "./queries.ts";
import { BY, LABELS, spanOf, type Place, type Search } from "./search.ts";
import { barsOf } from "./series.ts";
import { TimeChart } from "./time-chart.tsx";
import type { TabProps } from "./tab.ts";
import { BY_NAMES, PLURALS, TONES } from "./words.ts";
import styles from "./voice.module.css";

type Group = Digest["groups"][number];
/** Groups that are no labels have tones of their own, from here on: red means a complaint and nothing else. */
const GROUP_TONES = 6;

/** What people said, by kind, theme, channel or entry point, over time. */
export function Overview({ place }: TabProps) {
  const { t } = useSpeech();
  const { search, go } = place;
  const [now] = useState(() => new Date());
  const span = spanOf(search, now);
  const digest = useQuery(digestQuery({ ...span, by: search.by }));
  return (
    <>
      <SegmentedControl
        aria-label={t("Counted by")}
        className={styles.narrow}
        value={search.by}
        onChange={(by) => go({ by: by as Search["by"] })}
        data={BY.map((value) => ({ value, label: t(BY_NAMES[value]) }))}
      />
      <Answer query={digest}>
        {(data) =>
          data.groups.length === 0 ? (
            <Empty title={t("Nobody has said anything in this time")}>
              {t(
                "Every message is read as it comes: complaints, suggestions, praise, questions and buying signals stand here, with the words themselves.",
              )}
            </Empty>
          ) : (
            <Counted digest={data} span={span} place={place} />
          )
        }
      </Answer>
    </>
  );
}

function nameOf({ key, name }: Pick<Group, "key" | "name">, by: Search["by"], t: Translate): string {
  if (by === "label") return t(PLURALS[key as Group["examples"][number]["label"]] ?? "Something else");
  if (name !== null) return name;
  return by === "entryPoint" ? t("nobody knows from where") : t("no theme");
}

/** The filter of the messages that a group is; the API has none for entry points. */
function filterOf({ key }: Group, by: Search["by"]): Partial<Search> | undefined {
  if (key === null) return undefined;
  if (by === "label") return { label: key as NonNullable<Search["label"]> };
  if (by === "theme") return { topic: key };
  return by === "channel" ? { channelId: key } : undefined;
}

function Counted({ digest, span, place }: { digest: Digest; span: { from: string; to: string }; place: Place }) {
  const { t, language } = useSpeech();
  const { groups, by, messages } = digest;
  const bars = barsOf(groups, span.from, span.to);
  const loudest = groups.find(({ key }) => key !== null && key !== "other") ?? groups[0]!;
  const series = bars.groups.map((group, at) => ({
    name: group.isRest ? t("all others") : nameOf(group, by, t),
    tone: by === "label" ? TONES[group.key as keyof typeof TONES] : group.key === null ? TONES.other : GROUP_TONES + at,
    values: group.values,
  }));
  const finding = t("{messages} messages were read. Most often: {group}, {n} times by {people} people.", {
    messages: count(messages, language),
    group: nameOf(loudest, by, t),
    n: count(loudest.total, language),
    people: count(loudest.people, language),
  });
  return (
    <>
      <p className={styles.finding}>{finding}</p>
      <Card
        title={bars.width === 7 ? t("By week") : t("By day")}
        says={t("How often something was said. One message may say several things.")}
      >
        <TimeChart
          title={finding}
          labels={bars.days.map((day) => dayOf(`${day}T12:00:00`, language))}
          series={series}
          write={(value) => count(value, language)}
        />
      </Card>
      <Card
        title={t("In numbers")}
        tools={
          <Anchor size="sm" href={exportAddress({ ...span, by })} download>
            CSV
          </Anchor>
        }
      >
        <Table digest={digest} place={place} />
      </Card>
      <Card title={t("In their own words")} says={t("The clearest examples of each.")}>
        {groups.slice(0, 12).map((group) => (
          <Examples key={group.key ?? ""} group={group} name={nameOf(group, by, t)} showsLabel={by !== "label"} />
        ))}
      </Card>
    </>
  );
}

function Table({ digest: { groups, by }, place: { go } }: { digest: Digest; place: Place }) {
  const { t, language } = useSpeech();
  const labels = by === "label" ? [] : LABELS;
  const columns = [
    { name: t(BY_NAMES[by]) },
    ...[t("Times said"), t("People"), ...labels.map((label) => t(PLURALS[label])), t("Mood, −1 to 1")].map((name) => ({
      name,
      isNumber: true,
    })),
  ];
  const rows = groups.map((group) => {
    const filter = filterOf(group, by);
    const name = nameOf(group, by, t);
    return [
      filter ? (
        <button type="button" className={styles.link} onClick={() => go({ tab: "messages", ...filter })}>
          {name}
        </button>
      ) : (
        name
      ),
      ...[group.total, group.people, ...labels.map((label) => group[label])].map((n) => count(n, language)),
      group.people < 5 ? (
        <span className={styles.few}>{t("too few to tell")}</span>
      ) : (
        decimal(group.sentiment, language, 2)
      ),
    ];
  });
  return <Numbers columns={columns} rows={rows} />;
}

function Examples({ group, name, showsLabel }: { group: Group; name: string; showsLabel: boolean }) {
  const { t } = useSpeech();
  if (group.examples.length === 0) return null;
  return (
    <div>
      <h3 className={styles.small}>{name}</h3>
      <ul className={styles.list}>
        {group.examples.map(({ feedbackId, conversationId, label, text, at }) => (
          <li key={feedbackId}>
            <span className={styles.words}>{text}</span>
            <span className="quiet">
              {showsLabel && `${t(LABEL_NAMES[label])} · `}
              <Moment at={at} /> ·{" "}
              <Link to="/inbox/$conversationId" params={{ conversationId }}>
                {t("Conversation")}
              </Link>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
