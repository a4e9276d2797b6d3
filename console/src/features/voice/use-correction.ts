import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { sayWithUndo } from "./parts.tsx";
import type { FeedbackView } from "./queries.ts";
import { moodOf } from "./spans.ts";

type Labels = FeedbackView["label"][];
interface Reading {
  labels: Labels;
  sentiment: FeedbackView["sentiment"];
}

/**
 * Says what a message is. A filtered list may show one of its labels alone, so that all of them are asked for first:
 * what is not named counts as wrong.
 */
export function useCorrection(eventId: string) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const path = `/events/${eventId}/feedback`;
  const refresh = () =>
    Promise.all([["voice"], ["feedback"]].map((queryKey) => client.invalidateQueries({ queryKey })));
  const onError = (error: Error) => notifications.show({ color: "red", message: error.message });
  const say = (body: Reading) => api(path, { body });
  const undo = useMutation({ mutationFn: say, onSuccess: refresh, onError });
  return useMutation({
    async mutationFn(change: (now: Labels) => Labels) {
      const { items } = await api<{ items: FeedbackView[] }>(path);
      const standing = items.filter(({ state }) => state !== "wrong");
      const before: Reading = { labels: standing.map(({ label }) => label), sentiment: standing[0]?.sentiment ?? 0 };
      const labels = change(before.labels);
      await say({ labels, sentiment: moodOf(labels, before.sentiment) });
      return before;
    },
    async onSuccess(before) {
      await refresh();
      sayWithUndo(`corrected ${eventId}`, t("It is learned from now on."), {
        label: t("Take it back"),
        run: () => undo.mutate(before),
      });
    },
    onError,
  });
}
