import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { meQuery } from "../../lib/me.ts";
import { funnelQuery, settingsQuery } from "./queries.ts";
import { filterOf, Search } from "./search.ts";

/** What the page is asked for: by its address, with what the hub adds where the address says nothing. */
export interface Asked {
  search: Search;
  set(change: Partial<Search>): void;
  zone: string;
  now: Date;
  filter: Record<string, string | undefined>;
  /** The one that is asked for, else the one with the most in it. */
  currency: string | undefined;
  currencies: string[];
  /** People are not shown to everybody. */
  mayDrill: boolean;
}

const USUAL: Readonly<Record<string, unknown>> = Search.parse({});

export function useAsked(): Asked {
  const raw = useSearch({ strict: false });
  const navigate = useNavigate();
  const [now] = useState(() => new Date());
  const { data: me } = useSuspenseQuery(meQuery);
  const search = useMemo(() => Search.parse(raw), [raw]);
  const zone = useQuery(settingsQuery).data?.timeZone;
  return useMemo(() => {
    const inZone = search.zone ?? zone ?? "UTC";
    const set = (change: Partial<Search>) => {
      const next = Object.entries({ ...search, ...change }).filter(([name, value]) => value !== USUAL[name]);
      void navigate({ to: "/attribution", search: Object.fromEntries(next) as never });
    };
    const filter = filterOf(search, inZone, now);
    const mayDrill = ["owner", "admin", "marketer"].includes(me.role);
    return { search, set, zone: inZone, now, filter, mayDrill, currency: search.currency, currencies: [] };
  }, [search, zone, me.role, navigate, now]);
}

/** With the currency in which most was earned, where none is asked for. */
export function useCurrencies(asked: Asked): Asked {
  const { currency: _, ...rest } = asked.filter;
  const { data } = useQuery(funnelQuery({ ...rest, by: "medium" }));
  const gross = data?.totals?.sales.gross ?? [];
  const currencies = [...gross].sort((a, b) => b.amount - a.amount).map(({ currency }) => currency);
  return { ...asked, currencies, currency: asked.search.currency ?? currencies[0] };
}
