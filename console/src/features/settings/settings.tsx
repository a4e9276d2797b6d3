import { useSuspenseQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { useSpeech } from "../../lib/i18n.ts";
import { meQuery, type Role } from "../../lib/me.ts";
import { Account } from "./account.tsx";
import { Audit } from "./audit.tsx";
import { CannedReplies } from "./canned-replies.tsx";
import { Data } from "./data.tsx";
import { Labels } from "./labels.tsx";
import { Organisation } from "./organisation.tsx";
import { SignInProvider } from "./provider.tsx";
import { Team } from "./team.tsx";
import { Teams } from "./teams.tsx";
import { Tokens } from "./tokens.tsx";
import { Webhooks } from "./webhooks.tsx";
import styles from "./settings.module.css";

interface Section {
  id: string;
  name: string;
  Page: ComponentType;
  roles: readonly Role[];
}

const EVERYBODY: readonly Role[] = ["owner", "admin", "agent", "moderator", "marketer", "viewer"];
const KEEPERS: readonly Role[] = ["owner", "admin"];
const TALKERS: readonly Role[] = ["owner", "admin", "agent"];

const SECTIONS: readonly Section[] = [
  { id: "account", name: "My account", Page: Account, roles: EVERYBODY },
  { id: "organisation", name: "Organisation", Page: Organisation, roles: KEEPERS },
  { id: "team", name: "Team", Page: Team, roles: KEEPERS },
  { id: "teams", name: "Teams and experts", Page: Teams, roles: TALKERS },
  { id: "sign-in", name: "Sign-in", Page: SignInProvider, roles: KEEPERS },
  { id: "labels", name: "Labels", Page: Labels, roles: TALKERS },
  { id: "canned-replies", name: "Canned replies", Page: CannedReplies, roles: TALKERS },
  { id: "tokens", name: "API tokens", Page: Tokens, roles: KEEPERS },
  { id: "webhooks", name: "Webhooks", Page: Webhooks, roles: KEEPERS },
  { id: "data", name: "Data", Page: Data, roles: KEEPERS },
  { id: "audit", name: "Audit", Page: Audit, roles: KEEPERS },
];

/** One list of sections at the left, one of them at the right; on a telephone above each other. */
export function Settings() {
  const { t } = useSpeech();
  const { data: me } = useSuspenseQuery(meQuery);
  const { section = "account" } = useParams({ strict: false }) as { section?: string };
  const mine = SECTIONS.filter(({ roles }) => roles.includes(me.role));
  const { Page } = mine.find(({ id }) => id === section) ?? mine[0]!;
  return (
    <div className={styles.settings}>
      <nav className={styles.sections} aria-label={t("Settings")}>
        {mine.map(({ id, name }) => (
          <Link
            key={id}
            to="/settings/$section"
            params={{ section: id }}
            className={styles.section}
            data-open={id === section}
          >
            {t(name)}
          </Link>
        ))}
      </nav>
      <div className={styles.page}>
        <Page />
      </div>
    </div>
  );
}
