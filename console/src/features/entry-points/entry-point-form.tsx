import { Button, Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { api, ApiError } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { draftOf, EMPTY, newOf, patchOf } from "./draft.ts";
import { EntryFields } from "./entry-fields.tsx";
import type { EntryPoint } from "./queries.ts";

/** Makes an entry point, or changes what a printed code stands for. What was typed stays when it fails. */
export function EntryPointForm({ before, onDone }: { before?: EntryPoint; onDone: (made: EntryPoint) => void }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const [draft, setDraft] = useState(() => (before ? draftOf(before) : EMPTY));
  const patch = before ? patchOf(before, draft) : undefined;
  const save = useMutation({
    mutationFn: () =>
      before
        ? api<EntryPoint>(`/entry-points/${before.id}`, { method: "PATCH", body: patch })
        : api<EntryPoint>("/entry-points", { body: newOf(draft) }),
    async onSuccess(made) {
      await Promise.all([["entry points"], ["entry point", made.id]].map((queryKey) => client.invalidateQueries({ queryKey }))); // prettier-ignore
      onDone(made);
    },
  });
  const faults = save.error instanceof ApiError ? save.error.fields : {};
  const leadsSomewhere = draft.leads === "web" ? draft.url !== "" : draft.channelIds.length > 0 || draft.keyword !== "" || draft.phone !== ""; // prettier-ignore
  const isChanged = patch === undefined || Object.keys(patch).length > 0;
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate();
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="lg">
        <EntryFields draft={draft} onChange={setDraft} faults={faults} />
        {save.error && <p role="alert">{save.error.message}</p>}
        <Button type="submit" loading={save.isPending} disabled={!draft.name.trim() || !leadsSomewhere || !isChanged}>
          {before ? t("Save the changes") : t("Make the entry point")}
        </Button>
      </Stack>
    </form>
  );
}
