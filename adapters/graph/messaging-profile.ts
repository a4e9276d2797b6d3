/** What the Get Started button sends. Meta tells a new person's door only together with it. */
export const GET_STARTED = "GET_STARTED";
/** Payloads of ice breakers and menu items that ask in the person's name: their title is the question. */
const QUESTION = "ask:";

export function questionPayload(title: string): string {
  return `${QUESTION}${title}`;
}

/** A payload of a question; one without any comes from questions that were typed in at the platform itself. */
export function isQuestion(payload: string | undefined): boolean {
  return payload === undefined || payload.startsWith(QUESTION);
}
