import type { VoiceSettings } from "../contract/api-voice.ts";

const HOUR = 60;
const DAY = 24 * HOUR;

export const USUAL_SETTINGS: VoiceSettings = {
  caseThreshold: 0.7,
  acknowledge: true,
  acknowledgeInGroups: false,
  firstReplyMinutes: { low: DAY, normal: 8 * HOUR, high: 2 * HOUR, urgent: 30 },
  resolveMinutes: { low: 7 * DAY, normal: 3 * DAY, high: DAY, urgent: 8 * HOUR },
  offersByBot: true,
  surveyGapDays: 14,
};
