import { Button, Drawer, SegmentedControl, Stack } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Empty, Failed, Waiting } from "../../app/states.tsx";
import { useSpeech } from "../../lib/i18n.ts";
import { money } from "../../lib/numbers.ts";
import { ago, exactly } from "../../lib/time.ts";
import type { Asked } from "./asked.ts";
import { doorNamesQuery, peopleBehindQuery, salesBehindQuery } from "./queries.ts";
import styles from "./attribution.module.css";

/** The people, or the conversions, that a figure of the overview counts. */
export function Behind({ asked }: { asked: Asked }) {
  const { t } = useSpeech();
  const [shows, setShows] = useState("people");
  const { search, set } = asked;
  const isOpen = search.step !== undefined;
  return (
    <Drawer
      opened={isOpen}
      onClose={() => set({ step: undefined, group: undefined })}
      position="right"
      size="lg"
      title={t("Behind the figure")}
    >
      {isOpen && (
        <Stack gap="md">
          <SegmentedControl
            value={shows}
            onChange={setShows}
            data={[
              { value: "people", label: t("People") },
              { value: "sales", label: t("Conversions") },
            ]}
          />
          {shows === "people" ? <People asked={asked} /> : <Sales asked={asked} />}
        </Stack>
      )}
    </Drawer>
  );
}

/** The figure's own filter: without what the list of people does not know. */
function drillOf({ filter, search }: Asked) {
  const { kind: _kind, currency: _currency, model: _model, ...people } = filter;
  return { ...people, ...(search.group !== undefined && { by: search.by, group: search.group }) };
}

function People({ asked }: { asked: Asked }) {
  const { t, language } = useSpeech();
  const list = useInfiniteQuery(peopleBehindQuery({ ...drillOf(asked), step: asked.search.step }));
  const doors = useQuery(doorNamesQuery).data;
  if (list.isPending) return <Waiting />;
  if (list.isError) return <Failed error={list.error} onRetry={() => void list.refetch()} />;
  const rows = list.data.pages.flatMap(({ items }) => items);
  if (rows.length === 0) return <Empty title={t("Nobody stands behind this figure")} />;
  return (
    <>
      <ul className={styles.list}>
        {rows.map(({ contactId, name, stage, at, entryPointId, conversations }) => (
          <li key={contactId}>
            <span>
              <Link to="/people/$contactId" params={{ contactId }}>
                {name ?? t("Nameless")}
              </Link>{" "}
              <span className="quiet">
                {t(stage)} · {(entryPointId && doors?.get(entryPointId)) ?? t("nobody knows from where")}
              </span>
            </span>
            <span className="quiet" title={exactly(at, language)}>
              {ago(at, new Date(), language)}{" "}
              {conversations[0] !== undefined && (
                <Link to="/inbox/$conversationId" params={{ conversationId: conversations[0] }}>
                  {t("Conversation")}
                </Link>
              )}
            </span>
          </li>
        ))}
      </ul>
      {list.hasNextPage && <More onMore={() => void list.fetchNextPage()} isLoading={list.isFetchingNextPage} />}
    </>
  );
}

function Sales({ asked }: { asked: Asked }) {
  const { t, language } = useSpeech();
  const { kind, currency, model } = asked.filter;
  const list = useInfiniteQuery(salesBehindQuery({ ...drillOf(asked), kind, currency, model }));
  if (list.isPending) return <Waiting />;
  if (list.isError) return <Failed error={list.error} onRetry={() => void list.refetch()} />;
  const rows = list.data.pages.flatMap(({ items }) => items);
  if (rows.length === 0) return <Empty title={t("No conversion in this time")} />;
  return (
    <>
      <ul className={styles.list}>
        {rows.map((row) => (
          <li key={row.conversionId}>
            <Link to="/people/$contactId" params={{ contactId: row.contactId }}>
              {money(row.amount, row.currency, language)}
            </Link>
            <span className="quiet" title={exactly(row.at, language)}>
              {t(row.kind)} ·{" "}
              {t(row.turn === "first" ? "first order" : row.turn === "repeat" ? "repeat order" : "other")}
              {row.refunded > 0 &&
                ` · ${t("refunded {sum}", { sum: money(row.refunded, row.currency, language) })}`} ·{" "}
              {ago(row.at, new Date(), language)}
            </span>
          </li>
        ))}
      </ul>
      {list.hasNextPage && <More onMore={() => void list.fetchNextPage()} isLoading={list.isFetchingNextPage} />}
    </>
  );
}

function More({ onMore, isLoading }: { onMore: () => void; isLoading: boolean }) {
  const { t } = useSpeech();
  return (
    <Button variant="default" loading={isLoading} onClick={onMore}>
      {t("More")}
    </Button>
  );
}
