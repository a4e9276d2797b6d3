import { z } from "zod";
import { cleanText } from "./json.ts";

// Who we are: the name and hours that we go by, and what we ask people before we keep something of them.

const ZONES: ReadonlySet<string> = new Set([...Intl.supportedValuesOf("timeZone"), "UTC"]);
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, "A time of day looks like 09:30.");
const Span = z
  .object({ from: clockTime, to: clockTime })
  .refine(({ from, to }) => from < to, "It ends before it begins. Past midnight: give the rest to the next day.");

export const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;
const DayHours = z.array(Span).max(4);
const words = z.string().max(2_000).transform(cleanText);
const BothLanguages = z.object({ en: words, zh: words });
export const CONSENT_PURPOSES = ["conversion-upload", "broadcast", "analytics", "personalisation"] as const;

export const OrganisationView = z
  .object({
    name: z.string().trim().max(100).transform(cleanText),
    language: z.enum(["en", "zh"]).meta({ description: "Spoken where nothing says which." }),
    timeZone: z.string().refine((zone) => ZONES.has(zone), "Not a time zone such as Asia/Shanghai."),
    hours: z.object(Object.fromEntries(DAYS.map((day) => [day, DayHours])) as Record<Day, typeof DayHours>).meta({
      description: "When people of ours answer, by the day of the week, in the time zone. No span: closed.",
    }),
    consentTexts: z
      .object(
        Object.fromEntries(CONSENT_PURPOSES.map((each) => [each, BothLanguages])) as Record<
          Purpose,
          typeof BothLanguages
        >,
      )
      .meta({ description: "What people are asked, by the purpose of the consent." }),
  })
  .meta({ id: "Organisation" });
export type OrganisationView = z.infer<typeof OrganisationView>;
export type Day = (typeof DAYS)[number];
export type Purpose = (typeof CONSENT_PURPOSES)[number];
