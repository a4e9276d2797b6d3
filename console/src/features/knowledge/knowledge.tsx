import { Tabs, Title } from "@mantine/core";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useSpeech } from "../../lib/i18n.ts";
import { meQuery, type Role } from "../../lib/me.ts";
import { ArticlePanel } from "./article-panel.tsx";
import { Articles } from "./articles.tsx";
import { Corrections } from "./corrections.tsx";
import { Documents } from "./documents.tsx";
import { PromisePage } from "./promise.tsx";
import { TABS, usePlace, type Place } from "./search.ts";
import { Suggestions } from "./suggestions.tsx";
import { TestBench } from "./test-bench.tsx";
import { Training } from "./training.tsx";
import { UnansweredQuestions } from "./unanswered.tsx";
import styles from "./knowledge.module.css";

type Tab = Place["tab"];

const NAMES: Readonly<Record<Tab, string>> = {
  articles: "Articles",
  documents: "Documents",
  bench: "Test bench",
  unanswered: "Unanswered",
  suggestions: "Suggestions",
  corrections: "Corrections",
  promise: "Promise",
  training: "Training",
};
/** Questions are people's words, and not for those who only look on. */
const QUESTIONS: readonly Tab[] = ["unanswered", "suggestions", "corrections"];

function mayOf(role: Role) {
  const isOneOf = (...roles: Role[]) => roles.includes(role);
  return {
    mayKeep: isOneOf("owner", "admin"),
    mayTeach: isOneOf("owner", "admin", "agent"),
    mayWrite: isOneOf("owner", "admin", "agent", "marketer"),
    readsQuestions: role !== "viewer",
  };
}

const PAGES: Readonly<Record<Tab, (may: ReturnType<typeof mayOf>) => ReactNode>> = {
  articles: (may) => <Articles {...may} />,
  documents: (may) => <Documents {...may} />,
  bench: () => <TestBench />,
  unanswered: (may) => <UnansweredQuestions {...may} />,
  suggestions: (may) => <Suggestions {...may} />,
  corrections: (may) => <Corrections {...may} />,
  promise: (may) => <PromisePage {...may} />,
  training: (may) => <Training {...may} />,
};

/** What the bot knows, what it would say, and how it learns better. */
export function Knowledge() {
  const { t } = useSpeech();
  const { data: me } = useSuspenseQuery(meQuery);
  const { place, go } = usePlace();
  const may = mayOf(me.role);
  const tabs = TABS.filter((tab) => may.readsQuestions || !QUESTIONS.includes(tab));
  const tab = tabs.includes(place.tab) ? place.tab : "articles";
  return (
    <div className={styles.page}>
      <Title order={1}>{t("Knowledge")}</Title>
      <Tabs value={tab} onChange={(next) => go({ tab: (next ?? "articles") as Tab })} keepMounted={false}>
        <Tabs.List className={styles.tabs}>
          {tabs.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {t(NAMES[each])}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab} className={styles.panel}>
          {PAGES[tab](may)}
        </Tabs.Panel>
      </Tabs>
      <ArticlePanel {...may} />
    </div>
  );
}
