import { infiniteQueryOptions, useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import type { AnswerEvidence, AnswerView } from "../../../../src/contract/api-knowledge.ts";
import type { Page } from "../../../../src/contract/route.ts";
import { api } from "../../lib/api.ts";
import type { MessageView } from "./queries.ts";

const answersQuery = (conversationId: string) =>
  infiniteQueryOptions({
    queryKey: ["answers", conversationId],
    queryFn: ({ pageParam, signal }) =>
      api<Page<AnswerView>>("/answers", { query: { conversationId, cursor: pageParam, limit: 100 }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    meta: { shows: "conversation", id: conversationId },
  });

/** By message, why the bot said it, or said nothing after it. Reaches back as far as the messages on the screen do. */
export function useAnswers(conversationId: string, messages: readonly MessageView[]): ReadonlyMap<string, AnswerView> {
  const list = useInfiniteQuery(answersQuery(conversationId));
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const answers = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  const first = messages[0]?.sentAt;
  const last = answers.at(-1)?.at;
  const isShort = first !== undefined && last !== undefined && last > first;
  useEffect(() => {
    if (isShort && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [isShort, hasNextPage, isFetchingNextPage, fetchNextPage]);
  return useMemo(() => besideMessages(answers, messages), [answers, messages]);
}

/** An answer stands at what was said with it; one without words stands at the message that it left to people. */
export function besideMessages(
  answers: readonly Pick<AnswerView, "seq">[],
  messages: readonly Pick<MessageView, "id" | "seq">[],
): Map<string, AnswerView> {
  const beside = new Map<string, AnswerView>();
  let at = messages.length - 1;
  // Both lists are in the order of time, the answers from the newest on: one walk finds all places.
  for (const answer of answers as readonly AnswerView[]) {
    if (answer.seq === null) continue;
    while (at >= 0 && messages[at]!.seq > answer.seq) at--;
    const message = messages[at];
    if (message && !beside.has(message.id)) beside.set(message.id, answer);
  }
  return beside;
}

/** What the bot wrote down; another responder's own evidence is not read. */
export function evidenceOf({ evidence }: Pick<AnswerView, "evidence">): AnswerEvidence | undefined {
  const isOurs =
    typeof evidence === "object" && evidence !== null && "decision" in evidence && "candidates" in evidence;
  return isOurs ? (evidence as unknown as AnswerEvidence) : undefined;
}

/** The article that was answered with, or that waits to be confirmed. */
export function givenBy(answer: AnswerView): { id: string; slug: string } | undefined {
  const found = evidenceOf(answer);
  if (found?.suggested) return { id: found.suggested.articleId, slug: found.suggested.slug };
  return answer.articleId === null ? undefined : { id: answer.articleId, slug: found?.slug ?? "" };
}
