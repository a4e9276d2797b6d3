import { ActionIcon, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Search, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Empty, Failed, Waiting } from "../../app/states.tsx";
import { useSpeech } from "../../lib/i18n.ts";
import { ago, exactly } from "../../lib/time.ts";
import { ChannelDot } from "./channel-dot.tsx";
import { useKeys } from "./keys.ts";
import { LabelChip } from "./labels.tsx";
import { conversationsQuery, searchQuery, type ConversationView } from "./queries.ts";
import { ViewBar } from "./view-bar.tsx";
import { useView } from "./view-state.ts";
import styles from "./inbox.module.css";

const ROW_HEIGHT = 76;
const TYPING_MS = 250;

interface ListedRow {
  conversation: ConversationView;
  /** What was found in it. */
  found?: string | undefined;
}

/** The latest first, or what was found. Only the rows in sight are drawn, so that 100,000 scroll as 100 do. */
export function ConversationList({ openId }: { openId: string | undefined }) {
  const { t } = useSpeech();
  const view = useView();
  const [typed, setTyped] = useState("");
  const [q] = useDebouncedValue(typed.trim(), TYPING_MS);
  const field = useRef<HTMLInputElement>(null);
  useKeys({ "/": () => field.current?.focus() });
  return (
    <section className={styles.list} aria-label={t("Conversations")}>
      <div className={styles.folders}>
        <TextInput
          ref={field}
          leftSection={<Search size={14} />}
          rightSection={
            typed && (
              <ActionIcon variant="subtle" size="sm" aria-label={t("Search no more")} onClick={() => setTyped("")}>
                <X size={14} />
              </ActionIcon>
            )
          }
          aria-label={t("Search people and messages")}
          placeholder={t("Search people and messages")}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            setTyped("");
            field.current?.blur();
          }}
        />
        {q === "" && <ViewBar view={view} />}
      </div>
      {q === "" ? <Listed openId={openId} /> : <Found q={q} openId={openId} />}
    </section>
  );
}

function Listed({ openId }: { openId: string | undefined }) {
  const { t } = useSpeech();
  const { filter } = useView();
  const list = useInfiniteQuery(conversationsQuery(filter));
  if (list.isPending) return <Waiting rows={8} height={52} />;
  if (list.isLoadingError) return <Failed error={list.error} onRetry={() => void list.refetch()} />;
  const rows = list.data?.pages.flatMap(({ items }) => items.map((conversation) => ({ conversation }))) ?? [];
  if (rows.length === 0) {
    return (
      <Empty title={t("Nothing here")}>
        {t("When somebody writes on one of your channels, the conversation stands here within a second.")}
      </Empty>
    );
  }
  const onEnd = () => list.hasNextPage && !list.isFetchingNextPage && void list.fetchNextPage();
  return <Rows rows={rows} openId={openId} onEnd={onEnd} />;
}

function Found({ q, openId }: { q: string; openId: string | undefined }) {
  const { t } = useSpeech();
  const found = useQuery(searchQuery(q));
  if (found.isPending) return <Waiting rows={4} height={52} />;
  if (found.isError) return <Failed error={found.error} onRetry={() => void found.refetch()} />;
  if (found.data.length === 0) {
    return (
      <Empty title={t("Nobody said this")}>{t("Search finds words by their beginning, and people by name.")}</Empty>
    );
  }
  const rows = found.data.map(({ conversation, hit }) => ({ conversation, found: hit?.text }));
  return <Rows rows={rows} openId={openId} onEnd={() => undefined} />;
}

function Rows({ rows, openId, onEnd }: { rows: readonly ListedRow[]; openId: string | undefined; onEnd: () => void }) {
  const { t } = useSpeech();
  const navigate = useNavigate();
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    getItemKey: (index) => rows[index]!.conversation.id,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - 10) onEnd();
  }, [last, rows.length, onEnd]);

  function move(step: number): void {
    const at = rows.findIndex(({ conversation }) => conversation.id === openId);
    const next = Math.min(rows.length - 1, Math.max(0, at + step));
    if (next === at || !rows[next]) return;
    virtual.scrollToIndex(next);
    void navigate({ to: "/inbox/$conversationId", params: { conversationId: rows[next].conversation.id } });
  }
  const [up, down] = [() => move(-1), () => move(1)];
  useKeys({ j: down, k: up, ArrowDown: down, ArrowUp: up });

  return (
    <div ref={frame} className={styles.rows}>
      <ul aria-label={t("Conversations")} style={{ height: virtual.getTotalSize() }} className={styles.rowsInner}>
        {items.map(({ index, key, start }) => (
          <li key={key} className={styles.slot} style={{ transform: `translateY(${start}px)`, height: ROW_HEIGHT }}>
            <Row row={rows[index]!} open={rows[index]!.conversation.id === openId} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Row({ row: { conversation: row, found }, open }: { row: ListedRow; open: boolean }) {
  const { t, language } = useSpeech();
  const unread = row.unread > 0 && !open;
  return (
    <Link
      to="/inbox/$conversationId"
      params={{ conversationId: row.id }}
      className={styles.row}
      data-open={open}
      data-unread={unread}
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
        <span className={styles.words}>{found ?? row.lastMessageText}</span>
        {unread && (
          <span className={styles.unread} aria-label={t("{n} unread", { n: row.unread })}>
            {row.unread > 98 ? "99+" : row.unread}
          </span>
        )}
      </span>
      <span className={styles.marks}>
        {row.owner === "agent" && row.waiting && <span className={styles.waiting}>{t("waits")}</span>}
        {row.assigneeName && <span className={styles.words}>{row.assigneeName}</span>}
        {row.labels.slice(0, 3).map((label) => (
          <LabelChip key={label.id} label={label} />
        ))}
      </span>
    </Link>
  );
}
