import { Button, Group, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import type { SecondFactorStart } from "../../../../src/contract/api-staff.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { Card, Fault, useDo } from "./parts.tsx";
import styles from "./settings.module.css";

/** Turning the authenticator app on, in the order of its steps, and off. */
export function SecondFactor({ on }: { on: boolean }) {
  const { t } = useSpeech();
  const [password, setPassword] = useState("");
  const [started, setStarted] = useState<SecondFactorStart>();
  const [codes, setCodes] = useState<string[]>();
  const done = (result: { codes: string[] }) => {
    setCodes(result.codes);
    setStarted(undefined);
    setPassword("");
  };
  const body = { password };
  const start = useDo<SecondFactorStart>(() => ({ path: "/me/second-factor", body }), [], { quiet: true, onDone: setStarted }); // prettier-ignore
  const renew = useDo<{ codes: string[] }>(() => ({ path: "/me/recovery-codes", body }), [], { quiet: true, onDone: done }); // prettier-ignore
  const remove = useDo(() => ({ path: "/me/second-factor/remove", body }), ["/me"], {
    quiet: true,
    onDone() {
      setPassword("");
      setCodes(undefined);
    },
  });
  const error = start.error ?? renew.error ?? remove.error;
  return (
    <Card title={t("Second factor")}>
      <p className="quiet">
        {on
          ? t("On: signing in asks for a code of your authenticator app.")
          : t("Off. With it, a stolen password alone opens nothing.")}
      </p>
      {codes && <Codes codes={codes} />}
      {started ? (
        <Confirm started={started} onDone={done} />
      ) : (
        <Group align="flex-end">
          <PasswordInput
            label={t("Password now")}
            autoComplete="current-password"
            w={240}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {on ? (
            <>
              <Button variant="default" disabled={!password} loading={renew.isPending} onClick={() => renew.mutate()}>
                {t("New recovery codes")}
              </Button>
              <Button variant="default" disabled={!password} loading={remove.isPending} onClick={() => remove.mutate()}>
                {t("Switch it off")}
              </Button>
            </>
          ) : (
            <Button disabled={!password} loading={start.isPending} onClick={() => start.mutate()}>
              {t("Set it up")}
            </Button>
          )}
        </Group>
      )}
      <Fault error={error} />
    </Card>
  );
}

function Confirm({ started, onDone }: { started: SecondFactorStart; onDone: (result: { codes: string[] }) => void }) {
  const { t } = useSpeech();
  const [code, setCode] = useState("");
  const confirm = useDo<{ codes: string[] }>(() => ({ path: "/me/second-factor/confirm", body: { code } }), ["/me"], {
    quiet: true,
    onDone,
  });
  return (
    <Stack gap="sm">
      <p>{t("Scan this with your authenticator app, or type the secret. Then show its code.")}</p>
      <img
        className={styles.qr}
        alt={t("QR code for the authenticator app")}
        src={`data:image/svg+xml,${encodeURIComponent(started.svg)}`}
      />
      <span className={styles.code}>{started.secret}</span>
      <Group align="flex-end">
        <TextInput
          label={t("Code from your authenticator app")}
          inputMode="numeric"
          autoComplete="one-time-code"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <Button disabled={code.trim().length < 6} loading={confirm.isPending} onClick={() => confirm.mutate()}>
          {t("Switch it on")}
        </Button>
      </Group>
      <Fault error={confirm.error} />
    </Stack>
  );
}

function Codes({ codes }: { codes: readonly string[] }) {
  const { t } = useSpeech();
  return (
    <div className={styles.once} role="status">
      <p>{t("Recovery codes, shown this once. Each signs you in once without the app. Keep them somewhere safe.")}</p>
      <ul className={styles.codes}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
    </div>
  );
}
