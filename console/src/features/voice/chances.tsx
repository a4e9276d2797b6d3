import { Button, Drawer, Group, SegmentedControl } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Empty } from "../../app/states.tsx";
import { useSpeech } from "../../lib/i18n.ts";
import { count, percent } from "../../lib/numbers.ts";
import { Answer, Card, Moment, More, Numbers, sayWithUndo, Whose } from "./parts.tsx";
import {
  chanceResultsQuery,
  chancesQuery,
  rulesQuery,
  useChange,
  type OpportunityRuleView,
  type OpportunityView,
} from "./queries.ts";
import { RuleForm } from "./rule-form.tsx";
import { OUTCOMES, type Place, type Search } from "./search.ts";
import type { TabProps } from "./tab.ts";
import { LISTEN_NAMES, OUTCOME_NAMES } from "./words.ts";
import styles from "./voice.module.css";

/** Who could be offered something, what came of it, and the rules that find them. */
export function Chances({ place, role }: TabProps) {
  const mayTalk = ["owner", "admin", "agent"].includes(role);
  const mayPlan = ["owner", "admin", "marketer"].includes(role);
  return (
    <>
      <Rules mayPlan={mayPlan} />
      <Found place={place} mayTalk={mayTalk} />
    </>
  );
}

/** With fewer decided ones than this, a share of them says nothing. */
const LEAST_DECIDED = 30;

function Rules({ mayPlan }: { mayPlan: boolean }) {
  const { t, language } = useSpeech();
  const rules = useQuery(rulesQuery);
  const results = useQuery(chanceResultsQuery).data?.items ?? [];
  const [open, setOpen] = useState<OpportunityRuleView | "new">();
  const columns = [
    { name: t("Rule") },
    { name: t("Listens for") },
    ...[t("Found"), t("Offered"), t("Won"), t("Lost"), t("Won of the decided")].map((name) => ({
      name,
      isNumber: true,
    })),
  ];
  const rowOf = (rule: OpportunityRuleView) => {
    const found = results.find((each) => each.rule.id === rule.id);
    const decided = (found?.won ?? 0) + (found?.lost ?? 0);
    return [
      <button key="open" type="button" className={styles.link} onClick={() => setOpen(rule)}>
        {rule.name}
        {!rule.enabled && <span className="quiet"> · {t("switched off")}</span>}
      </button>,
      <span key="words" className="quiet">
        {rule.keywords.length > 0 ? rule.keywords.slice(0, 6).join(t(", ")) : t(LISTEN_NAMES[rule.trigger])}
      </span>,
      ...[found?.found, found?.offered, found?.won, found?.lost].map((n) => count(n ?? 0, language)),
      decided < LEAST_DECIDED ? (
        <span key="few" className={styles.few}>
          {t("too few to tell")}
        </span>
      ) : (
        percent(found!.won / decided, language)
      ),
    ];
  };
  return (
    <Card
      title={t("Rules")}
      says={t(
        "What to listen for, and what to offer. The agent sees the sentence beside the conversation; the bot says it only where a rule lets it.",
      )}
      tools={mayPlan && <Button onClick={() => setOpen("new")}>{t("Make a rule")}</Button>}
    >
      <Answer query={rules}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet">
              {t("No rule yet. Begin with what you would like to be asked about: gift, wedding, office.")}
            </p>
          ) : (
            <Numbers columns={columns} rows={items.map(rowOf)} />
          )
        }
      </Answer>
      <Drawer
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        position="right"
        size="lg"
        closeButtonProps={{ "aria-label": t("Close") }}
        title={open === "new" ? t("Make a rule") : open?.name}
      >
        {open !== undefined && (
          <RuleForm rule={open === "new" ? undefined : open} mayPlan={mayPlan} onDone={() => setOpen(undefined)} />
        )}
      </Drawer>
    </Card>
  );
}

function Found({ place: { search, go }, mayTalk }: { place: Place; mayTalk: boolean }) {
  const { t } = useSpeech();
  const list = useInfiniteQuery(chancesQuery({ outcome: search.outcome, ruleId: search.rule }));
  return (
    <Card
      title={t("Found")}
      tools={
        <SegmentedControl
          aria-label={t("State")}
          value={search.outcome ?? ""}
          onChange={(outcome) => go({ outcome: (outcome || undefined) as Search["outcome"] })}
          data={[
            { value: "", label: t("All") },
            ...OUTCOMES.map((value) => ({ value, label: t(OUTCOME_NAMES[value]) })),
          ]}
        />
      }
    >
      <Answer query={list}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) {
            return search.outcome === undefined ? (
              <Empty title={t("No opportunity was found yet")}>
                {t("As soon as a message fits a rule, the person stands here with the sentence to say.")}
              </Empty>
            ) : (
              <Empty title={t("None is in this state")}>{t("Let a filter go.")}</Empty>
            );
          }
          return (
            <ul className={styles.rows}>
              {items.map((each) => (
                <Chance key={each.id} chance={each} mayTalk={mayTalk} />
              ))}
            </ul>
          );
        }}
      </Answer>
      <More list={list} />
    </Card>
  );
}

type Patch = Partial<Pick<OpportunityView, "outcome" | "note">> & { offered?: true };

function Chance({ chance, mayTalk }: { chance: OpportunityView; mayTalk: boolean }) {
  const { t, language } = useSpeech();
  const { id, rule, contact, conversationId, confidence, suggestion, url, foundAt, offeredAt, offeredBy, outcome } =
    chance;
  const back = useChange<Patch>((patch) => ({ path: `/voice/opportunities/${id}`, method: "PATCH", body: patch }));
  const change = useChange<Patch>((patch) => ({ path: `/voice/opportunities/${id}`, method: "PATCH", body: patch }), {
    onDone(_result, patch) {
      if (patch.outcome === undefined) return;
      sayWithUndo(`chance ${id}`, t("Noted: {outcome}.", { outcome: t(OUTCOME_NAMES[patch.outcome]) }), {
        label: t("Take it back"),
        run: () => back.mutate({ outcome }),
      });
    },
  });
  const to = (next: OpportunityView["outcome"]) => (
    <Button
      key={next}
      size="compact-xs"
      variant="default"
      disabled={change.isPending}
      onClick={() => change.mutate({ outcome: next })}
    >
      {t(OUTCOME_NAMES[next])}
    </Button>
  );
  return (
    <li className={styles.row}>
      <span className={styles.badges}>
        <strong>{rule.name}</strong>
        <span className="quiet">{t("{sure} sure", { sure: percent(confidence, language) })}</span>
        <span className={outcome === "won" ? styles.good : "quiet"}>{t(OUTCOME_NAMES[outcome])}</span>
      </span>
      <p className={styles.words}>
        {suggestion}
        {url !== null && <span className="quiet"> {url}</span>}
      </p>
      <Group gap="sm">
        {offeredAt === null ? (
          mayTalk && (
            <Button
              size="compact-xs"
              variant="default"
              disabled={change.isPending}
              onClick={() => change.mutate({ offered: true })}
            >
              {t("I have offered it")}
            </Button>
          )
        ) : (
          <span className="quiet">
            {offeredBy === "bot" ? t("offered by the bot") : t("offered by one of us")} <Moment at={offeredAt} />
          </span>
        )}
        {mayTalk && OUTCOMES.filter((each) => each !== outcome).map(to)}
      </Group>
      <span className="quiet">
        <Whose contact={contact} conversationId={conversationId} /> · <Moment at={foundAt} />
      </span>
    </li>
  );
}
