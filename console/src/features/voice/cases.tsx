import { Drawer, Select, Switch } from "@mantine/core";
import { useInfiniteQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Empty } from "../../app/states.tsx";
import { useSpeech } from "../../lib/i18n.ts";
import { meQuery } from "../../lib/me.ts";
import { Due, SeverityBadge } from "./case-marks.tsx";
import { CasePanel } from "./case-panel.tsx";
import { Answer, Moment, More } from "./parts.tsx";
import { casesQuery, type CaseView } from "./queries.ts";
import { CASE_STATES, SEVERITIES, type Place, type Search } from "./search.ts";
import type { TabProps } from "./tab.ts";
import { SEVERITY_NAMES, STATE_NAMES } from "./words.ts";
import styles from "./voice.module.css";

/** What must be put right, by when, and by whom. */
export function Cases({ place, role }: TabProps) {
  const { t } = useSpeech();
  const { search, go } = place;
  const { data: me } = useSuspenseQuery(meQuery);
  const { state, severity, overdue, mine } = search;
  const ownerId = mine ? (me.staffId ?? undefined) : undefined;
  const list = useInfiniteQuery(casesQuery({ state, severity, ownerId, overdue: overdue || undefined }));
  const isNarrowed = [state, severity, overdue, mine].some((value) => value !== undefined);
  return (
    <>
      <Filters place={place} />
      <Answer query={list}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length > 0) return <Rows items={items} onOpen={(id) => go({ case: id })} />;
          return isNarrowed ? (
            <Empty title={t("No case like this")}>{t("Let a filter go.")}</Empty>
          ) : (
            <Empty title={t("No case is open")}>
              {t(
                "A complaint opens one by itself, with a time until which there must be an answer. One can be opened from a message, too.",
              )}
            </Empty>
          );
        }}
      </Answer>
      <More list={list} />
      <Drawer
        opened={search.case !== undefined}
        onClose={() => go({ case: undefined })}
        position="right"
        size="lg"
        closeButtonProps={{ "aria-label": t("Close") }}
        title={t("Case")}
      >
        {search.case !== undefined && <CasePanel key={search.case} id={search.case} role={role} />}
      </Drawer>
    </>
  );
}

function Filters({ place: { search, go } }: { place: Place }) {
  const { t } = useSpeech();
  return (
    <div className={styles.filters} role="group" aria-label={t("Filters")}>
      <Select
        label={t("State")}
        value={search.state ?? ""}
        data={[
          { value: "", label: t("All") },
          ...CASE_STATES.map((value) => ({ value, label: t(STATE_NAMES[value]) })),
        ]}
        onChange={(state) => go({ state: (state || undefined) as Search["state"] })}
      />
      <Select
        label={t("Severity")}
        value={search.severity ?? ""}
        data={[
          { value: "", label: t("All") },
          ...SEVERITIES.map((value) => ({ value, label: t(SEVERITY_NAMES[value]) })),
        ]}
        onChange={(severity) => go({ severity: (severity || undefined) as Search["severity"] })}
      />
      <Switch
        className={styles.switch}
        label={t("Only overdue")}
        checked={search.overdue === true}
        onChange={(event) => go({ overdue: event.currentTarget.checked || undefined })}
      />
      <Switch
        className={styles.switch}
        label={t("Only mine")}
        checked={search.mine === true}
        onChange={(event) => go({ mine: event.currentTarget.checked || undefined })}
      />
    </div>
  );
}

function Rows({ items, onOpen }: { items: readonly CaseView[]; onOpen: (id: string) => void }) {
  const { t } = useSpeech();
  return (
    <ul className={styles.rows}>
      {items.map((each) => (
        <li key={each.id} className={styles.row}>
          <button type="button" className={styles.open} onClick={() => onOpen(each.id)}>
            <span className={styles.badges}>
              <SeverityBadge severity={each.severity} />
              <strong>{each.contact.name ?? t("Nameless")}</strong>
              <span className="quiet">{t(STATE_NAMES[each.state])}</span>
              <Due of={each} />
            </span>
            <span className={styles.clip}>
              {each.text ?? (each.source === "agent" ? t("Opened by one of us") : t("The message is gone."))}
            </span>
            <span className="quiet">
              {each.owner?.name ?? t("nobody's yet")}
              {each.topic !== null && ` · ${each.topic}`}
              {each.messages > 1 && ` · ${t("{n} complaints", { n: each.messages })}`} · <Moment at={each.openedAt} />
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
