/** Words of the API that the console translates by name; the test of the dictionary reads this list. */
export const API_WORDS = [
  ...["visitor", "contact", "lead", "opportunity", "customer", "repeat", "advocate", "lapsed"],
  ...["start-param", "group-start-param", "invite", "referral", "ad", "scene", "prefilled", "keyword", "page"],
  ...["high", "medium", "low", "conversion", "refund", "first message", "fewer than five each"],
  ...["grey", "red", "amber", "green", "blue", "violet"],
] as const;
