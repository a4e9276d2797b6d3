import { Anchor, Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { LinkView } from "../../../src/contract/api-conversations.ts";
import { api } from "../lib/api.ts";
import { useSpeech } from "../lib/i18n.ts";

/** After a link was made or taken back: who the people are, asked anew. */
export function useRefresh() {
  const client = useQueryClient();
  return () => Promise.all([["contact"], ["journey"], ["people"]].map((queryKey) => client.invalidateQueries({ queryKey }))); // prettier-ignore
}

/** Takes a link back, and for ten seconds lets one take that back. */
export function UnlinkButton({ link, personId }: { link: LinkView; personId: string }) {
  const { t } = useSpeech();
  const refresh = useRefresh();
  const redo = useMutation({
    mutationFn: () => api(`/contacts/${personId === link.toContactId ? personId : link.toContactId}/links`, { body: { identityId: link.identityId, evidence: link.evidence } }), // prettier-ignore
    onSuccess: refresh,
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  const undo = useMutation({
    mutationFn: () => api(`/links/${link.id}/undo`, { method: "POST" }),
    async onSuccess() {
      await refresh();
      const id = `undone ${link.id}`;
      const again = () => {
        redo.mutate();
        notifications.hide(id);
      };
      const message = (
        <>
          {t("The account is its former owner's again.")} <Anchor component="button" type="button" onClick={again}>{t("Link it again")}</Anchor>
        </>
      ); // prettier-ignore
      notifications.show({ id, message, autoClose: 10_000 });
    },
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  return (
    <Button size="compact-xs" variant="subtle" loading={undo.isPending} onClick={() => undo.mutate()}>
      {t("Un-link")}
    </Button>
  );
}
