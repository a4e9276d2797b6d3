import { Button, Skeleton, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { ApiError } from "../lib/api.ts";
import { useSpeech } from "../lib/i18n.ts";

/** What a list shows before it has anything: the shape of its rows. */
export function Waiting({ rows = 6, height = 44 }: { rows?: number; height?: number }) {
  const { t } = useSpeech();
  return (
    <Stack gap="sm" p="lg" role="status" aria-label={t("Loading")}>
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={height} radius={6} />
      ))}
    </Stack>
  );
}

/** What failed, why, and how to try again. */
export function Failed({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useSpeech();
  const offline = error instanceof ApiError && error.status === 0;
  return (
    <Stack gap="sm" p="xl" align="flex-start" role="alert">
      <Title order={2}>{offline ? t("The hub cannot be reached.") : t("This did not work.")}</Title>
      <Text className="quiet">
        {offline
          ? t("It may be restarting, or your network is gone. What you typed is kept.")
          : error instanceof Error
            ? error.message
            : t("The reason is unknown.")}
      </Text>
      <Button variant="default" onClick={onRetry}>
        {t("Try again")}
      </Button>
    </Stack>
  );
}

/** What this is for, and the one next step. */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <Stack gap="sm" p="xl" align="flex-start" maw={480}>
      <Title order={2}>{title}</Title>
      {children && <Text className="quiet">{children}</Text>}
      {action}
    </Stack>
  );
}

export function Missing() {
  const { t } = useSpeech();
  return <Empty title={t("There is nothing at this address.")}>{t("It may have been moved or removed.")}</Empty>;
}
