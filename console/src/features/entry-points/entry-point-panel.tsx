import { Button, Code, CopyButton, Group, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { EntryPointDetail } from "../../../../src/contract/api-attribution.ts";
import { Failed, Waiting } from "../../app/states.tsx";
import { api } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import styles from "./entry-points.module.css";

/** What to print: the QR code and the addresses; and the archive, which can be undone. */
export function EntryPointPanel({ id, mayChange, onDone }: { id: string; mayChange: boolean; onDone: () => void }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const detail = useQuery({
    queryKey: ["entry point", id],
    queryFn: ({ signal }) => api<EntryPointDetail>(`/entry-points/${id}`, { signal }),
  });
  const move = useMutation({
    mutationFn: (name: "archive" | "restore") => api(`/entry-points/${id}/${name}`, { method: "POST" }),
    async onSuccess() {
      await Promise.all(
        [["entry points"], ["entry point", id]].map((queryKey) => client.invalidateQueries({ queryKey })),
      );
      onDone();
    },
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  if (detail.isPending) return <Waiting />;
  if (detail.isError) return <Failed error={detail.error} onRetry={() => void detail.refetch()} />;
  const { name, code, url, qr, deepLink, archivedAt } = detail.data;
  return (
    <Stack gap="lg">
      <img src={new URL(qr.svg).pathname} alt={t("QR code of {name}", { name })} className={styles.qr} />
      <Group gap="sm">
        <Button component="a" href={new URL(qr.svg).pathname} download={`${code}.svg`} variant="default">
          SVG
        </Button>
        <Button component="a" href={new URL(qr.png).pathname} download={`${code}.png`} variant="default">
          PNG
        </Button>
      </Group>
      <Address title={t("Short link, to print")} address={url} />
      {deepLink ? (
        <Address title={t("Opens the chat at once")} address={deepLink} />
      ) : (
        <Text className="quiet">{t("Its channel gives no link right now.")}</Text>
      )}
      <Address title={t("Code, to be typed or spoken")} address={code} />
      {mayChange && (
        <Button
          variant="default"
          loading={move.isPending}
          onClick={() => move.mutate(archivedAt ? "restore" : "archive")}
        >
          {archivedAt ? t("Use it again") : t("Archive it")}
        </Button>
      )}
    </Stack>
  );
}

function Address({ title, address }: { title: string; address: string }) {
  const { t } = useSpeech();
  return (
    <div>
      <Title order={2}>{title}</Title>
      <Group gap="sm" wrap="nowrap">
        <Code className={styles.address}>{address}</Code>
        <CopyButton value={address}>
          {({ copied, copy }) => (
            <Button size="xs" variant="default" onClick={copy}>
              {copied ? t("Copied") : t("Copy")}
            </Button>
          )}
        </CopyButton>
      </Group>
    </div>
  );
}
