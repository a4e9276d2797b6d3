import { Select } from "@mantine/core";
import { useInfiniteQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { Empty, Failed, Waiting } from "../../app/states.tsx";
import { useSpeech } from "../../lib/i18n.ts";
import { meQuery } from "../../lib/me.ts";
import { ago, exactly } from "../../lib/time.ts";
import { ChannelDot } from "./channel-dot.tsx";
import { conversationsQuery, FOLDERS, type ConversationView, type Folder } from "./queries.ts";
import styles from "./inbox.module.css";

const ROW_HEIGHT = 68;
const NAMES: Readonly<Record<Folder, string>> = {
  waiting: "For people",
  mine: "Mine",
  open: "Open",
  bot: "With the bot",
  resolved: "Resolved",
};

/** The latest first. Only the rows in sight are drawn, so that 100,000 scroll as 100 do. */
export function ConversationList({ openId }: { openId: string | undefined }) {
  const { t } = useSpeech();
  const { data: me } = useSuspenseQuery(meQuery);
  const [folder, setFolder] = useState<Folder>("open");
  const list = useInfiniteQuery(conversationsQuery(folder, me.staffId));
  return (
    <section className={styles.list} aria-label={t("Conversations")}>
      <div className={styles.folders}>
        <Select
          aria-label={t("Which conversations")}
          value={folder}
          allowDeselect={false}
          onChange={(value) => setFolder((value ?? folder) as Folder)}
          data={FOLDERS.map((each) => ({ value: each, label: t(NAMES[each]) }))}
        />
      </div>
      {list.isPending ? (
        <Waiting rows={8} height={52} />
      ) : list.isError ? (
        <Failed error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <Rows
          rows={list.data.pages.flatMap(({ items }) => items)}
          openId={openId}
          onEnd={() => list.hasNextPage && !list.isFetchingNextPage && void list.fetchNextPage()}
        />
      )}
    </section>
  );
}

function Rows({
  rows,
  openId,
  onEnd,
}: {
  rows: readonly ConversationView[];
  openId: string | undefined;
  onEnd: () => void;
}) {
  const { t } = useSpeech();
  const navigate = useNavigate();
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    getItemKey: (index) => rows[index]!.id,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - 10) onEnd();
  }, [last, rows.length, onEnd]);

  function move(event: KeyboardEvent): void {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const next = rows[Math.max(0, rows.findIndex(({ id }) => id === openId) + step)];
    if (!next) return;
    virtual.scrollToIndex(rows.indexOf(next));
    void navigate({ to: "/inbox/$conversationId", params: { conversationId: next.id } });
  }

  if (rows.length === 0) {
    return (
      <Empty title={t("Nothing here")}>
        {t("When somebody writes on one of your channels, the conversation stands here within a second.")}
      </Empty>
    );
  }
  return (
    <div ref={frame} className={styles.rows} onKeyDown={move}>
      <div style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {items.map(({ index, key, start }) => (
          <div key={key} className={styles.slot} style={{ transform: `translateY(${start}px)`, height: ROW_HEIGHT }}>
            <Row row={rows[index]!} open={rows[index]!.id === openId} />
          </div>
        ))}
      </div>
    </div>
  );
}

function Row({ row, open }: { row: ConversationView; open: boolean }) {
  const { t, language } = useSpeech();
  return (
    <Link
      to="/inbox/$conversationId"
      params={{ conversationId: row.id }}
      className={styles.row}
      data-open={open}
      aria-current={open ? "true" : undefined}
    >
      <span className={styles.who}>
        <ChannelDot adapter={row.adapter} name={row.channelName} />
        <strong className={styles.name}>{row.title ?? row.contact?.name ?? t("Nameless")}</strong>
        {row.lastMessageAt && (
          <time className={styles.when} dateTime={row.lastMessageAt} title={exactly(row.lastMessageAt, language)}>
            {ago(row.lastMessageAt, new Date(), language)}
          </time>
        )}
      </span>
      <span className={styles.preview}>
        <span className={styles.words}>{row.lastMessageText}</span>
        {row.owner === "agent" && row.waiting && <span className={styles.waiting}>{t("waits")}</span>}
      </span>
    </Link>
  );
}
