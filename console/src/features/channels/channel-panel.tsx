import { Button, Code, CopyButton, Group, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleAlert, CircleCheck } from "lucide-react";
import { Failed, Waiting } from "../../app/states.tsx";
import { api } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { channelsQuery, checkQuery, type ChannelView } from "./queries.ts";
import styles from "./channels.module.css";

/** How one channel is: what the platform says of it, where it delivers, and the switch. */
export function ChannelPanel({ channel, mayChange }: { channel: ChannelView; mayChange: boolean }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (call: { path: string; method: "PATCH" | "POST"; body?: unknown }) =>
      api(`/channels/${channel.id}${call.path}`, { method: call.method, body: call.body }),
    onSuccess: () => client.invalidateQueries({ queryKey: channelsQuery.queryKey }),
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  return (
    <Stack gap="lg">
      {channel.lastError && (
        <p className={styles.bad} role="alert">
          {channel.lastError}
        </p>
      )}
      {channel.webhookUrl && (
        <div>
          <Title order={2}>{t("Where the platform delivers")}</Title>
          <Group gap="sm">
            <Code className={styles.address}>{channel.webhookUrl}</Code>
            <CopyButton value={channel.webhookUrl}>
              {({ copied, copy }) => (
                <Button size="xs" variant="default" onClick={copy}>
                  {copied ? t("Copied") : t("Copy")}
                </Button>
              )}
            </CopyButton>
          </Group>
        </div>
      )}
      {mayChange && (
        <Group gap="sm">
          <Button
            variant="default"
            loading={change.isPending}
            onClick={() => change.mutate({ path: "", method: "PATCH", body: { enabled: !channel.enabled } })}
          >
            {channel.enabled ? t("Switch off") : t("Switch on")}
          </Button>
          {channel.webhookUrl && (
            <Button variant="default" onClick={() => change.mutate({ path: "/register", method: "POST" })}>
              {t("Tell the platform the address")}
            </Button>
          )}
        </Group>
      )}
      {mayChange && channel.enabled && <Findings id={channel.id} />}
    </Stack>
  );
}

function Findings({ id }: { id: string }) {
  const { t } = useSpeech();
  const check = useQuery(checkQuery(id));
  return (
    <div>
      <Group justify="space-between">
        <Title order={2}>{t("Is everything as it should be?")}</Title>
        <Button size="xs" variant="default" loading={check.isFetching} onClick={() => void check.refetch()}>
          {t("Ask the platform again")}
        </Button>
      </Group>
      {check.isPending ? (
        <Waiting rows={3} height={20} />
      ) : check.isError ? (
        <Failed error={check.error} onRetry={() => void check.refetch()} />
      ) : (
        <ul className={styles.findings}>
          {check.data.map(({ name, ok, detail }) => (
            <li key={name}>
              {ok ? (
                <CircleCheck size={16} className={styles.good} aria-label={t("good")} />
              ) : (
                <CircleAlert size={16} className={styles.bad} aria-label={t("not good")} />
              )}
              <span>
                <strong>{name}</strong>
                <Text className="quiet">{detail}</Text>
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
