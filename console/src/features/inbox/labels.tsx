import { Menu } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Check } from "lucide-react";
import type { ReactElement } from "react";
import { api } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { sayFailure } from "./say-failure.ts";
import { keepConversation, labelsQuery, type ConversationView } from "./queries.ts";
import styles from "./inbox.module.css";

type Shown = ConversationView["labels"][number];

export function LabelChip({ label }: { label: Shown }) {
  const { language } = useSpeech();
  return (
    <span className={styles.label} data-colour={label.colour}>
      {(language === "zh" && label.nameZh) || label.name}
    </span>
  );
}

/** Which labels a conversation has; a click puts one on or takes it off. */
export function LabelMenu({
  conversation,
  opened,
  onChange,
  children,
}: {
  conversation: ConversationView;
  opened: boolean;
  onChange: (opened: boolean) => void;
  children: ReactElement;
}) {
  const { t, language } = useSpeech();
  const client = useQueryClient();
  const labels = useQuery({ ...labelsQuery, enabled: opened });
  const chosen = conversation.labels.map(({ id }) => id);
  const choose = useMutation({
    mutationFn: (labelIds: string[]) =>
      api<ConversationView>(`/conversations/${conversation.id}/labels`, { method: "PUT", body: { labelIds } }),
    onSuccess: (changed) => keepConversation(client, changed),
    onError: sayFailure,
  });
  return (
    <Menu opened={opened} onChange={onChange} closeOnItemClick={false} position="bottom-end" withinPortal>
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("Labels")}</Menu.Label>
        {labels.data?.length === 0 && (
          <Menu.Label>{t("There are none yet. They are made in the settings.")}</Menu.Label>
        )}
        {labels.data?.map((label) => (
          <Menu.Item
            key={label.id}
            rightSection={chosen.includes(label.id) && <Check size={14} aria-label={t("chosen")} />}
            onClick={() =>
              choose.mutate(chosen.includes(label.id) ? chosen.filter((id) => id !== label.id) : [...chosen, label.id])
            }
          >
            <span className={styles.dot} data-colour={label.colour} />{" "}
            {(language === "zh" && label.nameZh) || label.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
