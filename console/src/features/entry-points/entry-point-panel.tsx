import { Anchor, Button, Group, Tabs } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Failed, Waiting } from "../../app/states.tsx";
import { api } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { EntryCosts } from "./entry-costs.tsx";
import { EntryLinks } from "./entry-links.tsx";
import { EntryPointForm } from "./entry-point-form.tsx";
import { entryPointQuery } from "./queries.ts";
import styles from "./entry-points.module.css";

/** One entry point: what to print, what it cost, what may change after print; and the archive, which can be undone. */
export function EntryPointPanel({ id, mayChange, onDone }: { id: string; mayChange: boolean; onDone: () => void }) {
  const { t } = useSpeech();
  const detail = useQuery(entryPointQuery(id));
  const move = useArchive(id, onDone);
  if (detail.isPending) return <Waiting />;
  if (detail.isError) return <Failed error={detail.error} onRetry={() => void detail.refetch()} />;
  const { archivedAt } = detail.data;
  return (
    <>
      <Tabs defaultValue="links" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="links">{t("Print and share")}</Tabs.Tab>
          <Tabs.Tab value="costs">{t("Costs")}</Tabs.Tab>
          {mayChange && <Tabs.Tab value="change">{t("Change")}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="links" className={styles.panel}>
          <EntryLinks entryPoint={detail.data} />
        </Tabs.Panel>
        <Tabs.Panel value="costs" className={styles.panel}>
          <EntryCosts id={id} mayChange={mayChange} />
        </Tabs.Panel>
        <Tabs.Panel value="change" className={styles.panel}>
          <p className="quiet">{t("The printed code stays; everything that it stands for may change.")}</p>
          <EntryPointForm
            key={JSON.stringify(detail.data)}
            before={detail.data}
            onDone={() => notifications.show({ message: t("The changes are saved.") })}
          />
        </Tabs.Panel>
      </Tabs>
      {mayChange && (
        <Group mt="xl">
          <Button
            variant="default"
            loading={move.isPending}
            onClick={() => move.mutate(archivedAt ? "restore" : "archive")}
          >
            {archivedAt ? t("Use it again") : t("Archive it")}
          </Button>
        </Group>
      )}
    </>
  );
}

/** For ten seconds it can be taken back where one looks; later, from the archive. */
function useArchive(id: string, onDone: () => void) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const refresh = () => Promise.all([["entry points"], ["entry point", id]].map((queryKey) => client.invalidateQueries({ queryKey }))); // prettier-ignore
  return useMutation({
    mutationFn: (name: "archive" | "restore") => api(`/entry-points/${id}/${name}`, { method: "POST" }),
    async onSuccess(_entryPoint, name) {
      await refresh();
      onDone();
      if (name === "restore") return;
      const note = `archived ${id}`;
      const undo = () => {
        notifications.hide(note);
        void api(`/entry-points/${id}/restore`, { method: "POST" }).then(refresh, (error: Error) =>
          notifications.show({ color: "red", message: error.message }),
        );
      };
      const message = (
        <>
          {t("It is archived.")}{" "}
          <Anchor component="button" type="button" onClick={undo}>
            {t("Undo")}
          </Anchor>
        </>
      );
      notifications.show({ id: note, message, autoClose: 10_000 });
    },
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
}
