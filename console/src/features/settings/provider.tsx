import { Button, Group, PasswordInput, Select, Stack, TextInput } from "@mantine/core";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ProviderView } from "../../../../src/contract/api-staff.ts";
import { Failed, Waiting } from "../../app/states.tsx";
import { api, ApiError } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { meQuery } from "../../lib/me.ts";
import { Card, Fault, faultsOf, Head, settingKey, useDo } from "./parts.tsx";
import { ROLE_WORDS } from "./team.tsx";
import styles from "./settings.module.css";

const PROVIDER = "/identity-provider";
const NEW_ROLES = ["agent", "moderator", "marketer", "viewer"] as const;

/** The organisation's own sign-in, by OpenID Connect. */
export function SignInProvider() {
  const { t } = useSpeech();
  const { data: me } = useSuspenseQuery(meQuery);
  const provider = useQuery({
    queryKey: settingKey(PROVIDER),
    queryFn: ({ signal }) =>
      api<ProviderView>(PROVIDER, { signal }).catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 404) return null; // there is none
        throw error;
      }),
  });
  return (
    <>
      <Head title={t("Sign-in")}>
        {t(
          "People sign in by password. With an identity provider (OpenID Connect) they can use the organisation's own account.",
        )}
      </Head>
      {provider.isPending ? (
        <Waiting rows={3} />
      ) : provider.isError ? (
        <Failed error={provider.error} onRetry={() => void provider.refetch()} />
      ) : me.role === "owner" ? (
        <ProviderForm key={provider.data?.updatedAt ?? "new"} kept={provider.data} />
      ) : (
        <Card>
          <p className="quiet">
            {provider.data
              ? t("{name} is set up. Only the owner changes it.", { name: provider.data.name })
              : t("None is set up. Only the owner can.")}
          </p>
        </Card>
      )}
    </>
  );
}

function ProviderForm({ kept }: { kept: ProviderView | null }) {
  const { t } = useSpeech();
  const [name, setName] = useState(kept?.name ?? "");
  const [issuer, setIssuer] = useState(kept?.issuer ?? "");
  const [clientId, setClientId] = useState(kept?.clientId ?? "");
  const [secret, setSecret] = useState("");
  const [newRole, setNewRole] = useState<string | null>(kept?.newRole ?? null);
  const body = { name, issuer, clientId, newRole, ...(secret && { secret }) };
  const save = useDo(() => ({ path: PROVIDER, method: "PUT", body }), [PROVIDER], { quiet: true, said: t("Saved") });
  const faults = faultsOf(save.error);
  return (
    <Card>
      <Stack>
        <div className={styles.two}>
          <TextInput
            label={t("Name, as the button says it")}
            value={name}
            error={faults["body.name"]}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label={t("Issuer")}
            placeholder="https://login.example.com/realms/shop"
            value={issuer}
            error={faults["body.issuer"]}
            onChange={(event) => setIssuer(event.currentTarget.value)}
          />
          <TextInput
            label={t("Client id")}
            value={clientId}
            error={faults["body.clientId"]}
            onChange={(event) => setClientId(event.currentTarget.value)}
          />
          <PasswordInput
            label={t("Client secret")}
            description={kept ? t("Left empty, the one that is there stays.") : undefined}
            autoComplete="off"
            value={secret}
            error={faults["body.secret"]}
            onChange={(event) => setSecret(event.currentTarget.value)}
          />
          <Select
            label={t("Whom nobody has invited becomes")}
            value={newRole ?? ""}
            allowDeselect={false}
            data={[
              { value: "", label: t("nobody: they are not let in") },
              ...NEW_ROLES.map((role) => ({ value: role, label: t(ROLE_WORDS[role]) })),
            ]}
            onChange={(value) => setNewRole(value || null)}
          />
        </div>
        {kept && (
          <p className="quiet">
            {t("To be allowed at the provider:")} <span className={styles.code}>{kept.callbackUrl}</span>
          </p>
        )}
        <Fault error={save.error} />
        <Group>
          <Button disabled={!name || !issuer || !clientId} loading={save.isPending} onClick={() => save.mutate()}>
            {t("Save the provider")}
          </Button>
          {kept && <Kept />}
        </Group>
      </Stack>
    </Card>
  );
}

/** What one does with a provider that is there. */
function Kept() {
  const { t } = useSpeech();
  const check = useDo<{ ok: boolean; detail: string }>(() => ({ path: `${PROVIDER}/check`, method: "POST" }), []);
  const remove = useDo(() => ({ path: PROVIDER, method: "DELETE" }), [PROVIDER]);
  return (
    <>
      <Button variant="default" loading={check.isPending} onClick={() => check.mutate()}>
        {t("Does it answer?")}
      </Button>
      <Button variant="default" loading={remove.isPending} onClick={() => remove.mutate()}>
        {t("Remove")}
      </Button>
      {check.data && <p className={check.data.ok ? styles.good : styles.bad}>{check.data.detail}</p>}
    </>
  );
}
