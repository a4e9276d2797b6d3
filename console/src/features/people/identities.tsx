import { Button } from "@mantine/core";
import { useState } from "react";
import type { ContactView, IdentityView, LinkView } from "../../../../src/contract/api-conversations.ts";
import { LinkForm } from "../../app/link-form.tsx";
import { UnlinkButton } from "../../app/linking.tsx";
import { useSpeech } from "../../lib/i18n.ts";
import { dayOf, exactly } from "../../lib/time.ts";
import { Block } from "./block.tsx";
import styles from "./people.module.css";

/** The person's accounts on all channels, and how we know that they are one person's. */
export function Identities({ person, mayWrite }: { person: ContactView; mayWrite: boolean }) {
  const { t } = useSpeech();
  const [links, setLinks] = useState(false);
  const standing = person.links.filter(({ undoneAt }) => undoneAt === null);
  const linkOf = (identity: IdentityView) => standing.find(({ identityId, toContactId }) => identityId === identity.id && toContactId === person.id); // prettier-ignore
  const gone = standing.filter(({ fromContactId }) => fromContactId === person.id);
  return (
    <Block
      title={t("Identities")}
      tools={
        mayWrite && (
          <Button size="xs" variant="default" onClick={() => setLinks(!links)}>
            {t("Link another account")}
          </Button>
        )
      }
    >
      {links && <LinkForm person={person} onDone={() => setLinks(false)} />}
      <ul className={styles.list}>
        {person.identities.map((identity) => (
          <Identity key={identity.id} identity={identity} link={linkOf(identity)} person={person} mayWrite={mayWrite} />
        ))}
        {gone.map((link) => (
          <Gone key={link.id} link={link} person={person} mayWrite={mayWrite} />
        ))}
        {person.identities.length + gone.length === 0 && <li className="quiet">{t("This person has no account.")}</li>}
      </ul>
    </Block>
  );
}

interface IdentityProps {
  identity: IdentityView;
  link: LinkView | undefined;
  person: ContactView;
  mayWrite: boolean;
}

function Identity({ identity, link, person, mayWrite }: IdentityProps) {
  const { t, language } = useSpeech();
  return (
    <li>
      <span>
        <strong>{identity.name ?? identity.username ?? identity.externalId}</strong>{" "}
        <span className="quiet">
          {identity.channelName}
          {identity.username !== null && ` · @${identity.username}`}
        </span>
        {identity.blockedAt !== null && <span className={styles.warn}> {t("has blocked us")}</span>}
      </span>
      <span className="quiet" title={exactly(identity.createdAt, language)}>
        {link
          ? t("linked {day}: {evidence}", { day: dayOf(link.linkedAt, language), evidence: link.evidence })
          : t("their own from the start")}
        {link && mayWrite && <UnlinkButton link={link} personId={person.id} />}
      </span>
    </li>
  );
}

function Gone({ link, person, mayWrite }: { link: LinkView; person: ContactView; mayWrite: boolean }) {
  const { t, language } = useSpeech();
  return (
    <li className="quiet">
      {t("An account was linked to another person on {day}: {evidence}", {
        day: dayOf(link.linkedAt, language),
        evidence: link.evidence,
      })}
      {mayWrite && <UnlinkButton link={link} personId={person.id} />}
    </li>
  );
}
