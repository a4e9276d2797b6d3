/** Where one is: the platform, the person, the place; and what stands on their screen. */
export const here = {
  /** Tells one start of the lab from the next. */
  life: undefined,
  hub: undefined,
  platforms: [],
  platform: undefined,
  person: "Ana",
  /** `undefined` is the direct chat. */
  place: undefined,
  screen: [],
};

/** Whether people can do this on the platform. */
export const can = (deed) => here.platform.deeds.includes(deed);

/** The place, as a deed names it. */
export const where = () => (here.place === undefined ? {} : { place: here.place });
