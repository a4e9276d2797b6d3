import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { PresenceView } from "../../../../src/contract/api-desk.ts";
import { api } from "../../lib/api.ts";

const AGAIN_MS = 8_000;
const WRITES_MS = 6_000;

/** Says that we are here, and hears who else is. What is said runs out by itself when the page is closed. */
export function usePresence(conversationId: string): { others: PresenceView["items"]; typed: () => void } {
  const typedAt = useRef(0);
  const said = useRef<string>("");
  const doing = () => (Date.now() - typedAt.current < WRITES_MS ? "writing" : "looking");
  const there = useQuery({
    queryKey: ["presence", conversationId],
    queryFn: ({ signal }) => {
      said.current = doing();
      return api<PresenceView>(`/conversations/${conversationId}/presence`, { body: { doing: said.current }, signal });
    },
    refetchInterval: AGAIN_MS,
    retry: false,
    meta: { shows: "presence", id: conversationId },
  });
  useEffect(
    () => () =>
      void api(`/conversations/${conversationId}/presence`, { body: { doing: "gone" } }).catch(() => undefined),
    [conversationId],
  );
  const { refetch } = there;
  return {
    others: there.data?.items ?? [],
    typed() {
      typedAt.current = Date.now();
      if (said.current !== "writing") void refetch();
    },
  };
}
