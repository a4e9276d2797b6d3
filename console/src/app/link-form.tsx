import { Button, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ContactView } from "../../../src/contract/api-conversations.ts";
import { api } from "../lib/api.ts";
import { useSpeech } from "../lib/i18n.ts";
import { peopleQuery, personQuery } from "../lib/people.ts";
import { useRefresh } from "./linking.tsx";
import styles from "./link-form.module.css";

/** Search the other person, choose their account, say how we know. */
export function LinkForm({ person, onDone }: { person: ContactView; onDone: () => void }) {
  const { t } = useSpeech();
  const refresh = useRefresh();
  const [typed, setTyped] = useState("");
  const [evidence, setEvidence] = useState("");
  const [chosenId, setChosenId] = useState<string>();
  const [q] = useDebouncedValue(typed.trim(), 250);
  const found = useInfiniteQuery({ ...peopleQuery({ q }), enabled: q !== "" });
  const chosen = useQuery({ ...personQuery(chosenId ?? ""), enabled: chosenId !== undefined });
  const others = (found.data?.pages[0]?.items ?? []).filter(({ id }) => id !== person.id).slice(0, 6);
  const link = useMutation({
    mutationFn: (identityId: string) =>
      api(`/contacts/${person.id}/links`, { body: { identityId, evidence: evidence.trim() } }),
    async onSuccess() {
      await refresh();
      onDone();
    },
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  return (
    <div className={styles.form}>
      <TextInput
        label={t("Who is the same person?")}
        placeholder={t("Name, user name, e-mail or account")}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setChosenId(undefined);
        }}
      />
      {q !== "" && found.isSuccess && others.length === 0 && <p className="quiet">{t("Nobody is found")}</p>}
      {chosenId === undefined && (
        <ul className={styles.choices}>
          {others.map(({ id, name, channels, stage }) => (
            <li key={id}>
              <button type="button" onClick={() => setChosenId(id)}>
                {name ?? t("Nameless")}{" "}
                <span className="quiet">
                  {channels.join(", ")} · {t(stage)}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <TextInput
        label={t("How do we know?")}
        placeholder={t("She told us on the telephone")}
        value={evidence}
        onChange={(event) => setEvidence(event.currentTarget.value)}
      />
      {chosen.data?.identities.map((identity) => (
        <Button
          key={identity.id}
          variant="default"
          loading={link.isPending}
          disabled={!evidence.trim()}
          onClick={() => link.mutate(identity.id)}
        >
          {t("Link {account} on {channel}", {
            account: identity.name ?? identity.externalId,
            channel: identity.channelName,
          })}
        </Button>
      ))}
    </div>
  );
}
