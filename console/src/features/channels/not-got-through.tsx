import { Button, Code, Group, Progress, Stack } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Empty, Failed, Waiting } from "../../app/states.tsx";
import { api } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { ago, exactly } from "../../lib/time.ts";
import { deadArrivalsQuery, type ArrivalView } from "./queries.ts";
import { readable } from "./raw.ts";
import { useReplayAll } from "./replay-all.ts";
import styles from "./channels.module.css";

/** What platforms delivered and could not be read: kept as it came, and read once more after a fix. */
export function NotGotThrough() {
  const { t } = useSpeech();
  const list = useInfiniteQuery(deadArrivalsQuery);
  if (list.isPending) return <Waiting rows={4} />;
  if (list.isLoadingError) return <Failed error={list.error} onRetry={() => void list.refetch()} />;
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <All isEmpty={items.length === 0} />
      {items.length === 0 ? (
        <Empty title={t("Everything that came could be read")}>
          {t(
            "A message that the hub cannot read is kept here as the platform sent it, with the reason. Nothing is lost.",
          )}
        </Empty>
      ) : (
        <ul className={styles.rows}>
          {items.map((arrival) => (
            <Dead key={arrival.id} arrival={arrival} />
          ))}
        </ul>
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

/** Long work: what is done, what is left, and a way out. */
function All({ isEmpty }: { isEmpty: boolean }) {
  const { t } = useSpeech();
  const { progress, error, start, cancel } = useReplayAll();
  const isRunning = progress?.isRunning ?? false;
  if (isEmpty && !progress) return null;
  return (
    <Stack gap="sm">
      {!isEmpty && (
        <p className="quiet">
          {t("After a fix, an update of the hub or of a channel's settings, read them once more.")}
        </p>
      )}
      <Group gap="sm">
        {!isEmpty && !isRunning && (
          <Button variant="default" onClick={start}>
            {t("Read all of them again")}
          </Button>
        )}
        {isRunning && (
          <Button variant="default" onClick={cancel}>
            {t("Stop")}
          </Button>
        )}
        {progress && (
          <span role="status">
            {t("{done} of {total} are on their way again", {
              done: progress.done - progress.refused,
              total: progress.total,
            })}
            {progress.refused > 0 && ` · ${t("{n} were not dead any more", { n: progress.refused })}`}
          </span>
        )}
      </Group>
      {progress && isRunning && (
        <Progress
          value={progress.total === 0 ? 100 : (progress.done / progress.total) * 100}
          aria-label={t("{done} of {total} are on their way again", { done: progress.done, total: progress.total })}
        />
      )}
      {error instanceof Error && <p role="alert">{error.message}</p>}
    </Stack>
  );
}

function Dead({ arrival }: { arrival: ArrivalView }) {
  const { t, language } = useSpeech();
  const { channelName, receivedAt, reason, payload, key } = arrival;
  const [isOpen, setOpen] = useState(false);
  return (
    <li className={styles.item}>
      <div className={styles.grow}>
        <p>
          <strong>{channelName ?? t("a channel that was deleted")}</strong>{" "}
          <time className="quiet" dateTime={receivedAt} title={exactly(receivedAt, language)}>
            {ago(receivedAt, new Date(), language)}
          </time>
        </p>
        <p className={styles.bad} lang="en">
          {reason ?? t("The reason is unknown.")}
        </p>
        <details onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary className="quiet">{t("As the platform sent it")}</summary>
          {isOpen && <Raw payload={payload} />}
        </details>
        <p className="quiet">
          {t("the platform's number")}: <span className={styles.address}>{key}</span>
        </p>
      </div>
      <Replay id={arrival.id} />
    </li>
  );
}

function Raw({ payload }: { payload: string }) {
  const { t } = useSpeech();
  const { text, isCut } = readable(payload);
  return (
    <>
      <Code block className={styles.raw} tabIndex={0}>
        {text}
      </Code>
      {isCut && <p className="quiet">{t("It is longer than is shown here; an export holds all of it.")}</p>}
    </>
  );
}

function Replay({ id }: { id: string }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const replay = useMutation({
    mutationFn: () => api(`/arrivals/${id}/replay`, { method: "POST" }),
    async onSuccess() {
      await client.invalidateQueries({ queryKey: deadArrivalsQuery.queryKey });
      notifications.show({ message: t("It is read once more; it comes back here if it still cannot be read.") });
    },
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  return (
    <Button size="xs" variant="default" loading={replay.isPending} onClick={() => replay.mutate()}>
      {t("Read it again")}
    </Button>
  );
}
