import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { Erased, PersonExport } from "../../../../src/contract/api-privacy.ts";
import { api } from "../../lib/api.ts";
import { saveText } from "../../lib/csv.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { Block } from "./block.tsx";

/** Take everything of a person along, or out for good. */
export function Privacy({ id, name }: { id: string; name: string | null }) {
  const { t } = useSpeech();
  const [asks, setAsks] = useState(false);
  const take = useMutation({
    mutationFn: () => api<PersonExport>(`/contacts/${id}/export`),
    onSuccess: (all) => saveText(`person-${id}.json`, JSON.stringify(all, null, 2), "application/json"),
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  return (
    <Block title={t("Their data")}>
      <Group gap="sm">
        <Button variant="default" loading={take.isPending} onClick={() => take.mutate()}>
          {t("Save everything as a file")}
        </Button>
        <Button variant="outline" color="red" onClick={() => setAsks(true)}>
          {t("Erase this person")}
        </Button>
      </Group>
      <Modal opened={asks} onClose={() => setAsks(false)} title={t("Erase this person")} centered>
        {asks && <Erase id={id} name={name} />}
      </Modal>
    </Block>
  );
}

function Erase({ id, name }: { id: string; name: string | null }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [typed, setTyped] = useState("");
  const wanted = name?.trim() || t("erase");
  const erase = useMutation({
    mutationFn: () => api<Erased>(`/contacts/${id}`, { method: "DELETE" }),
    async onSuccess({ rows }) {
      const sum = Object.values(rows).reduce((all, each) => all + each, 0);
      notifications.show({ message: t("The person is erased: {n} rows went or were emptied.", { n: sum }) });
      client.removeQueries({ queryKey: ["contact", id] });
      await client.invalidateQueries({ queryKey: ["people"] });
      await navigate({ to: "/people", search: {} as never });
    },
  });
  return (
    <Stack gap="md">
      <Text>
        {t(
          "Messages, accounts, touches and orders of this person go for good, from every table. Anonymous counts stay. This cannot be undone.",
        )}
      </Text>
      <TextInput
        label={t("To go on, type: {word}", { word: wanted })}
        value={typed}
        autoComplete="off"
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {erase.error && <p role="alert">{erase.error.message}</p>}
      <Button color="red" loading={erase.isPending} disabled={typed.trim() !== wanted} onClick={() => erase.mutate()}>
        {t("Erase for good")}
      </Button>
    </Stack>
  );
}
