import { ActionIcon } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CalendarClock, X } from "lucide-react";
import { api } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { clockTime, dayOf } from "../../lib/time.ts";
import { scheduledQuery } from "./queries.ts";
import { sayFailure } from "./say-failure.ts";
import styles from "./inbox.module.css";

/** What goes out by itself later, and what of that did not. */
export function Scheduled({ conversationId }: { conversationId: string }) {
  const { t, language } = useSpeech();
  const client = useQueryClient();
  const scheduled = useQuery(scheduledQuery(conversationId));
  const cancel = useMutation({
    mutationFn: (id: string) => api(`/scheduled-messages/${id}`, { method: "DELETE" }),
    onSuccess: () => client.invalidateQueries({ queryKey: scheduledQuery(conversationId).queryKey }),
    onError: sayFailure,
  });
  if (!scheduled.data || scheduled.data.length === 0) return null;
  return (
    <ul className={styles.scheduled} aria-label={t("To be sent later")}>
      {scheduled.data.map(({ id, text, dueAt, state, reason, name }) => (
        <li key={id} data-state={state}>
          <CalendarClock size={14} />
          <span className={styles.words}>
            {state === "failed"
              ? t("Not sent: {reason}", { reason: reason ?? t("The reason is unknown.") })
              : t("{until}, by {name}:", {
                  until: `${dayOf(dueAt, language)} ${clockTime(dueAt, language)}`,
                  name: name ?? t("Agent"),
                })}{" "}
            {text}
          </span>
          <ActionIcon size="sm" variant="subtle" aria-label={t("Do not send it")} onClick={() => cancel.mutate(id)}>
            <X size={14} />
          </ActionIcon>
        </li>
      ))}
    </ul>
  );
}
