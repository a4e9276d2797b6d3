import { notifications } from "@mantine/notifications";
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import type { z } from "zod";
import type {
  CaseDetail,
  CaseView,
  Digest,
  FeedbackView,
  OpportunityResults,
  OpportunityRuleView,
  OpportunityView,
  SurveyResults,
  SurveyView,
  Topics,
  VoiceModelView,
  VoiceSettings,
} from "../../../../src/contract/api-voice.ts";
import type { Page } from "../../../../src/contract/route.ts";
import { api, type Call } from "../../lib/api.ts";
import type { Role } from "../../lib/me.ts";

/** Every query of the room begins with this: one word of ours moves counts, lists and cases alike. */
const ROOM = "voice";
/** What is counted moves with every message; it is asked for anew while it is looked at. */
const OFTEN_MS = 30_000;

type Filter = NonNullable<Call["query"]>;
interface List<T> {
  items: T[];
}

function pages<Row>(path: string, query: Filter, shows: string) {
  return infiniteQueryOptions({
    queryKey: [ROOM, path, query],
    queryFn: ({ pageParam, signal }) => api<Page<Row>>(path, { query: { ...query, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
    refetchInterval: OFTEN_MS,
    meta: { shows },
  });
}

function one<Result>(path: string, query: Filter = {}, meta?: Record<string, unknown>) {
  return queryOptions({
    queryKey: [ROOM, path, query],
    queryFn: ({ signal }) => api<Result>(path, { query, signal }),
    ...(meta && { meta }),
  });
}

export const digestQuery = (query: Filter) => ({
  ...one<Digest>("/voice/digest", query, { shows: "feedback" }),
  placeholderData: keepPreviousData,
  refetchInterval: OFTEN_MS,
});

/** Where the digest as a spreadsheet lies: the browser saves it with the session's cookie. */
export function exportAddress(query: Readonly<Record<string, string>>): string {
  return `/api/v1/voice/digest/export?${new URLSearchParams(query)}`;
}

export const feedbackQuery = (query: Filter) => pages<FeedbackView>("/voice/feedback", query, "feedback");
export const casesQuery = (query: Filter) => pages<CaseView>("/voice/cases", query, "case");
export const caseQuery = (id: string) => one<CaseDetail>(`/voice/cases/${id}`, {}, { shows: "case", id });
export const chancesQuery = (query: Filter) => pages<OpportunityView>("/voice/opportunities", query, "conversation");
export const chanceResultsQuery = one<z.infer<typeof OpportunityResults>>("/voice/opportunities/results");
export const rulesQuery = one<List<OpportunityRuleView>>("/voice/opportunity-rules");
export const surveysQuery = one<List<SurveyView>>("/voice/surveys");
export const surveyResultsQuery = (id: string, query: Filter) => ({
  ...one<SurveyResults>(`/voice/surveys/${id}/results`, query),
  placeholderData: keepPreviousData,
});
export const settingsQuery = one<VoiceSettings>("/voice/settings");
export const topicsQuery = one<z.infer<typeof Topics>>("/voice/topics");
export const modelQuery = one<VoiceModelView>("/voice/model");

export interface Colleague {
  id: string;
  name: string;
  role: Role;
}
export const colleaguesQuery = queryOptions({
  queryKey: ["colleagues"],
  queryFn: async ({ signal }) => (await api<List<Colleague>>("/staff", { query: { limit: 200 }, signal })).items,
  staleTime: 60_000,
});

export const channelNamesQuery = queryOptions({
  queryKey: ["channel names"],
  queryFn: async ({ signal }) => (await api<List<{ id: string; name: string }>>("/channels", { signal })).items,
  staleTime: 60_000,
});

interface ChangeOptions<Given, Result> {
  onDone?: (result: Result, given: Given) => void;
  /** The failure is shown where it was asked, not in a corner. */
  quiet?: boolean;
}

/** Changes something in the room, and asks for all of it anew. */
export function useChange<Given = void, Result = unknown>(
  call: (given: Given) => { path: string } & Call,
  { onDone, quiet = false }: ChangeOptions<Given, Result> = {},
) {
  const client = useQueryClient();
  return useMutation<Result, Error, Given>({
    mutationFn(given) {
      const { path, ...rest } = call(given);
      return api<Result>(path, rest);
    },
    async onSuccess(result, given) {
      await Promise.all([ROOM, "feedback"].map((key) => client.invalidateQueries({ queryKey: [key] })));
      onDone?.(result, given);
    },
    onError(error) {
      if (!quiet) notifications.show({ color: "red", message: error.message });
    },
  });
}

export type { CaseDetail, CaseView, Digest, FeedbackView, OpportunityRuleView, OpportunityView, SurveyResults, SurveyView, VoiceSettings }; // prettier-ignore
