import { Button, CopyButton, Group, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient, type QueryKey } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Failed, Waiting } from "../../app/states.tsx";
import { api, ApiError, type Call } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import styles from "./settings.module.css";

/** The head of a section: what it is for, and what one does there first. */
export function Head({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <Group justify="space-between" align="flex-start" wrap="nowrap">
      <Stack gap="xs">
        <Title order={1}>{title}</Title>
        {children && <Text className="quiet">{children}</Text>}
      </Stack>
      {action}
    </Group>
  );
}

export function Card({ title, children }: { title?: string; children: ReactNode }) {
  return (
    <section className={styles.card}>
      {title && <Title order={2}>{title}</Title>}
      {children}
    </section>
  );
}

/** Asks for something and shows it, or why it is not there. */
export function Asked<T>({ path, children }: { path: string; children: (data: T) => ReactNode }) {
  const asked = useAsked<T>(path);
  if (asked.isPending) return <Waiting rows={3} />;
  if (asked.isLoadingError) return <Failed error={asked.error} onRetry={() => void asked.refetch()} />;
  return <>{children(asked.data as T)}</>;
}

export function useAsked<T>(path: string) {
  return useQuery({ queryKey: settingKey(path), queryFn: ({ signal }) => api<T>(path, { signal }) });
}

export const settingKey = (path: string): QueryKey => ["setting", path];

/** Does something, and asks anew for what it changed. */
export function useDo<Result = unknown, Given = void>(
  call: (given: Given) => { path: string } & Call,
  changes: readonly string[],
  options: { onDone?: (result: Result) => void; said?: string; quiet?: boolean } = {},
) {
  const client = useQueryClient();
  return useMutation<Result, Error, Given>({
    mutationFn: (given) => {
      const { path, ...rest } = call(given);
      return api<Result>(path, rest);
    },
    async onSuccess(result) {
      await Promise.all(changes.map((path) => client.invalidateQueries({ queryKey: settingKey(path) })));
      options.onDone?.(result);
      if (options.said) notifications.show({ message: options.said });
    },
    onError(error) {
      if (!options.quiet) notifications.show({ color: "red", message: error.message });
    },
  });
}

/** By field, what is wrong with it. */
export function faultsOf(error: Error | null): Readonly<Record<string, string>> {
  return error instanceof ApiError ? error.fields : {};
}

/** What is wrong where no field is to blame. */
export function Fault({ error }: { error: Error | null }) {
  if (!error) return null;
  return (
    <p className={styles.bad} role="alert">
      {error.message}
    </p>
  );
}

/** A secret that is shown this once. */
export function Once({ value, children }: { value: string; children: ReactNode }) {
  const { t } = useSpeech();
  return (
    <div className={styles.once} role="status">
      <Stack gap="sm">
        <span>{children}</span>
        <span className={styles.code}>{value}</span>
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <Button size="xs" variant="default" onClick={copy} style={{ alignSelf: "flex-start" }}>
              {copied ? t("Copied") : t("Copy")}
            </Button>
          )}
        </CopyButton>
      </Stack>
    </div>
  );
}
