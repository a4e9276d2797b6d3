import { StageName } from "../contract/api-attribution.ts";

/** How far a contact has come; all but the last are rungs of one ladder. */
export type Stage = (typeof LADDER)[number];

const LADDER = StageName.options;

/** A person's first message makes a visitor a contact; it moves nobody else. */
export const FIRST_MESSAGE = { from: "visitor", to: "contact" } as const satisfies { from: Stage; to: Stage };

/** Where a purchase leads. Never down the ladder; who had lapsed is back on it. */
export function afterPurchase(stage: Stage, purchasesBefore: number): Stage {
  const reached: Stage = purchasesBefore > 0 ? "repeat" : "customer";
  if (stage === "lapsed") return reached;
  return LADDER.indexOf(reached) > LADDER.indexOf(stage) ? reached : stage;
}

/** Is this conversion a purchase? Bookings and sign-ups are, once money changes hands. */
export function isPurchase(conversion: { kind: string; amount: number }): boolean {
  return conversion.kind === "order" || conversion.amount > 0;
}
