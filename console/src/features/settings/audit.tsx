import { Button, Group, Table, TextInput } from "@mantine/core";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { AuditView } from "../../../../src/contract/api-staff.ts";
import type { Page } from "../../../../src/contract/route.ts";
import { Failed, Waiting } from "../../app/states.tsx";
import { api } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { ago, exactly } from "../../lib/time.ts";
import { Card, Fault, Head } from "./parts.tsx";
import styles from "./settings.module.css";

interface Verdict {
  ok: boolean;
  entries: number | null;
  head: string | null;
  brokenAt: string | null;
  reason: string | null;
}

/** Who did what, each entry sealed by the one after it. */
export function Audit() {
  const { t } = useSpeech();
  const [action, setAction] = useState("");
  const verify = useMutation({ mutationFn: () => api<Verdict>("/audit/verify") });
  return (
    <>
      <Head
        title={t("Audit")}
        action={
          <Button variant="default" loading={verify.isPending} onClick={() => verify.mutate()}>
            {t("Is the record whole?")}
          </Button>
        }
      >
        {t("Who did what. Each entry covers the one before, so that none can be changed or taken out unseen.")}
      </Head>
      <Fault error={verify.error} />
      {verify.data && <VerdictCard verdict={verify.data} />}
      <Card>
        <TextInput
          label={t("Action")}
          placeholder="token.created"
          w={280}
          value={action}
          onChange={(event) => setAction(event.currentTarget.value)}
        />
        <Entries action={action.trim()} />
      </Card>
    </>
  );
}

function VerdictCard({ verdict }: { verdict: Verdict }) {
  const { t } = useSpeech();
  return (
    <Card>
      {verdict.ok ? (
        <>
          <span className={styles.good}>{t("All {n} entries hold.", { n: verdict.entries ?? 0 })}</span>
          <span className="quiet">{t("Keep this elsewhere; with it a tail that was cut off is found too:")}</span>
          <span className={styles.code}>{verdict.head}</span>
        </>
      ) : (
        <span className={styles.bad}>
          {t("The record is broken at entry {seq}: {reason}", {
            seq: verdict.brokenAt ?? "?",
            reason: verdict.reason ?? "",
          })}
        </span>
      )}
    </Card>
  );
}

function Entries({ action }: { action: string }) {
  const { t, language } = useSpeech();
  const entries = useInfiniteQuery({
    queryKey: ["audit", action],
    queryFn: ({ pageParam, signal }) =>
      api<Page<AuditView>>("/audit", { query: { cursor: pageParam, limit: 50, action: action || null }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
  if (entries.isPending) return <Waiting />;
  if (entries.isError) return <Failed error={entries.error} onRetry={() => void entries.refetch()} />;
  return (
    <>
      <Table.ScrollContainer minWidth={600}>
        <Table verticalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              {["When", "Who", "What", "To what"].map((head) => (
                <Table.Th key={head}>{t(head)}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {entries.data.pages
              .flatMap(({ items }) => items)
              .map((entry) => (
                <Table.Tr key={entry.seq}>
                  <Table.Td title={exactly(entry.at, language)}>{ago(entry.at, new Date(), language)}</Table.Td>
                  <Table.Td>{entry.askerName ?? entry.asker}</Table.Td>
                  <Table.Td>{entry.action}</Table.Td>
                  <Table.Td className={styles.code}>{entry.subject}</Table.Td>
                </Table.Tr>
              ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {entries.hasNextPage && (
        <Group>
          <Button variant="default" loading={entries.isFetchingNextPage} onClick={() => void entries.fetchNextPage()}>
            {t("More")}
          </Button>
        </Group>
      )}
    </>
  );
}
