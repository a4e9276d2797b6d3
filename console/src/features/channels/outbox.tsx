import { Button, Group, SegmentedControl } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Empty, Failed, Waiting } from "../../app/states.tsx";
import { api } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { ago, exactly } from "../../lib/time.ts";
import { deliveriesQuery, type DeliveryView, type OutboxState } from "./queries.ts";
import { usePlace } from "./search.ts";
import styles from "./channels.module.css";

const STATES: Readonly<Record<OutboxState, { name: string; empty: string; means: string }>> = {
  failed: {
    name: "Not sent",
    empty: "Nothing failed",
    means: "The platform refused these, or was out of reach for too long. People have not read them.",
  },
  "maybe-sent": {
    name: "Perhaps sent",
    empty: "Nothing is in doubt",
    means: "The line broke while these were sent. Look in the app first: sent again, people may read them twice.",
  },
  waiting: {
    name: "Waiting",
    empty: "Nothing waits",
    means: "These go out by themselves, as fast as the platform takes them.",
  },
};

/** Messages of ours that have not reached a platform. */
export function Outbox() {
  const { t } = useSpeech();
  const { place, go } = usePlace();
  const list = useInfiniteQuery(deliveriesQuery(place.state));
  const { empty, means } = STATES[place.state];
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <SegmentedControl
        aria-label={t("Which messages")}
        className={styles.narrow}
        value={place.state}
        onChange={(state) => go({ state: state as OutboxState })}
        data={Object.entries(STATES).map(([value, { name }]) => ({ value, label: t(name) }))}
      />
      {list.isPending ? (
        <Waiting rows={4} />
      ) : list.isLoadingError ? (
        <Failed error={list.error} onRetry={() => void list.refetch()} />
      ) : items.length === 0 ? (
        <Empty title={t(empty)}>
          {t("Messages that do not get through stand here with the reason, to be sent again.")}
        </Empty>
      ) : (
        <>
          <p className="quiet">{t(means)}</p>
          <ul className={styles.rows}>
            {items.map((delivery) => (
              <Delivery key={delivery.id} delivery={delivery} />
            ))}
          </ul>
        </>
      )}
      {list.hasNextPage && (
        <Group>
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t("More")}
          </Button>
        </Group>
      )}
    </>
  );
}

function Delivery({ delivery }: { delivery: DeliveryView }) {
  const { t, language } = useSpeech();
  const { conversationId, channelName, text, state, attempts, error, maybeTwice, createdAt, dueAt } = delivery;
  const now = new Date();
  return (
    <li className={styles.item}>
      <div className={styles.grow}>
        <p className={styles.clip}>
          <Link to="/inbox/$conversationId" params={{ conversationId }}>
            {text || t("a message without text")}
          </Link>
        </p>
        <p className="quiet">
          {channelName} ·{" "}
          <time dateTime={createdAt} title={exactly(createdAt, language)}>
            {ago(createdAt, now, language)}
          </time>{" "}
          · {t("attempts: {n}", { n: attempts })}
          {maybeTwice && ` · ${t("perhaps twice")}`}
          {state === "waiting" && attempts > 0 && (
            <>
              {" · "}
              <span title={exactly(dueAt, language)}>{t("next try {when}", { when: ago(dueAt, now, language) })}</span>
            </>
          )}
        </p>
        {state !== "waiting" && <p className={styles.bad}>{error || t("The platform did not say why.")}</p>}
        {state === "waiting" && error && <p>{error}</p>}
      </div>
      {(state === "failed" || state === "maybe-sent") && <Again delivery={delivery} />}
    </li>
  );
}

function Again({ delivery: { id, state } }: { delivery: DeliveryView }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const again = useMutation({
    mutationFn: () => api(`/deliveries/${id}/retry`, { method: "POST" }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["deliveries"] }),
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  return (
    <Button size="xs" variant="default" loading={again.isPending} onClick={() => again.mutate()}>
      {state === "maybe-sent" ? t("Send again, perhaps twice") : t("Send again")}
    </Button>
  );
}
