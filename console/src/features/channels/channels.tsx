import { Tabs, Title } from "@mantine/core";
import { useSuspenseQuery } from "@tanstack/react-query";
import { useSpeech } from "../../lib/i18n.ts";
import { meQuery, type Role } from "../../lib/me.ts";
import { Accounts } from "./accounts.tsx";
import { NotGotThrough } from "./not-got-through.tsx";
import { Outbox } from "./outbox.tsx";
import { TABS, usePlace, type Place } from "./search.ts";
import styles from "./channels.module.css";

type Tab = Place["tab"];

const NAMES: Readonly<Record<Tab, string>> = {
  accounts: "Accounts",
  arrivals: "Not got through",
  outbox: "Outbox",
};

/** What came and went is people's words: who may read them, as the hub decides it too. */
const READERS: Readonly<Record<Tab, readonly Role[]>> = {
  accounts: ["owner", "admin", "agent", "moderator", "marketer", "viewer"],
  arrivals: ["owner", "admin"],
  outbox: ["owner", "admin", "agent"],
};

/** The hub's accounts on the platforms, and what did not get through, in or out. */
export function Channels() {
  const { t } = useSpeech();
  const { data: me } = useSuspenseQuery(meQuery);
  const { place, go } = usePlace();
  const tabs = TABS.filter((tab) => READERS[tab].includes(me.role));
  const tab = tabs.includes(place.tab) ? place.tab : "accounts";
  return (
    <div className={styles.page}>
      <Title order={1}>{t("Channels")}</Title>
      <Tabs value={tab} onChange={(next) => go({ tab: (next ?? "accounts") as Tab })} keepMounted={false}>
        <Tabs.List className={styles.tabs}>
          {tabs.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {t(NAMES[each])}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab} className={styles.panel}>
          {tab === "accounts" && <Accounts mayChange={me.role === "owner" || me.role === "admin"} />}
          {tab === "arrivals" && <NotGotThrough />}
          {tab === "outbox" && <Outbox />}
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}
