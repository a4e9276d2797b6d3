import { readText } from "../knowledge/engine/index.ts";
import type { Transaction } from "../store/index.ts";
import { newId } from "../lib/ids.ts";
import { complaintsBefore, openCase } from "./case-store.ts";
import { dueTimes } from "./cases.ts";
import { insertFeedback, type FeedbackRow } from "./feedback-store.ts";
import type { VoiceFacts } from "./facts.ts";
import type { Heard } from "./heard.ts";
import { insertOpportunities, type Found } from "./opportunity-store.ts";
import type { Reading } from "./reader.ts";
import { judge, rankOf } from "./severity.ts";
import { keywordsIn, topicOf } from "./topics.ts";

/** A message, and what it was read as. */
export interface Understood {
  heard: Heard;
  reading: Reading;
  topic: string | null;
}

const MONTH_MS = 30 * 86_400_000;

export function understand(heard: Heard, reading: Reading, facts: VoiceFacts): Understood {
  return { heard, reading, topic: topicOf(readText(heard.text), facts.topics) };
}

/** Writes down what was understood: the labels, the cases that complaints open, the chances that rules see. */
export async function takeIn(tx: Transaction, all: readonly Understood[], facts: VoiceFacts): Promise<void> {
  if (all.length === 0) return;
  await insertFeedback(tx, all.flatMap(rowsOf));
  const plaints = all.filter(({ reading }) => confidenceIn(reading, "complaint") >= facts.settings.caseThreshold);
  if (plaints.length > 0) await openCases(tx, plaints, facts);
  await insertOpportunities(tx, all.flatMap((each) => chancesIn(each, facts)).sort(byPerson));
}

export function rowsOf({ heard, reading, topic }: Understood): FeedbackRow[] {
  return reading.findings.map(({ label, confidence, span }) => ({
    id: newId(),
    ...{ heard, label, topic, confidence },
    sentiment: reading.sentiment,
    language: reading.language,
    start: heard.offset + span.start,
    end: heard.offset + span.end,
    state: reading.isCorrected ? "confirmed" : "read",
  }));
}

function confidenceIn({ findings }: Reading, wanted: string): number {
  return findings.find(({ label }) => label === wanted)?.confidence ?? 0;
}

/** A case for each complaint; a further one of the same person there belongs to the case that is open. */
export async function openCases(tx: Transaction, plaints: readonly Understood[], facts: VoiceFacts): Promise<void> {
  const earliest = Math.min(...plaints.map(({ heard }) => heard.at.getTime()));
  const before = await complaintsBefore(
    tx,
    plaints.map(({ heard }) => heard.contactId),
    new Date(earliest - MONTH_MS),
    plaints.map(({ heard }) => heard.eventId),
  );
  const sorted = [...plaints].sort((a, b) => (a.heard.conversationId < b.heard.conversationId ? -1 : 1));
  for (const { heard, reading, topic } of sorted) {
    const { conversationId, channelId, identityId, contactId, eventId, at, text } = heard;
    const { severity, reasons } = judge({ text, before: before.get(contactId) ?? 0, sentiment: reading.sentiment });
    await openCase(tx, {
      ...{ conversationId, channelId, identityId, contactId, eventId, topic, reasons, at },
      ...dueTimes(facts.settings, severity, at),
      source: "complaint",
      severity: rankOf(severity),
      ownerId: null,
    });
  }
}

function chancesIn({ heard, reading }: Understood, { rules }: VoiceFacts): Found[] {
  if (rules.length === 0) return [];
  const read = readText(heard.text);
  const signal = confidenceIn(reading, "buying");
  return rules.flatMap(({ id: ruleId, trigger, read: keywords }): Found[] => {
    const hasWords = trigger !== "signal" && keywordsIn(read, keywords) > 0;
    const isFound = trigger === "keywords" ? hasWords : trigger === "signal" ? signal > 0 : hasWords && signal > 0;
    return isFound ? [{ ruleId, heard, confidence: trigger === "keywords" ? 1 : signal }] : [];
  });
}

/** One order for everybody who writes several. */
function byPerson(a: Found, b: Found): number {
  return `${a.ruleId} ${a.heard.identityId}` < `${b.ruleId} ${b.heard.identityId}` ? -1 : 1;
}
