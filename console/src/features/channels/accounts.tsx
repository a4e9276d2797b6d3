import { Button, Drawer, Table } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Empty, Failed, Waiting } from "../../app/states.tsx";
import { useSpeech } from "../../lib/i18n.ts";
import { ago, exactly } from "../../lib/time.ts";
import { ChannelPanel } from "./channel-panel.tsx";
import { ConnectForm } from "./connect-form.tsx";
import { channelsQuery, type ChannelView } from "./queries.ts";
import styles from "./channels.module.css";

/** The accounts through which the hub speaks, and how each of them is. */
export function Accounts({ mayChange }: { mayChange: boolean }) {
  const { t } = useSpeech();
  const channels = useQuery(channelsQuery);
  const [open, setOpen] = useState<string | "new">();
  const connect = mayChange && <Button onClick={() => setOpen("new")}>{t("Connect a channel")}</Button>;
  const chosen = channels.data?.find(({ id }) => id === open);
  return (
    <>
      {connect && channels.data?.length !== 0 && <div>{connect}</div>}
      {channels.isPending ? (
        <Waiting rows={4} />
      ) : channels.isError ? (
        <Failed error={channels.error} onRetry={() => void channels.refetch()} />
      ) : channels.data.length === 0 ? (
        <Empty title={t("No channel yet")} action={connect}>
          {t(
            "A channel is one account on a platform: a Telegram bot, a WeChat account, your website. Connect one to begin.",
          )}
        </Empty>
      ) : (
        <Rows rows={channels.data} onOpen={setOpen} />
      )}
      <Drawer
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        position="right"
        size="lg"
        title={open === "new" ? t("Connect a channel") : (chosen?.name ?? "")}
      >
        {open === "new" && <ConnectForm onDone={(id) => setOpen(id)} />}
        {chosen && <ChannelPanel channel={chosen} mayChange={mayChange} />}
      </Drawer>
    </>
  );
}

function Rows({ rows, onOpen }: { rows: readonly ChannelView[]; onOpen: (id: string) => void }) {
  const { t, language } = useSpeech();
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table stickyHeader highlightOnHover verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            {["Name", "Platform", "State", "Last heard of"].map((head) => (
              <Table.Th key={head}>{t(head)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.id}>
              <Table.Td>
                <button type="button" className={styles.open} onClick={() => onOpen(row.id)}>
                  {row.name}
                </button>
              </Table.Td>
              <Table.Td>{row.adapter}</Table.Td>
              <Table.Td>
                <State channel={row} />
              </Table.Td>
              <Table.Td>
                {row.lastInboundAt ? (
                  <time dateTime={row.lastInboundAt} title={exactly(row.lastInboundAt, language)}>
                    {ago(row.lastInboundAt, new Date(), language)}
                  </time>
                ) : (
                  <span className="quiet">{t("nothing yet")}</span>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function State({ channel }: { channel: ChannelView }) {
  const { t } = useSpeech();
  if (!channel.enabled) return <span className="quiet">{t("switched off")}</span>;
  if (channel.lastError) return <span className={styles.bad}>{t("trouble")}</span>;
  return <span className={styles.good}>{t("open")}</span>;
}
