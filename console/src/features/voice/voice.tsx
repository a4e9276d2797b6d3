import { Select, Tabs, Title } from "@mantine/core";
import { useSuspenseQuery } from "@tanstack/react-query";
import { useSpeech } from "../../lib/i18n.ts";
import { meQuery, type Role } from "../../lib/me.ts";
import { Cases } from "./cases.tsx";
import { Chances } from "./chances.tsx";
import { Messages } from "./messages.tsx";
import { Overview } from "./overview.tsx";
import { RoomSettings } from "./room-settings.tsx";
import { PERIODS, TABS, usePlace, type Search } from "./search.ts";
import { Surveys } from "./surveys.tsx";
import type { TabProps } from "./tab.ts";
import { Wishes } from "./wishes.tsx";
import { PERIOD_NAMES, TAB_NAMES } from "./words.ts";
import styles from "./voice.module.css";

interface Tab {
  Page: (props: TabProps) => React.ReactNode;
  roles: readonly Role[];
}

const HEARERS: readonly Role[] = ["owner", "admin", "agent", "moderator", "marketer"];
const SELLERS: readonly Role[] = ["owner", "admin", "agent", "marketer"];
const PAGES: Readonly<Record<Search["tab"], Tab>> = {
  overview: { Page: Overview, roles: HEARERS },
  messages: { Page: Messages, roles: HEARERS },
  cases: { Page: Cases, roles: ["owner", "admin", "agent", "moderator"] },
  wishes: { Page: Wishes, roles: HEARERS },
  chances: { Page: Chances, roles: SELLERS },
  surveys: { Page: Surveys, roles: [...SELLERS, "viewer"] },
  settings: { Page: RoomSettings, roles: [...SELLERS, "viewer"] },
};
const WITH_PERIOD: readonly Search["tab"][] = ["overview", "messages", "surveys"];

/** What customers say about us, and what becomes of it. */
export function Voice() {
  const { t } = useSpeech();
  const { data: me } = useSuspenseQuery(meQuery);
  const place = usePlace();
  const { search, go } = place;
  const tabs = TABS.filter((tab) => PAGES[tab].roles.includes(me.role));
  const tab = tabs.includes(search.tab) ? search.tab : tabs[0]!;
  const { Page } = PAGES[tab];
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <Title order={1}>{t("Voice of the customer")}</Title>
        {WITH_PERIOD.includes(tab) && (
          <Select
            aria-label={t("Time")}
            w={170}
            value={search.period}
            allowDeselect={false}
            data={PERIODS.map((value) => ({ value, label: t(PERIOD_NAMES[value]) }))}
            onChange={(period) => go({ period: (period ?? search.period) as Search["period"] })}
          />
        )}
      </header>
      <Tabs value={tab} onChange={(next) => go({ tab: (next ?? tab) as Search["tab"] })} keepMounted={false}>
        <Tabs.List className={styles.tabs}>
          {tabs.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {t(TAB_NAMES[each])}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab} className={styles.panel}>
          <Page place={place} role={me.role} />
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}
