import { ActionIcon, Button, Group, Menu } from "@mantine/core";
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { AlarmClock, Tag, UserPlus } from "lucide-react";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { meQuery } from "../../lib/me.ts";
import { useKeys } from "./keys.ts";
import { LabelMenu } from "./labels.tsx";
import { colleaguesQuery, keepConversation, type ConversationView } from "./queries.ts";
import { sayFailure } from "./say-failure.ts";
import { WhenMenu } from "./when-menu.tsx";
import styles from "./inbox.module.css";

type Opened = "assign" | "labels" | "snooze" | undefined;
const HOLDERS: readonly string[] = ["owner", "admin", "agent"];

/** Who has the word, and the ways to change that. */
export function ConversationActions({ conversation }: { conversation: ConversationView }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const { data: me } = useSuspenseQuery(meQuery);
  const [opened, setOpened] = useState<Opened>();
  const act = useMutation({
    mutationFn: ({ name, body }: { name: string; body?: unknown }) =>
      api<ConversationView>(`/conversations/${conversation.id}/${name}`, {
        method: "POST",
        ...(body !== undefined && { body }),
      }),
    onSuccess(changed) {
      keepConversation(client, changed);
      void client.invalidateQueries({ queryKey: ["conversations"] });
    },
    onError: sayFailure,
  });
  const mayWrite = HOLDERS.includes(me.role);
  const resolve = () => act.mutate({ name: conversation.status === "resolved" ? "reopen" : "resolve" });
  const toggle = (which: Opened) => (open: boolean) => setOpened(open ? which : undefined);
  useKeys(
    mayWrite
      ? { e: resolve, s: () => setOpened("snooze"), a: () => setOpened("assign"), l: () => setOpened("labels") }
      : {},
  );
  if (!mayWrite) return null;
  const button = (name: string, words: string) => (
    <Button
      size="xs"
      variant="default"
      loading={act.isPending && act.variables.name === name}
      onClick={() => act.mutate({ name })}
    >
      {t(words)}
    </Button>
  );
  return (
    <Group gap="xs" wrap="nowrap" className={styles.actions}>
      <LabelMenu conversation={conversation} opened={opened === "labels"} onChange={toggle("labels")}>
        <ActionIcon variant="subtle" size={36} aria-label={t("Labels")} title={`${t("Labels")} (l)`}>
          <Tag size={18} />
        </ActionIcon>
      </LabelMenu>
      <AssignMenu
        opened={opened === "assign"}
        onChange={toggle("assign")}
        onChoose={(staffId) => act.mutate({ name: "assign", body: { staffId } })}
        assigneeId={conversation.assigneeId}
      />
      <WhenMenu
        title={t("Put aside until")}
        opened={opened === "snooze"}
        onChange={toggle("snooze")}
        onChoose={(at) => act.mutate({ name: "snooze", body: { until: at.toISOString() } })}
      >
        <ActionIcon variant="subtle" size={36} aria-label={t("Put aside")} title={`${t("Put aside")} (s)`}>
          <AlarmClock size={18} />
        </ActionIcon>
      </WhenMenu>
      {conversation.owner === "bot" ? button("take", "Take from the bot") : button("give-back", "Give back to the bot")}
      {conversation.status === "resolved" ? button("reopen", "Reopen") : button("resolve", "Resolve")}
    </Group>
  );
}

function AssignMenu(props: {
  opened: boolean;
  onChange: (opened: boolean) => void;
  onChoose: (staffId: string | null) => void;
  assigneeId: string | null;
}) {
  const { t } = useSpeech();
  const colleagues = useQuery({ ...colleaguesQuery, enabled: props.opened });
  return (
    <Menu opened={props.opened} onChange={props.onChange} position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" size={36} aria-label={t("Assign")} title={`${t("Assign")} (a)`}>
          <UserPlus size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflow: "auto" }}>
        <Menu.Label>{t("Assign")}</Menu.Label>
        {colleagues.data
          ?.filter(({ role, id }) => HOLDERS.includes(role) && id !== props.assigneeId)
          .map(({ id, name }) => (
            <Menu.Item key={id} onClick={() => props.onChoose(id)}>
              {name}
            </Menu.Item>
          ))}
        {props.assigneeId && <Menu.Item onClick={() => props.onChoose(null)}>{t("Nobody in particular")}</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
  );
}
