import { Button, Select, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { api, ApiError } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { channelNamesQuery, type EntryPoint } from "./queries.ts";

const MEDIA = ["poster", "qr", "deep-link", "ad", "newsletter", "invite", "referral", "keyword", "phone", "widget"];
const WEB = "web address";

export function EntryPointForm({ onDone }: { onDone: (made: EntryPoint) => void }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const channels = useQuery(channelNamesQuery);
  const [fields, setFields] = useState({ name: "", medium: "poster", campaign: "", region: "", target: "", url: "" });
  const make = useMutation({
    mutationFn: () => {
      const { target, url, campaign, region, ...rest } = fields;
      const details = { ...(campaign && { campaign }), ...(region && { region }) };
      const leads = target === WEB ? { targetUrl: url } : { channelId: target };
      return api<EntryPoint>("/entry-points", { body: { ...rest, ...details, ...leads } });
    },
    async onSuccess(made) {
      await client.invalidateQueries({ queryKey: ["entry points"] });
      onDone(made);
    },
  });
  const faults = make.error instanceof ApiError ? make.error.fields : {};
  const text = (name: "name" | "campaign" | "region" | "url") => ({
    value: fields[name],
    error: faults[`body.${name}`],
    onChange: (event: { currentTarget: { value: string } }) =>
      setFields({ ...fields, [name]: event.currentTarget.value }),
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    make.mutate();
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="lg">
        <TextInput
          label={t("Name")}
          description={t("Where it hangs or runs: Window, Nanjing Road")}
          required
          {...text("name")}
        />
        <Select
          label={t("Medium")}
          data={MEDIA.map((value) => ({ value, label: t(value) }))}
          value={fields.medium}
          allowDeselect={false}
          onChange={(medium) => setFields({ ...fields, medium: medium ?? fields.medium })}
        />
        <Select
          label={t("Leads to")}
          required
          data={[
            ...(channels.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
            { value: WEB, label: t("A web address") },
          ]}
          value={fields.target || null}
          onChange={(target) => setFields({ ...fields, target: target ?? "" })}
        />
        {fields.target === WEB && (
          <TextInput label={t("Web address")} type="url" required {...text("url")} error={faults["body.targetUrl"]} />
        )}
        <TextInput label={t("Campaign")} {...text("campaign")} />
        <TextInput label={t("Region")} {...text("region")} />
        {make.error && <p role="alert">{make.error.message}</p>}
        <Button type="submit" loading={make.isPending} disabled={!fields.name || !fields.target}>
          {t("Make the entry point")}
        </Button>
      </Stack>
    </form>
  );
}
