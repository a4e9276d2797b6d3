import { Button, Select, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { Failed, Waiting } from "../../app/states.tsx";
import { api, ApiError } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { adapterRowsQuery, channelsQuery, type ChannelView } from "./queries.ts";
import { SettingsFields, type Values } from "./settings-fields.tsx";

/** A form that each adapter's own schema draws; what is wrong stands beside the field, and nothing typed is lost. */
export function ConnectForm({ onDone }: { onDone: (id: string) => void }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const adapters = useQuery(adapterRowsQuery);
  const [adapter, setAdapter] = useState<string>("telegram");
  const [name, setName] = useState("");
  const [values, setValues] = useState<Values>({});
  const create = useMutation({
    mutationFn: () => api<ChannelView>("/channels", { body: { adapter, name, settings: values } }),
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: channelsQuery.queryKey });
      onDone(id);
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    create.mutate();
  }
  if (adapters.isPending) return <Waiting />;
  if (adapters.isError) return <Failed error={adapters.error} onRetry={() => void adapters.refetch()} />;
  const chosen = adapters.data.find((each) => each.name === adapter);
  const faults = create.error instanceof ApiError ? create.error.fields : {};
  return (
    <form onSubmit={submit}>
      <Stack gap="lg">
        <Select
          label={t("Platform")}
          data={adapters.data.map((each) => each.name)}
          value={adapter}
          allowDeselect={false}
          onChange={(value) => {
            setAdapter(value ?? adapter);
            setValues({});
            create.reset();
          }}
        />
        <TextInput
          label={t("Name")}
          description={t("What people call it: Support on Telegram")}
          required
          value={name}
          error={faults["body.name"]}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {chosen && <SettingsFields schema={chosen.settings} values={values} faults={faults} onChange={setValues} />}
        {create.error && Object.keys(faults).length === 0 && <p role="alert">{create.error.message}</p>}
        <Button type="submit" loading={create.isPending}>
          {t("Connect")}
        </Button>
      </Stack>
    </form>
  );
}
