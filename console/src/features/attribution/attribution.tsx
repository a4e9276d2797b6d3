import { Tabs, Title } from "@mantine/core";
import { useSpeech } from "../../lib/i18n.ts";
import { Advice } from "./advice.tsx";
import { useAsked, useCurrencies, type Asked } from "./asked.ts";
import { Behind } from "./behind.tsx";
import { Filters } from "./filters.tsx";
import { Models } from "./models.tsx";
import { Money } from "./money.tsx";
import { OverTime } from "./over-time.tsx";
import { Overview } from "./overview.tsx";
import { Paths } from "./paths.tsx";
import { TABS, type Search } from "./search.ts";
import styles from "./attribution.module.css";

const NAMES: Readonly<Record<Search["tab"], string>> = {
  overview: "Overview",
  models: "Models",
  paths: "Paths",
  time: "Over time",
  money: "Money",
  advice: "Advice",
};
const PAGES: Readonly<Record<Search["tab"], (props: { asked: Asked }) => React.ReactNode>> = {
  overview: Overview,
  models: Models,
  paths: Paths,
  time: OverTime,
  money: Money,
  advice: Advice,
};
/** What things cost is not for those who only look on. */
const FOR_PLANNERS: readonly Search["tab"][] = ["money", "advice"];

/** From the first scan to the recommendation: who came from where, and what came of it. */
export function Attribution() {
  const { t } = useSpeech();
  const asked = useCurrencies(useAsked());
  const { search, set, mayDrill } = asked;
  const tabs = TABS.filter((tab) => mayDrill || !FOR_PLANNERS.includes(tab));
  const tab = tabs.includes(search.tab) ? search.tab : "overview";
  const Page = PAGES[tab];
  return (
    <div className={styles.page}>
      <Title order={1}>{t("Attribution")}</Title>
      <Tabs value={tab} onChange={(next) => set({ tab: (next ?? "overview") as Search["tab"] })} keepMounted={false}>
        <Tabs.List className={styles.tabs}>
          {tabs.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {t(NAMES[each])}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab} className={styles.panel}>
          <Filters asked={asked} />
          <Page asked={asked} />
        </Tabs.Panel>
      </Tabs>
      {mayDrill && <Behind asked={asked} />}
    </div>
  );
}
