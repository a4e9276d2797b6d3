import { Anchor, Button, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ContactView, IdentityView, LinkView } from "../../../../src/contract/api-conversations.ts";
import { api } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { dayOf, exactly } from "../../lib/time.ts";
import { Block } from "./block.tsx";
import { peopleQuery, personQuery } from "./queries.ts";
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
        {link && mayWrite && <Undo link={link} personId={person.id} />}
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
      {mayWrite && <Undo link={link} personId={person.id} />}
    </li>
  );
}

function useRefresh() {
  const client = useQueryClient();
  return () => Promise.all([["contact"], ["journey"], ["people"]].map((queryKey) => client.invalidateQueries({ queryKey }))); // prettier-ignore
}

function Undo({ link, personId }: { link: LinkView; personId: string }) {
  const { t } = useSpeech();
  const refresh = useRefresh();
  const redo = useMutation({
    mutationFn: () => api(`/contacts/${personId === link.toContactId ? personId : link.toContactId}/links`, { body: { identityId: link.identityId, evidence: link.evidence } }), // prettier-ignore
    onSuccess: refresh,
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  const undo = useMutation({
    mutationFn: () => api(`/links/${link.id}/undo`, { method: "POST" }),
    async onSuccess() {
      await refresh();
      const id = `undone ${link.id}`;
      const again = () => {
        redo.mutate();
        notifications.hide(id);
      };
      const message = (
        <>
          {t("The account is its former owner's again.")} <Anchor component="button" type="button" onClick={again}>{t("Link it again")}</Anchor>
        </>
      ); // prettier-ignore
      notifications.show({ id, message, autoClose: 10_000 });
    },
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  return (
    <Button size="compact-xs" variant="subtle" loading={undo.isPending} onClick={() => undo.mutate()}>
      {t("Un-link")}
    </Button>
  );
}

/** Search the other person, choose their account, say how we know. */
function LinkForm({ person, onDone }: { person: ContactView; onDone: () => void }) {
  const { t } = useSpeech();
  const refresh = useRefresh();
  const [typed, setTyped] = useState("");
  const [evidence, setEvidence] = useState("");
  const [chosenId, setChosenId] = useState<string>();
  const [q] = useDebouncedValue(typed.trim(), 250);
  const found = useInfiniteQuery({ ...peopleQuery({ q }), enabled: q !== "" });
  const chosen = useQuery({ ...personQuery(chosenId ?? ""), enabled: chosenId !== undefined });
  const others = (found.data?.pages[0]?.items ?? []).filter(({ id }) => id !== person.id).slice(0, 6);
  const link = useMutation({
    mutationFn: (identityId: string) =>
      api(`/contacts/${person.id}/links`, { body: { identityId, evidence: evidence.trim() } }),
    async onSuccess() {
      await refresh();
      onDone();
    },
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  return (
    <div className={styles.form}>
      <TextInput
        label={t("Who is the same person?")}
        placeholder={t("Name, user name, e-mail or account")}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setChosenId(undefined);
        }}
      />
      {q !== "" && found.isSuccess && others.length === 0 && <p className="quiet">{t("Nobody is found")}</p>}
      {chosenId === undefined && (
        <ul className={styles.choices}>
          {others.map(({ id, name, channels, stage }) => (
            <li key={id}>
              <button type="button" onClick={() => setChosenId(id)}>
                {name ?? t("Nameless")}{" "}
                <span className="quiet">
                  {channels.join(", ")} · {t(stage)}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <TextInput
        label={t("How do we know?")}
        placeholder={t("She told us on the telephone")}
        value={evidence}
        onChange={(event) => setEvidence(event.currentTarget.value)}
      />
      {chosen.data?.identities.map((identity) => (
        <Button
          key={identity.id}
          variant="default"
          loading={link.isPending}
          disabled={!evidence.trim()}
          onClick={() => link.mutate(identity.id)}
        >
          {t("Link {account} on {channel}", {
            account: identity.name ?? identity.externalId,
            channel: identity.channelName,
          })}
        </Button>
      ))}
    </div>
  );
}
